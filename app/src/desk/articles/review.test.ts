import { describe, expect, it } from "vitest";

import { placed, type Remark } from "./review";

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
