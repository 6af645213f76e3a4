// @vitest-environment jsdom
import { describe, expect, it } from "vitest";

import { beijing, placed, said, STEPS, type Remark, type Step } from "./review";

const remark = (block: number | null, quoted: string): Remark => ({ block, quoted, text: "请核实" });

describe("remarks", () => {
  it("stay with their block, or follow it", () => {
    expect([...placed([remark(1, "第二段")], ["第一段", "第二段说"]).keys()]).toEqual([1]);
    expect([...placed([remark(1, "第二段")], ["新段", "第一段", "第二段说"]).keys()]).toEqual([2]);
  });
  it("stay where they were when the block was rewritten or removed, and those to the whole have no place", () => {
    expect([...placed([remark(1, "第二段")], ["第一段", "改写"]).keys()]).toEqual([1]);
    expect([...placed([remark(5, "没了")], ["第一段"]).keys()]).toEqual([0]);
    expect(placed([remark(null, "")], ["第一段"]).size).toBe(0);
  });
});

describe("a step that sets a time", () => {
  const step = (action: string) => STEPS.find((one) => one.action === action) as Step;
  it("says when on its button", () => {
    expect(said(step("schedule"), "")).toBe("请选择发布时间");
    expect(said(step("schedule"), "2020-03-01T09:30")).toBe("定在2020年3月1日 09:30发布");
    expect(said(step("embargo"), "2020-03-01T09:30")).toBe("2020年3月1日 09:30之前不发布");
    expect(said(step("submit"), "")).toBe("确认送审");
  });
  it("means the clock of Beijing", () => {
    expect(new Date(beijing("2026-11-28T09:00")).toISOString()).toBe("2026-11-28T01:00:00.000Z");
  });
});
