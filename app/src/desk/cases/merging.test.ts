import { describe, expect, it } from "vitest";

import { merged } from "./merging";

const row = (no: string, version = 1) => ({ no, version });
const none = new Map<string, number>();

describe("a list read anew", () => {
  it("shows changes in place and lets what is new wait", () => {
    const found = merged([row("a"), row("b")], [row("new"), row("b", 2), row("a")], true, none);
    expect(found.rows).toEqual([row("a"), row("b", 2)]);
    expect(found.newcomers).toBe(1);
    expect([...found.gone]).toEqual([]);
  });
  it("marks what has left, as far as the fresh rows reach", () => {
    const rows = [row("a"), row("b"), row("c"), row("far")];
    expect([...merged(rows, [row("a"), row("c")], false, none).gone]).toEqual(["b"]);
    expect([...merged(rows, [row("a"), row("c")], true, none).gone]).toEqual(["b", "far"]);
    expect([...merged(rows, [], true, none).gone]).toHaveLength(4);
  });
  it("does not bring back what the reader has just taken out", () => {
    const done = new Map([["a", 3]]);
    expect(merged([row("b")], [row("a", 2), row("b")], true, done).newcomers).toBe(0);
    expect(merged([row("b")], [row("a", 4), row("b")], true, done).newcomers, "it came back since").toBe(1);
  });
  it("never goes back to an older version", () => {
    expect(merged([row("a", 3)], [row("a", 2)], true, none).rows).toEqual([row("a", 3)]);
  });
});
