// @vitest-environment jsdom
import { describe, expect, it } from "vitest";

import { Problem } from "@/shared/problem";

import type { Intent } from "../drafts";
import { MOST, useBulk } from "./bulk";

const row = (no: string, state = "accepted") => ({ no, title: `标题${no}`, state: state as "accepted", version: 2 });
const receipt = (no: string) => ({ no, state: "dispatched" as const, state_name: "办理中", version: 3 });

describe("several dispatched at once", () => {
  it("takes what waits for a department, and not without end", () => {
    const bulk = useBulk();
    bulk.toggle(row("a"));
    bulk.toggle(row("b", "submitted"));
    expect([...bulk.chosen.value.keys()]).toEqual(["a"]);
    bulk.toggle(row("a"));
    expect(bulk.chosen.value.size).toBe(0);
    bulk.choose(Array.from({ length: MOST + 9 }, (_, n) => row(String(n))));
    expect(bulk.chosen.value.size).toBe(MOST);
  });
  it("tells of each that did not go through, and goes on with the others", async () => {
    const sent: string[] = [];
    const bulk = useBulk((no, { body }) => {
      sent.push(`${no} ${String(body.department)} ${String(body.version)}`);
      if (no !== "b") return Promise.resolve(receipt(no));
      return Promise.reject(new Problem({ code: "conflict", status: 409, detail: "已被他人更新。", extra: { state_name: "办理中" } as never }));
    });
    bulk.choose([row("a"), row("b"), row("c")]);
    const done: string[] = [];
    expect(await bulk.run("jw", ({ no }) => done.push(no))).toBe(2);
    expect(sent).toEqual(["a jw 2", "b jw 2", "c jw 2"]);
    expect(done).toEqual(["a", "c"]);
    expect(bulk.failed.value).toEqual([{ no: "b", title: "标题b", said: "已被他人更新。现在是“办理中”。", again: false }]);
    expect(bulk.chosen.value.size).toBe(0);
  });
  it("sends what may have gone through again under the same key, and stops until then", async () => {
    const keys: string[] = [];
    let down = true;
    const bulk = useBulk((no, intent: Intent) => {
      keys.push(intent.key);
      return down ? Promise.reject(Problem.offline()) : Promise.resolve(receipt(no));
    });
    bulk.choose([row("a"), row("b")]);
    expect(await bulk.run("jw", () => undefined)).toBe(0);
    expect([...bulk.chosen.value.keys()]).toEqual(["a", "b"]);
    expect(bulk.failed.value[0]?.again).toBe(true);
    down = false;
    expect(await bulk.run("jw", () => undefined)).toBe(2);
    expect([keys.length, keys[0] === keys[1]]).toEqual([3, true]);
  });
});
