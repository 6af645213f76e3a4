import { describe, expect, it } from "vitest";

import { changesOf, daysOf, monthBefore, monthNow, monthWords, ranked } from "./figures";

describe("months", () => {
  it("are Beijing's", () => {
    expect(monthNow(Date.parse("2026-11-30T16:30:00Z"))).toBe("2026-12");
    expect(monthWords("2026-07")).toBe("2026年7月");
  });
  it("go over the end of a year", () => {
    expect(monthBefore("2026-01")).toBe("2025-12");
    expect(monthBefore("2025-12", -1)).toBe("2026-01");
    expect(daysOf("2026-12")).toEqual({ from: "2026-12-01", to: "2026-12-31" });
    expect(daysOf("2028-02").to).toBe("2028-02-29");
  });
});

describe("the order of groups", () => {
  const group = (code: string, comparable: boolean, percent: number | null, cases: number) =>
    ({ code, ranked: true, figures: { cases, rates: [{ code: "response", percent, ranked: comparable }] } }) as Parameters<typeof ranked>[0][number];
  it("has those that are compared first, and those with few cases by their number", () => {
    const groups = [group("few", false, 100, 3), group("worse", true, 60, 90), group("more", false, null, 8), group("best", true, 95, 20)];
    expect(ranked(groups).map(({ code }) => code)).toEqual(["best", "worse", "more", "few"]);
  });
  it("does not let one rating among many cases lead the others", () => {
    const groups = [group("one rating", false, 100, 500), group("rated", true, 80, 20), { ...group("hidden", true, null, 900), figures: { cases: 900, rates: [] } } as unknown as Parameters<typeof ranked>[0][number]];
    expect(ranked(groups).map(({ code }) => code)).toEqual(["rated", "hidden", "one rating"]);
  });
});

describe("what changed after a month was closed", () => {
  const counted = (overdue: number, numerator: number) => ({
    cases: 9, excluded: 0, overdue, returned: 0, reopened: 0, yellow_cards: 0, red_cards: 0,
    rates: [{ code: "solved", name: "解决率", numerator, denominator: 4, percent: numerator * 25 }],
  });
  const group = (figures: unknown, correction: unknown) => ({ figures, correction }) as Parameters<typeof changesOf>[0];
  it("is told by name, as it was and as it is; what stayed is not", () => {
    const found = changesOf(group(counted(1, 2), counted(3, 3)), (code) => `名称 ${code}`);
    expect(found).toEqual([
      { name: "名称 overdue", closed: "1", current: "3" },
      { name: "解决率", closed: "50%（2/4）", current: "75%（3/4）" },
    ]);
    expect(changesOf(group(counted(1, 2), null), String)).toEqual([]);
  });
});
