// @vitest-environment jsdom
import { describe, expect, it } from "vitest";

import { nameOf } from "./exporting";
import { filtersOf, narrowed, queryOf } from "./filters";

describe("what a queue is narrowed by", () => {
  it("goes into the address and comes back", () => {
    const filters = { town: "110114001", category: "heating", mine: true };
    expect(filtersOf(queryOf(filters) as Record<string, string>)).toEqual(filters);
    expect(queryOf({})).toEqual({});
  });
  it("passes over what an address has beside", () => {
    const found = filtersOf({ queue: "handling", town: ["a", "b"], category: "", mine: "yes" });
    expect(found).toEqual({});
    expect(narrowed(found)).toBe(false);
    expect(narrowed({ mine: true })).toBe(true);
  });
});

describe("a queue as a table", () => {
  it("is named by the queue and the day of Beijing", () => {
    expect(nameOf("办理中", Date.parse("2026-11-27T16:30:00Z"))).toBe("诉求-办理中-2026-11-28.csv");
  });
});
