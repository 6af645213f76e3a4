import { describe, expect, it } from "vitest";

import { late } from "./supervision";

const card = (number: number, level: string, clock: string, unit: string, answer: string | null = null) => ({
  number, level, level_name: level === "red" ? "红牌" : "黄牌", clock: { code: clock, name: clock }, unit: { code: unit, name: unit },
  fell_at: `2026-11-2${number}T18:00:00+08:00`, answer: answer === null ? null : { text: answer, at: "2026-11-29T09:00:00+08:00" }, mine: false,
});

describe("cards as people read them", () => {
  it("has a line for each limit and office, which says the worst", () => {
    const lines = late([card(1, "yellow", "overall", "jw", "已派人"), card(2, "yellow", "dispatch", "intake"), card(3, "red", "overall", "jw")]);
    expect(lines.map(({ why, unit, level, waits }) => [why, unit, level, waits])).toEqual([
      ["overall超过期限", "jw", "red", true],
      ["dispatch超过期限", "intake", "yellow", true],
    ]);
    expect(lines[0]?.fell.map(({ name }) => name)).toEqual(["黄牌", "红牌"]);
    expect(lines[0]?.answers.map(({ text }) => text)).toEqual(["已派人"]);
  });
  it("has a line for each inspection that wants something put right", () => {
    const lines = late([card(1, "yellow", "inspection", "jw", "已派人"), card(2, "yellow", "inspection", "jw")]);
    expect(lines.map(({ why, waits }) => [why, waits])).toEqual([
      ["inspection发现问题，要求整改", false], ["inspection发现问题，要求整改", true],
    ]);
  });
  it("waits for nothing when all is answered", () => {
    expect(late([card(1, "yellow", "overall", "jw", "已派人")])[0]?.waits).toBe(false);
    expect(late([])).toEqual([]);
  });
});
