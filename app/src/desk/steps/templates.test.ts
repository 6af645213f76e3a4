import { describe, expect, it } from "vitest";

import { nextMark, taken, typed, unfilled, type Template } from "./templates";

const template: Template = {
  code: "done", name: "已经解决", hint: "", said: { facts: "已于【待填：日期】到【待填:地点】核实", rule: "按规定", done: "已完成", next: "下周复查" },
};

describe("a template of a reply", () => {
  it("says what is left to fill in, and where", () => {
    expect(unfilled(template.said.facts)).toEqual(["日期", "地点"]);
    expect(unfilled("按〔2026〕3号【节选】办理")).toEqual([]);
    expect(nextMark(template.said.facts, 0)).toEqual([2, 9]);
    expect(nextMark(template.said.facts, 9)?.[0]).toBe(10);
    expect(nextMark("没有", 0)).toBeNull();
  });
  it("fills what is empty, and replaces words only when that is wanted", () => {
    const values = { facts: "我写的", rule: "  " };
    expect(typed(values)).toBe(true);
    expect(typed({ rule: " " })).toBe(false);
    expect(taken(template, values, false)).toEqual({ ...template.said, facts: "我写的" });
    expect(taken(template, values, true)).toEqual(template.said);
  });
});
