import { describe, expect, it } from "vitest";

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
