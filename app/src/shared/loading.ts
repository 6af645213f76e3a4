/** Reading, as pages need it: what is there, what went wrong, and the way to try again. */
import { onActivated, onBeforeUnmount, onDeactivated, onMounted, ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { readBefore, type Fresh } from "./api/client";
import { Problem } from "./problem";

export interface Loaded<T> {
  data: ShallowRef<T | null>;
  problem: ShallowRef<Problem | null>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

/** Reads once at the beginning, unless `first` is at hand, and on `reload`. What was read stays while the next answer is on its way. */
export function useLoaded<T>(read: () => Promise<T>, options: { now?: boolean; first?: T | null } = {}): Loaded<T> {
  const data = shallowRef<T | null>(options.first ?? null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(false);
  let latest = 0;
  async function reload(): Promise<void> {
    const mine = ++latest;
    loading.value = true;
    try {
      const found = await read();
      if (mine === latest) [data.value, problem.value] = [found, null];
    } catch (error) {
      if (mine === latest) problem.value = Problem.of(error);
    } finally {
      if (mine === latest) loading.value = false;
    }
  }
  if (options.now ?? data.value === null) void reload();
  return { data, problem, loading, reload };
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Pages<T> {
  items: ShallowRef<T[]>;
  problem: ShallowRef<Problem | null>;
  loading: Ref<boolean>;
  /** When the first page was read, if there has been no network since; empty for a fresh one. */
  readAt: Ref<string>;
  /** Whether the last page has been read. */
  ended: Ref<boolean>;
  more: () => Promise<void>;
  restart: () => Promise<void>;
}

/** Reads a list page by page; `restart` begins anew, for instance under another filter. */
export function usePages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Pages<T> {
  const items = shallowRef<T[]>([]);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(false);
  const ended = ref(false);
  const readAt = ref("");
  let cursor: string | undefined;
  let round = 0;
  async function more(): Promise<void> {
    if (loading.value || ended.value) return;
    await turn(round);
  }
  async function turn(mine: number): Promise<void> {
    loading.value = true;
    problem.value = null;
    try {
      const page = await read(cursor);
      if (mine !== round) return;
      if (!cursor) readAt.value = readBefore(page);
      items.value = cursor ? [...items.value, ...page.items] : page.items;
      cursor = page.next_cursor ?? undefined;
      ended.value = page.next_cursor === null;
    } catch (error) {
      if (mine === round) problem.value = Problem.of(error);
    } finally {
      if (mine === round) loading.value = false;
    }
  }
  async function restart(): Promise<void> {
    round += 1;
    cursor = undefined;
    ended.value = false;
    items.value = [];
    await turn(round);
  }
  return { items, problem, loading, readAt, ended, more, restart };
}

const QUICK = 2_000;
const SLOWEST = 30_000;
const FRESH = 60_000; // since the reader came or something changed

/** How long to wait before asking again, by the milliseconds since anything last happened. */
export function pace(quiet: number): number {
  return quiet < FRESH ? QUICK : Math.min(SLOWEST, QUICK * 2 ** Math.floor(quiet / FRESH));
}

/**
 * Keeps what a page shows up to date: asks often while it is looked at and fresh, seldom later, never in the background.
 * `steady`: as often as at first, as long as there are answers; for what must not be late and costs hardly anything.
 */
export function useLive<T>(read: (etag: string) => Promise<Fresh<T>>, { steady = false } = {}): Loaded<T> {
  const loaded = useLoaded<T>(() => Promise.reject(Problem.unknown(0)), { now: false });
  let etag = "";
  let lively = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = true;

  async function reload(): Promise<void> {
    clearTimeout(timer);
    loaded.loading.value = loaded.data.value === null;
    try {
      const fresh = await read(etag);
      etag = fresh.etag;
      if (steady || (fresh.data !== null && loaded.data.value !== null)) lively = Date.now();
      if (fresh.data !== null) loaded.data.value = fresh.data;
      loaded.problem.value = null;
    } catch (error) {
      loaded.problem.value = Problem.of(error);
    } finally {
      loaded.loading.value = false;
      plan();
    }
  }
  function plan(): void {
    clearTimeout(timer);
    if (shown && document.visibilityState === "visible") timer = setTimeout(reload, pace(Date.now() - lively));
  }
  function looked(): void {
    if (document.visibilityState !== "visible") return clearTimeout(timer);
    lively = Date.now();
    if (shown) void reload();
  }
  function arrive(): void {
    shown = true;
    looked();
  }
  function leave(): void {
    shown = false;
    clearTimeout(timer);
  }
  document.addEventListener("visibilitychange", looked);
  window.addEventListener("online", looked);
  onMounted(arrive);
  onActivated(() => !shown && arrive());
  onDeactivated(leave);
  onBeforeUnmount(() => {
    leave();
    document.removeEventListener("visibilitychange", looked);
    window.removeEventListener("online", looked);
  });
  return { ...loaded, reload };
}
