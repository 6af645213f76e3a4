import { describe, expect, it } from "vitest";

import { matching } from "./matching";
import { isKept, offered, sent, STEPS, wanting, type Case } from "./table";

const NOW = Date.parse("2026-11-25T10:00:00+08:00");
const returning = { name: "returning", title: "退回时限", started_at: "", original_due: "", due: "2026-11-25T18:00:00+08:00", provisional: false, moves: [], stopped_at: null, kept: true };
const found = (more: Partial<Case>): Case => ({ may: [], clocks: [returning], hops: [], draft: null, handler: null, ...more }) as unknown as Case;
const step = (action: string) => {
  const found = STEPS.find((one) => one.action === action);
  if (!found) throw new Error(`no step ${action}`);
  return found;
};
const words = (case_: Case) => offered(case_, NOW).map((one) => one.action);

describe("what may be done now", () => {
  it("is what the service allows, the awaited step first", () => {
    expect(words(found({ may: ["refuse", "note", "dispatch", "elsewhere"] }))).toEqual(["dispatch", "refuse", "elsewhere", "note"]);
    expect(words(found({ may: ["send_back", "approve"] }))).toEqual(["approve", "send_back"]);
    expect(words(found({ may: ["rate", "withdraw"] }))).toEqual([]);
  });
  it("leaves out a return that would be refused", () => {
    const fresh = found({ may: ["return"] });
    expect(words(fresh)).toEqual(["return"]);
    expect(isKept(fresh, NOW)).toBe(false);
    const late = found({ may: ["return", "object"], clocks: [{ ...returning, due: "2026-11-25T09:00:00+08:00" }] as Case["clocks"] });
    expect(words(late)).toEqual([]);
    expect(isKept(late, NOW)).toBe(true);
    expect(isKept(found({ clocks: [] }), NOW)).toBe(true);
  });
  it("offers what the author asked for beside the course of the case", () => {
    expect(words(found({ may: ["decide_redaction", "note", "merge", "a step of tomorrow"] }))).toEqual(["decide_redaction", "merge", "note"]);
    expect(words(found({ may: ["decide_appeal"] }))).toEqual(["decide_appeal"]);
    expect(sent(step("decide_appeal"), { granted: false, answer: " 维持原决定 " })).toEqual({ granted: false, answer: "维持原决定" });
    expect(wanting(step("merge"), {}).get("into")).toBe("请填写并入的诉求编号");
  });
  it("has an office answer the first of its own cards", () => {
    const card = { number: 1, level_name: "黄牌", clock: { code: "overall", name: "总办理时限" }, unit: { code: "jw", name: "区教委" }, fell_at: "2026-11-25T18:00:00+08:00", mine: false };
    const carded = found({ may: ["answer_card", "urge"], cards: [card, { ...card, number: 2, mine: true }] as Case["cards"] });
    expect(words(carded)).toEqual(["answer_card", "urge"]);
    expect(step("answer_card").begin?.(carded)).toEqual({ card: "2" });
    expect(wanting(step("answer_card"), { card: "2", text: "太短" }).get("text")).toBe("整改说明至少10个字");
  });
  it("offers the office in charge what leaders wait for, and a leader what he may say", () => {
    const given = { number: 1, text: "请今天排查", due: "2026-11-26T18:00:00+08:00", mine: true } as Case["desk_instructions"][number];
    const owed = found({ may: ["answer_instruction"], desk_instructions: [{ ...given, mine: false }, { ...given, number: 2 }] });
    expect(step("answer_instruction").begin?.(owed)).toEqual({ instruction: "2" });
    expect(words(found({ may: ["see_reports", "instruct"] }))).toEqual(["instruct", "see_reports"]);
    expect(wanting(step("instruct"), { text: "请今天排查" }).get("day")).toBe("请选择办理期限");
  });
  it("offers who may no longer return a case an objection, and the supervisor a ruling that begins with who has it", () => {
    expect(words(found({ may: ["object", "draft_reply"] }))).toEqual(["draft_reply", "object"]);
    const objected = found({ may: ["rule_dispatch", "note"], department: { code: "jw", name: "区教委" } });
    expect(words(objected)).toEqual(["rule_dispatch", "note"]);
    expect(step("rule_dispatch").begin?.(objected)).toEqual({ department: "jw" });
  });
  it("sends a task only for who joins in, and offers the lead what they answered", () => {
    const dispatch = step("dispatch");
    const rows = [{ department: "cgw", text: " 核实路灯权属 ", due: "2026-11-26" }, { department: "swj", text: "核实排水" }, { department: "zjw", text: " " }];
    const values = { department: "jw", co_departments: ["cgw", "zjw"], tasks: rows };
    expect(sent(dispatch, values).tasks).toEqual([{ department: "cgw", text: "核实路灯权属", due: "2026-11-26" }]);
    expect(sent(dispatch, { ...values, co_departments: [] })).not.toHaveProperty("tasks");
    const task = { number: 1, department: { code: "cgw", name: "区城管委" }, text: "核实", due: null, mine: true, answer: { text: "已修复" } };
    const asked = found({ may: ["answer_task"], tasks: [task] as unknown as Case["tasks"] });
    expect(step("answer_task").begin?.(asked)).toEqual({ task: "1" });
    expect(step("draft_reply").fields[0]?.offers?.(asked)).toEqual([{ name: "引用区城管委意见", words: "区城管委：已修复" }]);
  });
  it("begins the dispatch with the department that the last one suggested", () => {
    const hops = [{ basis: "不归本部门", suggested_department: { code: "zjw", name: "区住建委" } }] as Case["hops"];
    expect(step("dispatch").begin?.(found({ hops, proposed_department: "jw" }))).toEqual({ department: "zjw" });
    expect(step("dispatch").begin?.(found({ proposed_department: "jw" }))).toEqual({ department: "jw" });
  });
});

describe("what is sent", () => {
  it("names what is missing, by field", () => {
    expect([...wanting(step("refuse"), { text: "短" })]).toEqual([["reason", "请选择理由"], ["text", "向反映人说明至少5个字"]]);
    expect(wanting(step("accept"), { urgency: "request" }).size).toBe(0);
    expect(wanting(step("accept"), { urgency: "request", publish_text: "短" }).has("publish_text")).toBe(true);
    expect(wanting(step("send_back"), { remark: "   " }).get("remark")).toBe("请填写修改意见");
  });
  it("leaves out what is optional and empty", () => {
    expect(sent(step("accept"), { urgency: "request", publish_text: "  ", masks: [] })).toEqual({ urgency: "request", masks: [] });
    expect(sent(step("dispatch"), { department: "jw", co_departments: [] })).toEqual({ department: "jw" });
    expect(sent(step("note"), { text: " 已联系 ", public: false })).toEqual({ text: "已联系", public: false });
  });
});

describe("what is masked", () => {
  const number = { field: "text", start: 3, end: 14, kind: "mobile", kind_name: "手机号" };
  it("begins with what the service proposes, and a choice of nothing is a choice", () => {
    const begun = step("accept").begin?.(found({ proposed_masks: [number] as Case["proposed_masks"] })) ?? {};
    expect(begun.masks).toEqual([{ field: "text", start: 3, end: 14, kind: "mobile" }]);
    expect(sent(step("accept"), { ...begun, urgency: "request", masks: [] }).masks).toEqual([]);
    expect(wanting(step("accept"), { urgency: "request", masks: [] }).size).toBe(0);
  });
  it("is left to the service where the clerk writes the text anew", () => {
    expect(sent(step("accept"), { urgency: "request", publish_text: "换一种说法", masks: [number] })).not.toHaveProperty("masks");
  });
});

describe("finding a department", () => {
  const options = [
    { code: "jw", name: "区教委", hint: "教委、入学入园" },
    { code: "zjw", name: "区住建委", hint: "住建、物业" },
    { code: "cgw", name: "区城管委", hint: "城管委、路灯" },
  ];
  it("goes by name, first letters and matter", () => {
    expect(matching(options, "教委").map((one) => one.code)).toEqual(["jw"]);
    expect(matching(options, "ZJ").map((one) => one.code)).toEqual(["zjw"]);
    expect(matching(options, "路灯").map((one) => one.code)).toEqual(["cgw"]);
    expect(matching(options, "城")[0]?.code).toBe("cgw");
    expect(matching(options, "")).toHaveLength(3);
  });
});
