import { describe, expect, it } from "vitest";

import { outcome, unsolved } from "./coverage";

describe("what became of the cases of a report", () => {
  it("is unsolved as long as nobody says otherwise, whatever a later version calls it", () => {
    expect(outcome({ outcome: "unsolved" }).name).toBe("尚未解决");
    expect(outcome({ outcome: "somehow" as never }).name).toBe("尚未解决");
    expect(outcome({ outcome: "closed" }).name).toBe("已办结");
  });
  it("is told together", () => {
    expect(unsolved([{ outcome: "solved" }, { outcome: "closed" }])).toBe("");
    expect(unsolved([{ outcome: "solved" }, { outcome: "unsolved" }])).toBe("1件尚未解决");
    expect(unsolved([{ outcome: "unsolved" }])).toBe("尚未解决");
  });
});
