// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, reactive } from "vue";

import type { Draft } from "./draft";
import { asked, useSimilar } from "./similar";

const blank = { key: "k", text: "", title: "", titled: false, category: "", town: "", place: "", visibility: "public", pictures: [] };
const made = (more: Partial<Draft> = {}): Draft => reactive({ ...blank, ...more } as Draft);
const TEXT = "东环路的路灯坏了两个多月没有人修";
const found = (no: string) => new Response(JSON.stringify({ open: [{ no }], replied: [] }));

describe("what is asked about a draft", () => {
  it("is nothing while there is too little", () => {
    expect(asked(made({ text: "路灯坏了" }))).toBeNull();
  });
  it("leaves open what is not chosen, and a title that only repeats the text", () => {
    expect(asked(made({ text: ` ${TEXT} `, title: TEXT }))).toEqual({ text: TEXT, title: "", place: "", category: null, town: null });
    expect(asked(made({ text: TEXT, title: "路灯", titled: true, town: "110114112" }))).toMatchObject({ title: "路灯", town: "110114112" });
    expect(asked(made({ text: "灯".repeat(3000) }))?.text).toHaveLength(1000);
  });
});

describe("asking while one writes", () => {
  const fetched = vi.fn();
  beforeEach(() => {
    vi.useFakeTimers();
    fetched.mockReset();
    vi.stubGlobal("fetch", fetched);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const shown = (draft: Draft) => {
    const scope = effectScope();
    const similar = scope.run(() => useSimilar(() => draft));
    return { similar, stop: () => scope.stop() };
  };

  it("waits for a pause, and the last words win", async () => {
    const draft = made();
    let late: (answer: Response) => void = () => undefined;
    fetched.mockImplementationOnce(() => new Promise((done) => (late = done))).mockResolvedValueOnce(found("new"));
    const { similar, stop } = shown(draft);
    for (const end of ["", "请", "请尽快"]) {
      draft.text = TEXT + end;
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(fetched).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fetched).toHaveBeenCalledOnce();
    draft.text = `${TEXT}，晚上漆黑一片`;
    await vi.advanceTimersByTimeAsync(1000);
    expect(similar?.value?.open[0]?.no).toBe("new");
    late(found("old"));
    await vi.advanceTimersByTimeAsync(10);
    expect(similar?.value?.open[0]?.no).toBe("new");
    stop();
  });

  it("is silent when it fails, and forgets when the words are gone", async () => {
    const draft = made({ text: TEXT });
    fetched.mockResolvedValueOnce(found("one")).mockRejectedValueOnce(new TypeError("no network"));
    const { similar, stop } = shown(draft);
    await vi.advanceTimersByTimeAsync(1000);
    expect(similar?.value?.open[0]?.no).toBe("one");
    draft.text += "，请修";
    await vi.advanceTimersByTimeAsync(1000);
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(similar?.value?.open[0]?.no).toBe("one");
    draft.text = "";
    await vi.advanceTimersByTimeAsync(10);
    expect(similar?.value).toBeNull();
    stop();
  });
});
