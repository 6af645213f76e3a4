import { describe, expect, it } from "vitest";

import { Problem } from "@/shared/problem";

import { intended, mayBeDone, overtaken } from "./intent";

describe("one key for one intention", () => {
  const first = intended(undefined, { urgency: "request" }, 3, "a-b-c-d-e");
  it("repeats the command as it was, although the case has moved on", () => {
    expect(intended(first, { urgency: "request" }, 4)).toBe(first);
    expect(first.body).toEqual({ urgency: "request", version: 3 });
  });
  it("does not mind the order of fields", () => {
    const two = intended(undefined, { a: 1, b: 2 }, 1, "a-b-c-d-e");
    expect(intended(two, { b: 2, a: 1 }, 1)).toBe(two);
  });
  it("takes another key for other words", () => {
    const other = intended(first, { urgency: "urgent" }, 4, "f-g-h-i-j");
    expect(other).toEqual({ key: "f-g-h-i-j", body: { urgency: "urgent", version: 4 } });
  });
  it("knows when it may have been done unheard, and when someone else was first", () => {
    expect(mayBeDone(Problem.offline())).toBe(true);
    expect(mayBeDone(new Problem({ code: "timeout", status: 504, detail: "" }))).toBe(true);
    const first = new Problem({ code: "conflict", status: 409, detail: "", extra: { state: "accepted" } as never });
    expect([mayBeDone(first), overtaken(first)]).toEqual([false, true]);
    const busy = new Problem({ code: "conflict", status: 409, detail: "", extra: { retry_after: 1 } as never });
    expect([mayBeDone(busy), overtaken(busy)]).toEqual([true, false]);
    expect(mayBeDone(new Problem({ code: "invalid", status: 422, detail: "" }))).toBe(false);
  });
});
