// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";

import { device } from "./device";

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe("the device", () => {
  it("is called the same in every visit, by chance alone", () => {
    const first = device()["X-Device-Id"];
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(device()["X-Device-Id"]).toBe(first);
    localStorage.clear();
    expect(device()["X-Device-Id"]).not.toBe(first);
  });
  it("has no name where nothing can be kept", () => {
    vi.stubGlobal("localStorage", { getItem: () => { throw new Error("denied"); }, clear: () => undefined });
    expect(device()).toEqual({});
  });
});
