// @vitest-environment jsdom
import "fake-indexeddb/auto";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const KIND = { category: "kindergarten", town: "110114112", place: "" };
const refusal = (code: string, status: number) => new Response(JSON.stringify({ code, status, detail: "…", errors: [] }), { status });

let sent: Request[];
let answers: (() => Promise<Response>)[];

beforeEach(() => {
  vi.resetModules();
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request);
    return (answers.shift() ?? (async () => refusal("internal", 500)))();
  });
});
afterEach(() => vi.unstubAllGlobals());

async function written() {
  const drafting = await import("./draft");
  await drafting.discard();
  await drafting.takeUp();
  Object.assign(drafting.draft, { text: "路灯坏了半个月。晚上看不见路。", ...KIND });
  return drafting;
}

const keys = () => sent.map((request) => request.headers.get("Idempotency-Key"));

describe("a draft", () => {
  it("is titled by its first words until the resident says otherwise", async () => {
    const { titleOf } = await import("./draft");
    expect(titleOf("路灯坏了半个月。晚上看不见路。")).toBe("路灯坏了半个月");
    expect(titleOf("长".repeat(50))).toHaveLength(30);
  });

  it("is sent under the same key again when nobody knows whether it came", async () => {
    const { submit } = await written();
    answers = [() => Promise.reject(new TypeError("cut")), async () => refusal("timeout", 504)];
    await expect(submit()).rejects.toMatchObject({ code: "offline" });
    await expect(submit()).rejects.toMatchObject({ code: "timeout" });
    expect(new Set(keys()).size).toBe(1);
  });

  it("is another request once its content was refused", async () => {
    const { submit } = await written();
    answers = [async () => refusal("invalid", 422)];
    await expect(submit()).rejects.toMatchObject({ code: "invalid" });
    await expect(submit()).rejects.toMatchObject({ code: "internal" });
    expect(new Set(keys()).size).toBe(2);
  });

  it("is still there in the next visit, under its key, and gone once it was sent", async () => {
    const first = await written();
    await expect(first.submit()).rejects.toMatchObject({ code: "internal" });
    const key = first.draft.key;

    vi.resetModules();
    const next = await import("./draft");
    await next.takeUp();
    expect(next.draft).toMatchObject({ text: first.draft.text, key });
    answers = [async () => new Response(JSON.stringify({ no: "CP20261124-AAAAAA" }), { status: 201 })];
    expect(await next.submit()).toBe("CP20261124-AAAAAA");

    vi.resetModules();
    const last = await import("./draft");
    await last.takeUp();
    expect(last.isBlank()).toBe(true);
  });
});

describe("pictures", () => {
  it("are fitted without being bent", async () => {
    const { fitted } = await import("@/shared/shrinking");
    expect(fitted(4000, 3000)).toEqual({ width: 1920, height: 1440 });
    expect(fitted(800, 600)).toEqual({ width: 800, height: 600 });
  });
});
