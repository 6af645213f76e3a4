// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const ACCOUNT = { id: "r_1", kind: "resident" as const, nickname: "居民", roles: [], departments: [] };
const opened = (token: string, expires = 900) => ({ access_token: token, expires_in: expires, account: ACCOUNT });
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

let fetched: ReturnType<typeof vi.fn>;

beforeEach(() => {
  vi.resetModules();
  localStorage.clear();
  fetched = vi.fn();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

describe("a session", () => {
  it("is not asked for where nobody has signed in", async () => {
    const { begin, signedIn } = await import("./session");
    await begin();
    expect(fetched).not.toHaveBeenCalled();
    expect(signedIn.value).toBe(false);
  });

  it("is renewed once, however many ask at the same time", async () => {
    localStorage.setItem("session", ACCOUNT.id);
    fetched.mockResolvedValue(json(opened("one")));
    const { token } = await import("./session");
    expect(await Promise.all([token(), token(), token()])).toEqual(["one", "one", "one"]);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("is renewed before its token ends", async () => {
    const { open, token } = await import("./session");
    open(opened("short", 30));
    fetched.mockResolvedValue(json(opened("next")));
    expect(await token()).toBe("next");
    expect(await token()).toBe("next");
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("keeps no token where scripts of another visit could read it", async () => {
    const { open } = await import("./session");
    open(opened("secret"));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("secret");
  });

  it("that has ended is forgotten, with all that was kept for it", async () => {
    const { onLeaving, open, renew, signedIn } = await import("./session");
    const forgotten = vi.fn();
    onLeaving(forgotten);
    open(opened("one"));
    fetched.mockResolvedValue(json({ code: "unauthenticated", detail: "请重新登录。", status: 401 }, 401));
    await expect(renew()).rejects.toThrow("请重新登录。");
    expect(signedIn.value).toBe(false);
    expect(forgotten).toHaveBeenCalledOnce();
  });

  it("of another person takes away what was kept for the one before", async () => {
    localStorage.setItem("session", "s_other");
    const { onLeaving, open } = await import("./session");
    const forgotten = vi.fn();
    onLeaving(forgotten);
    open(opened("one"));
    open(opened("two"));
    expect(forgotten).toHaveBeenCalledOnce();
  });

  it("outlives a time without network", async () => {
    const { open, renew, signedIn } = await import("./session");
    open(opened("one"));
    fetched.mockRejectedValue(new TypeError("failed to fetch"));
    await expect(renew()).rejects.toMatchObject({ code: "offline" });
    expect(signedIn.value).toBe(true);
  });
});

describe("a request", () => {
  it("whose token has just ended is repeated with the next one", async () => {
    const { open } = await import("./session");
    const { withToken } = await import("./api/client");
    open(opened("old"));
    const seen: (string | null)[] = [];
    fetched.mockImplementation(async (asked: Request | string) => {
      if (typeof asked === "string") return json(opened("new"));
      seen.push(`${asked.headers.get("Authorization")} ${await asked.text()}`);
      return seen.length === 1 ? json({}, 401) : json({ done: true });
    });
    const answer = await withToken(new Request("http://localhost/api/v1/cases", { method: "POST", body: "words" }));
    expect(await answer.json()).toEqual({ done: true });
    expect(seen).toEqual(["Bearer old words", "Bearer new words"]);
  });
});
