import { describe, expect, it } from "vitest";

import type { Schemas } from "@/shared/api/client";

import { isProvisional, moved, nextOf, promise, steps, tone } from "./cases";

type Case = Schemas["petition.CaseView"];
type Clock = Schemas["petition.ClockView"];

const NOW = new Date("2026-11-24T03:00:00Z"); // 11:00 in Beijing
const at = (clock: string) => `2026-11-24T${clock}:00+08:00`;

function clock(name: string, due: string, stopped: string | null = null, kept = true): Clock {
  const times = { started_at: at("08:00"), original_due: due, due, stopped_at: stopped };
  return { name, title: name, provisional: false, moves: [], kept, ...times };
}

function aCase(changes: Partial<Case>): Case {
  const nothing = { round: 1, clocks: [], hops: [], notes: [], ratings: [], questions: [], actions: [], pictures: [] };
  const open = { reply: null, verdict: null, ended_at: null, ending: null, ending_name: null, replied_at: null };
  return { state: "dispatched", step: "handle", filed_at: at("08:00"), ...nothing, ...open, ...changes } as Case;
}

describe("the five steps", () => {
  it("tell what is done, what runs and what is left", () => {
    const clocks = [
      clock("intake", at("10:00"), at("08:30")),
      clock("dispatch", at("09:00"), at("09:30"), false),
      clock("handling", at("18:00")),
    ];
    const shown = steps(aCase({ clocks }), NOW);
    expect(shown.map(({ state }) => state)).toEqual(["done", "done", "now", "later", "later"]);
    expect(shown.map(({ when }) => when)).toEqual([
      "今天 08:30完成，用时30分钟，时限2小时", "今天 09:30完成，用时1小时，时限1小时，超时30分钟", "今天 18:00前，还剩7小时", "", "",
    ]);
    expect(shown[1]?.late).toBe(true);
  });
  it("say that a limit has passed", () => {
    const [first] = steps(aCase({ state: "submitted", step: "collect", clocks: [clock("intake", at("10:00"))] }), NOW);
    expect(first).toMatchObject({ state: "now", late: true, when: "今天 10:00前，已超1小时" });
  });
  it("are all done once there is an answer", () => {
    const reply = { published_at: at("10:30") } as Case["reply"];
    const shown = steps(aCase({ state: "answered", step: "feedback", reply }), NOW);
    expect(shown.every(({ state }) => state === "done")).toBe(true);
    expect(shown[4]?.when).toBe("今天 10:30答复");
  });
  it("say of the answer how long it took, against the limit, and until when it can be rated", () => {
    const reply = { published_at: at("10:30") } as Case["reply"];
    const clocks = [clock("overall", at("10:00"), at("10:30"), false), clock("rating", "2026-12-09T10:30:00+08:00")];
    const shown = steps(aCase({ state: "answered", step: "feedback", reply, clocks }), NOW);
    expect(shown[4]).toMatchObject({ when: "今天 10:30答复，用时2小时，时限2小时，超时30分钟；12月9日 10:30前可评价", late: true });
    const [, , , , over] = steps(aCase({ state: "closed", step: "feedback", reply, ended_at: at("10:40"), clocks: [clock("overall", at("18:00"), at("10:30"))] }), NOW);
    expect(over).toMatchObject({ when: "今天 10:30答复，用时2小时，时限10小时", late: false });
  });
  it("end where a refused case ended", () => {
    const shown = steps(aCase({ state: "closed", step: "collect", ending: "refused", ended_at: at("09:00") }), NOW);
    expect(shown.map(({ name }) => name)).toEqual(["收集整理"]);
  });
});

describe("what happens next", () => {
  it("speaks to the author, and tells others of him", () => {
    const step = { what: "请补充说明情况", who: "反映人", until: at("18:00"), provisional: false };
    expect(nextOf(step, true, NOW)).toEqual({ who: "您", what: "请补充说明情况", until: "今天 18:00前，还剩7小时" });
    expect(nextOf(step, false, NOW)).toMatchObject({ who: "反映人", what: "补充说明情况" });
    expect(nextOf({ ...step, what: "发布答复", who: "区教委", until: null }, true, NOW)).toEqual({ who: "区教委", what: "发布答复", until: "" });
  });
});

describe("limits", () => {
  it("that rest on holidays not published yet are said to be provisional", () => {
    const clocks = [{ ...clock("handling", at("18:00")), provisional: true }, { ...clock("first_answer", at("18:00")), provisional: true }];
    const item = aCase({ clocks });
    expect(isProvisional(item)).toBe(true);
    expect(isProvisional(aCase({ clocks: [{ ...clock("intake", at("18:00"), at("09:00")), provisional: true }] }))).toBe(false);
    expect(steps(item, NOW)[2]?.when).toBe("今天 18:00前（暂定），还剩7小时");
    expect(promise(item, NOW)?.text).toBe("首次答复时限：今天 18:00（暂定），还剩7小时");
    expect(nextOf({ what: "发布答复", who: "区教委", until: at("18:00"), provisional: true }, true, NOW).until).toBe("今天 18:00前（暂定），还剩7小时");
  });
  it("keep what they were beside what they are, with the reason", () => {
    const [first, then, last] = [at("16:00"), at("17:00"), at("18:00")];
    const move = (reason: string, before: string, after: string) => ({ reason, at: before, before, after }) as Clock["moves"][number];
    const moves = [move("waited_for_resident", first, then), move("extended", then, last)];
    const item = aCase({ clocks: [{ ...clock("overall", last), moves }], mine: true, extension: { reason: "等待配件。" } as Case["extension"] });
    expect(moved(item, NOW)).toEqual(["等您补充情况，办理时限顺延至今天 17:00，原定今天 16:00。", "经批准延期至今天 18:00，原定今天 17:00。等待配件。"]);
    expect(moved({ ...item, mine: false }, NOW)[0]).toMatch(/^等反映人补充情况/);
  });
});

describe("the promise of a first answer", () => {
  it("is kept, runs, or is missed", () => {
    const reply = {} as Case["reply"];
    const kept = aCase({ reply, clocks: [clock("first_answer", at("18:00"), at("10:00"))] });
    expect(promise(kept, NOW)).toEqual({ text: "提交后2小时得到首次答复", late: false });
    expect(promise(aCase({ clocks: [clock("first_answer", at("18:00"))] }), NOW)?.text).toContain("还剩7小时");
    expect(promise(aCase({ clocks: [clock("first_answer", at("10:00"))] }), NOW)?.late).toBe(true);
  });
});

describe("colours", () => {
  it("are green only for an answer", () => {
    const of = (changes: Partial<Case>) => tone(aCase(changes));
    expect(of({ state: "answered", replied_at: at("10:00") })).toBe("good");
    expect(of({ state: "questioned" })).toBe("wait");
    expect(of({ state: "closed", ending_name: "反映人撤回" })).toBe("");
    expect(of({})).toBe("primary");
  });
});
