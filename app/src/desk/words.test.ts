import { describe, expect, it } from "vitest";

import { due, hint, length, stages, standing, told, type Clock } from "./words";

const NOW = Date.parse("2026-11-25T10:00:00+08:00");
const clock = (name: string, more: Partial<Clock> = {}): Clock => ({
  name, title: name, started_at: "2026-11-25T08:00:00+08:00", original_due: "2026-11-25T12:00:00+08:00",
  due: "2026-11-25T12:00:00+08:00", provisional: false, moves: [], stopped_at: null, kept: true, ...more,
});

describe("due times in words", () => {
  it("says what is left and what is over, and how pressing it is", () => {
    expect(due("2026-11-25T13:30:00+08:00", NOW)).toEqual({ words: "还剩3小时", tone: "soon" });
    expect(due("2026-11-30T18:00:00+08:00", NOW)).toEqual({ words: "还剩5天", tone: "calm" });
    expect(due("2026-11-23T09:00:00+08:00", NOW)).toEqual({ words: "已超时2天", tone: "late" });
    expect(due("2026-11-25T09:59:50+08:00", NOW)).toEqual({ words: "已超时1分钟", tone: "late" });
  });
  it("says of an ended limit what it took", () => {
    expect(standing(clock("intake", { stopped_at: "2026-11-25T08:30:00+08:00" }), NOW).words).toBe("用时30分钟，按时");
    const late = clock("intake", { stopped_at: "2026-11-25T15:00:00+08:00", kept: false });
    expect(standing(late, NOW)).toEqual({ words: "用时7小时，超时3小时", tone: "late" });
  });
  it("writes limits as people say them", () => {
    expect(["PT2H", "PT1H30M", "P15D", "7 workdays", "1 workday", "?"].map(length)).toEqual([
      "2小时", "1小时30分", "15天", "7个工作日", "1个工作日", "?",
    ]);
  });
});

describe("the five steps", () => {
  const clocks = [clock("intake", { stopped_at: "2026-11-25T08:30:00+08:00" }), clock("dispatch"), clock("handling"), clock("overall")];
  it("shows what is done, what is on and what is ahead, each with its own limit", () => {
    const rows = stages("report", false, clocks);
    expect(rows.map((row) => row.state)).toEqual(["done", "now", "ahead", "ahead", "ahead"]);
    expect(rows.map((row) => row.clock?.name)).toEqual(["intake", "dispatch", undefined, undefined, undefined]);
  });
  it("shows the running limit of a step, else the last that ended", () => {
    const again = [...clocks, clock("dispatch", { stopped_at: "2026-11-25T09:00:00+08:00", due: "2026-11-26T09:00:00+08:00" })];
    expect(stages("report", false, again)[1]?.clock?.stopped_at).toBeNull();
  });
  it("is done to the end when the case has ended", () => {
    expect(stages("feedback", true, clocks).every((row) => row.state === "done")).toBe(true);
  });
});

describe("hints about a draft", () => {
  it("name the part, and the other case where it may be known", () => {
    expect(hint({ flaw: "short", part: "facts", like: null })).toContain("“查清的事实”写得很短");
    expect(hint({ flaw: "copied", part: null, like: "CP1" })).toBe("与诉求 CP1 的答复几乎相同");
    expect(hint({ flaw: "copied", part: null, like: null })).toBe("与另一件诉求的答复几乎相同");
  });
});

describe("history in words", () => {
  const name = (_: string, code: unknown) => ({ jw: "区教委", zjw: "区住建委", cgw: "区城管委" })[String(code)] ?? String(code);
  const entry = (kind: string, values: Record<string, unknown>) => ({
    seq: 1, at: "2026-11-25T08:00:00+08:00", kind, previous: "", hash: "",
    fields: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { commitment: "", value, salt: "" }])),
  });
  it("names departments and people", () => {
    expect(told(entry("dispatch", { department: "jw", co_departments: ["cgw"], by: "s_1" }), name)).toEqual({
      what: "转交区教委，区城管委协办", words: "", by: "s_1",
    });
    expect(told(entry("return", { department: "jw", suggested_department: "zjw", basis: "校舍工程", by: "s_2" }), name).what).toBe(
      "区教委退回，建议由区住建委承办",
    );
    expect(told(entry("assign", { by: "s_1", handler: "s_2" }), name).by).toBe("s_2");
  });
  it("shows a kind that it does not know by its name, and a redacted value as nothing", () => {
    expect(told(entry("of_tomorrow", {}), name).what).toBe("of_tomorrow");
    expect(told(entry("ask", { text: null }), name)).toEqual({ what: "请反映人补充说明", words: "", by: "" });
  });
});
