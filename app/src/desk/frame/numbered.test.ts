import { describe, expect, it } from "vitest";

import { numbered } from "./numbered";

const counts = {
  counted_to: 1000,
  items: [
    { queue: "comments_waiting", count: 3 },
    { queue: "comments_reported", count: 1000 },
    { queue: "bundles", count: 0 },
    { queue: "answered", count: 99 },
    { queue: "overdue", count: 1 },
  ],
};

describe("what waits", () => {
  it("is the number of rows in the list, and nothing where nothing waits or the list is another's", () => {
    expect(numbered(counts, ["comments_waiting"])).toBe("3");
    expect(numbered(counts, ["bundles"])).toBe("");
    expect(numbered(counts, ["tips_received"])).toBe("");
    expect(numbered(null, ["comments_waiting"])).toBe("");
  });
  it("is the sum for a room, with a sign where not all were counted", () => {
    expect(numbered(counts, ["answered", "overdue"])).toBe("100");
    expect(numbered(counts, ["comments_waiting", "comments_reported"])).toBe("1003+");
  });
  it("is short where there is little room", () => {
    expect(numbered(counts, ["answered"], 99)).toBe("99");
    expect(numbered(counts, ["answered", "overdue"], 99)).toBe("99+");
  });
});
