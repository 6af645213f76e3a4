// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const wang = { id: "s_wang", name: "王丽", roles: ["handler"], departments: ["jw"], working: true };

let fetched: ReturnType<typeof vi.fn>;

beforeEach(() => {
  vi.resetModules();
  fetched = vi.fn();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

describe("colleagues", () => {
  it("are asked for once, all together, also who is nobody's colleague", async () => {
    fetched.mockImplementation(() => Promise.resolve(json({ items: [wang], next_cursor: null })));
    const { nameOf } = await import("./colleagues");
    expect([nameOf("s_wang"), nameOf("s_gone"), nameOf("")]).toEqual(["s_wang", "s_gone", ""]);
    await vi.waitFor(() => expect(nameOf("s_wang")).toBe("王丽"));
    expect(nameOf("s_gone")).toBe("s_gone");
    await Promise.resolve();
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("are asked for again after a failure", async () => {
    fetched.mockImplementationOnce(() => Promise.reject(new TypeError("offline")));
    fetched.mockImplementation(() => Promise.resolve(json({ items: [wang], next_cursor: null })));
    const { nameOf } = await import("./colleagues");
    await vi.waitFor(() => expect(nameOf("s_wang")).toBe("王丽"));
    expect(fetched).toHaveBeenCalledTimes(2);
  });
});
