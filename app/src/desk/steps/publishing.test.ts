// @vitest-environment jsdom
import { describe, expect, it } from "vitest";

import { published, said } from "./publishing";
import { STEPS } from "./table";

const step = (action: string) => {
  const found = STEPS.find((one) => one.action === action);
  if (!found) throw new Error(`no step ${action}`);
  return found;
};
const labels = (action: string, values: Record<string, unknown>) => published(step(action), values).map(({ label }) => label);

describe("what is looked at before it is published", () => {
  it("is every public word of a reply, its promises too", () => {
    const parts = { facts: "已核实", rule: "按规定", done: "已办", next: " ", promises: [{ text: "修好路灯", day: "2026-12-01" }] };
    expect(labels("draft_reply", parts)).toEqual(["查清的事实", "依据", "已做的", "承诺"]);
    expect(labels("refuse", { reason: "unclear", text: "请补充" })).toEqual(["向反映人说明"]);
    for (const action of ["elsewhere", "return", "object", "rule_dispatch", "answer_card", "report_promise", "correct"]) {
      const every = Object.fromEntries(step(action).fields.map(({ name }) => [name, "文字"]));
      expect(labels(action, every), action).not.toEqual([]);
    }
  });
  it("is a note only when it is public, and no word that stays inside", () => {
    expect(labels("note", { text: "张三 13800000000", public: false })).toEqual([]);
    expect(labels("note", { text: "已联系", public: true })).toEqual(["工作记录"]);
    expect(labels("urge", { text: "请尽快" })).toEqual([]);
  });
  it("is named with where it stands", () => {
    expect(said({ label: "依据", words: "13800000000", kind: "手机号" })).toBe("“依据”中有手机号 13800000000");
  });
});
