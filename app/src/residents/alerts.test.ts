import { describe, expect, it } from "vitest";

import { sorted, where, type Alert } from "./alerts";

const NOW = Date.parse("2026-11-27T16:00:00+08:00");
const alert = (id: string, towns: string[], over = "2026-11-27T18:00:00+08:00") =>
  ({ id, towns: towns.map((code) => ({ code, name: `${code}镇` })), over_at: over }) as Alert;
const ids = (alerts: Alert[]) => alerts.map(({ id }) => id);

describe("alerts on a phone", () => {
  const all = [alert("here", ["a"]), alert("there", ["b", "c"]), alert("everywhere", [])];
  it("shows all to who has chosen no towns", () => {
    expect(ids(sorted(all, [], NOW).mine)).toEqual(["here", "there", "everywhere"]);
  });
  it("shows another town's as such", () => {
    const { mine, others } = sorted(all, ["a"], NOW);
    expect([ids(mine), ids(others)]).toEqual([["here", "everywhere"], ["there"]]);
  });
  it("lets each end by itself, also without network", () => {
    expect(sorted([alert("over", [], "2026-11-27T16:00:00+08:00")], [], NOW)).toEqual({ mine: [], others: [] });
  });
  it("says where it holds in few words", () => {
    expect(where(alert("x", []))).toBe("全区");
    expect(where(alert("x", ["a", "b"]))).toBe("a镇、b镇");
    expect(where(alert("x", ["a", "b", "c", "d"]))).toBe("a镇、b镇、c镇等4个镇街");
  });
});
