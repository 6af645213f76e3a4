// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "vue";

import { pace, useLive, useLoaded, usePages } from "./loading";
import { Problem } from "./problem";

describe("asking again", () => {
  it("is quick while something happens and seldom later", () => {
    expect(pace(0)).toBe(2_000);
    expect(pace(59_000)).toBe(2_000);
    expect(pace(61_000)).toBe(4_000);
    expect(pace(3_600_000)).toBe(30_000);
  });
});

describe("a page that is looked at for an hour", () => {
  let leave = (): void => undefined;
  const read = vi.fn(async () => ({ data: null as string | null, etag: "same" }));
  const asked = async (seconds: number): Promise<number> => {
    const before = read.mock.calls.length;
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    return read.mock.calls.length - before;
  };
  const show = (state: DocumentVisibilityState): void => {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
    document.dispatchEvent(new Event("visibilitychange"));
  };
  function open(options: { steady?: boolean }): void {
    const app = createApp({ setup: () => (useLive(read, options), () => null) });
    app.mount(document.createElement("div"));
    leave = () => app.unmount();
  }
  beforeEach(() => {
    vi.useFakeTimers();
    read.mockReset().mockResolvedValue({ data: null, etag: "same" });
  });
  afterEach(() => {
    leave();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("asks seldom when nothing changes", async () => {
    open({});
    await asked(3_600);
    expect(await asked(60)).toBe(2);
  });

  it("asks every two seconds all the time when it is steady, but not in the background", async () => {
    open({ steady: true });
    await asked(3_600);
    expect(await asked(60)).toBe(30);
    show("hidden");
    expect(await asked(600)).toBe(0);
    const before = read.mock.calls.length;
    show("visible");
    expect(read.mock.calls.length - before).toBe(1);
    expect(await asked(60)).toBe(30);
  });

  it("asks seldom while there are no answers, steady or not, and every two seconds again after one", async () => {
    open({ steady: true });
    await asked(600);
    read.mockRejectedValue(Problem.offline());
    await asked(600);
    expect(await asked(60)).toBe(2);
    read.mockResolvedValue({ data: null, etag: "same" });
    await asked(30);
    expect(await asked(60)).toBe(30);
  });
});

describe("reading", () => {
  it("keeps what was read when the next reading fails", async () => {
    const read = vi.fn().mockResolvedValueOnce("first").mockRejectedValueOnce(Problem.offline());
    const loaded = useLoaded(read, { now: false });
    await loaded.reload();
    await loaded.reload();
    expect(loaded.data.value).toBe("first");
    expect(loaded.problem.value?.isOffline).toBe(true);
  });

  it("shows the latest question's answer, whichever comes last", async () => {
    const answers: ((text: string) => void)[] = [];
    const loaded = useLoaded(() => new Promise<string>((done) => answers.push(done)), { now: false });
    const both = [loaded.reload(), loaded.reload()];
    answers[1]?.("second");
    answers[0]?.("first");
    await Promise.all(both);
    expect(loaded.data.value).toBe("second");
  });
});

describe("a list", () => {
  it("goes on where it was, once at a time, to its end", async () => {
    const read = vi.fn(async (cursor?: string) => (cursor ? { items: [3], next_cursor: null } : { items: [1, 2], next_cursor: "c" }));
    const pages = usePages(read);
    await Promise.all([pages.more(), pages.more()]);
    await pages.more();
    await pages.more();
    expect(pages.items.value).toEqual([1, 2, 3]);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("says what went wrong and can be tried again from there", async () => {
    const read = vi
      .fn()
      .mockResolvedValueOnce({ items: [1], next_cursor: "c" })
      .mockRejectedValueOnce(Problem.offline())
      .mockResolvedValueOnce({ items: [2], next_cursor: null });
    const pages = usePages<number>(read);
    await pages.more();
    await pages.more();
    expect(pages.problem.value?.code).toBe("offline");
    await pages.more();
    expect([pages.items.value, pages.problem.value]).toEqual([[1, 2], null]);
  });

  it("that begins anew drops what an earlier reading brings", async () => {
    const answers: ((page: { items: string[]; next_cursor: null }) => void)[] = [];
    const pages = usePages(() => new Promise<{ items: string[]; next_cursor: null }>((done) => answers.push(done)));
    const both = [pages.more(), pages.restart()];
    answers[1]?.({ items: ["new"], next_cursor: null });
    answers[0]?.({ items: ["old"], next_cursor: null });
    await Promise.all(both);
    expect(pages.items.value).toEqual(["new"]);
  });
});
