import { describe, expect, it } from "vitest";

import type { Schemas } from "@/shared/api/client";

import { everyDay, trendSpan } from "./days";
import { distribution, mixed, trend, workload, type Inks } from "./drawing";

const inks: Inks = { ink: "#000000", soft: "#333333", line: "#dddddd", surface: "#ffffff", primary: "#1d4f91", good: "#1c6a47", wait: "#8a5a00", alert: "#b23618", font: "sans-serif", size: 12 };
const data = (drawing: ReturnType<typeof trend>) => (drawing.series as { name: string; data: unknown[] }[]).map(({ name, data }) => [name, data]);

describe("the days of the trend", () => {
  it("are those of Beijing, all of them", () => {
    const span = trendSpan(Date.parse("2026-11-30T16:30:00Z"));
    expect(span).toEqual({ from: "2026-11-02", to: "2026-12-01" });
    const figures = { cases: 3, rates: [{ code: "replied_in_hours", percent: 66.7 }] };
    const days = everyDay(span, [{ day: "2026-12-01", figures }] as unknown as Schemas["petition.DayFigures"][]);
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toEqual({ day: "2026-12-01", cases: 3, percent: 66.7 });
    expect(days[0]).toEqual({ day: "2026-11-02", cases: 0, percent: null });
  });
});

describe("what is drawn", () => {
  it("is what was counted, and nothing where nothing is", () => {
    expect(data(trend([{ day: "2026-11-02", cases: 0, percent: null }], inks, "24 小时答复率"))).toEqual([["新提交", [0]], ["24 小时答复率", [null]]]);
    const spans = [{ span: "late_day", late: true, count: 2 }];
    const found = data(distribution([{ stage: "intake", spans }, { stage: "handling", spans: [] }] as never, inks));
    expect(found).toContainEqual(["超期1天内", [0, 2]]);
    expect(found).toHaveLength(6);
    expect(data(workload([{ name: "区教委", open: 5, late: 2 }], inks))).toEqual([["已超期", [2]], ["期限内", [3]]]);
  });
  it("mixes colours of the tokens, however short a build writes them", () => {
    expect(mixed("#1d4f91", "#ffffff", 0.5)).toBe("#8ea7c8");
    expect(mixed("#1d4f91", "#fff", 0.5)).toBe("#8ea7c8");
  });
});
