import { describe, expect, it } from "vitest";

import { monthBefore, monthNow, monthWords, ranked } from "./figures";

describe("months", () => {
  it("are Beijing's", () => {
    expect(monthNow(Date.parse("2026-11-30T16:30:00Z"))).toBe("2026-12");
    expect(monthWords("2026-07")).toBe("2026年7月");
  });
  it("go over the end of a year", () => {
    expect(monthBefore("2026-01")).toBe("2025-12");
    expect(monthBefore("2025-12", -1)).toBe("2026-01");
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
