import { expect, test } from "vitest";

import { right } from "./standing";

test("what is said of a picture's right, and how urgently", () => {
  expect(right({ standing: "free", last_day: null })).toBeNull();
  expect(right({ standing: "held", last_day: "2026-12-31" })).toEqual({ text: "可展示至2026年12月31日", tone: "" });
  expect(right({ standing: "expiring", last_day: "2026-12-01" })).toEqual({ text: "可展示至2026年12月1日", tone: "wait" });
  expect(right({ standing: "expired", last_day: "2026-11-01" })).toEqual({ text: "授权已于2026年11月1日到期", tone: "alert" });
});
