/** A queue of the desk as one reads it: page by page, kept up to date without moving. */
import { ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";

import { api, ask, askAgain, type Fresh, type Schemas } from "@/shared/api/client";
import { useLive } from "@/shared/loading";
import { Problem } from "@/shared/problem";

import type { Queue } from "../roles";
import type { Filters } from "./filters";
import { isDone, merged } from "./merging";

export type Row = Schemas["petition.DeskRow"];
type Page = Schemas["petition.DeskPage"];

const LIMIT = 30;

export interface Waiting {
  rows: ShallowRef<Row[]>;
  newcomers: Ref<number>;
  gone: ShallowRef<ReadonlySet<string>>;
  problem: ShallowRef<Problem | null>;
  loading: Ref<boolean>;
  ended: Ref<boolean>;
  /** The next page. */
  more: () => Promise<void>;
  /** Takes in what is new, and lets go what has left. */
  pull: () => Promise<void>;
  /** Shows at once what a step has come to; `version` is the case's since then. */
  take: (no: string, version: number, stays: boolean) => void;
  /** The case after this one, or the one that took its place; null at the end. */
  after: (no: string) => string | null;
}

export function useQueue(queue: Queue | "", filters: Filters = {}): Waiting {
  const rows = shallowRef<Row[]>([]);
  const newcomers = ref(0);
  const gone = shallowRef<ReadonlySet<string>>(new Set());
  const ended = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(true);
  const done = new Map<string, number>();
  let cursor: string | undefined;
  let lastPlace = 0;
  const live = useLive((etag) => first({ ...named(queue), ...filters }, etag));

  watch(live.data, (page) => page && (begun() ? merge(page) : show(page)));
  watch([live.problem, live.loading], ([failed, busy]) => {
    if (begun()) return;
    [problem.value, loading.value] = [failed, busy];
  });

  function begun(): boolean {
    return rows.value.length > 0;
  }
  function show(page: Page): void {
    rows.value = page.items.filter((row) => !isDone(row, done));
    [newcomers.value, gone.value, problem.value, loading.value] = [0, new Set(), null, false];
    cursor = page.next_cursor ?? undefined;
    ended.value = page.next_cursor === null;
  }
  function merge(page: Page): void {
    const found = merged(rows.value, page.items, page.next_cursor === null, done);
    rows.value = found.rows;
    [newcomers.value, gone.value] = [found.newcomers, found.gone];
  }
  async function more(): Promise<void> {
    if (loading.value || ended.value || !begun()) return;
    loading.value = true;
    problem.value = null;
    try {
      const page = await ask(api.GET("/api/v1/desk/cases", { params: { query: { ...named(queue), ...filters, limit: LIMIT, cursor } } }));
      const known = new Set(rows.value.map((row) => row.no));
      rows.value = [...rows.value, ...page.items.filter((row) => !known.has(row.no))];
      cursor = page.next_cursor ?? undefined;
      ended.value = page.next_cursor === null;
    } catch (error) {
      problem.value = Problem.of(error);
    } finally {
      loading.value = false;
    }
  }
  async function pull(): Promise<void> {
    await live.reload();
    if (live.data.value) show(live.data.value);
  }
  function take(no: string, version: number, stays: boolean): void {
    if (!stays) {
      done.set(no, version);
      lastPlace = Math.max(0, place(no));
      rows.value = rows.value.filter((row) => row.no !== no);
    }
    void live.reload();
  }
  function after(no: string): string | null {
    const at = place(no);
    const rest = rows.value.slice(at < 0 ? lastPlace : at + 1).filter((row) => !gone.value.has(row.no));
    return rest[0]?.no ?? null;
  }
  function place(no: string): number {
    return rows.value.findIndex((row) => row.no === no);
  }
  return { rows, newcomers, gone, problem, loading, ended, more, pull, take, after };
}

function first(asked: Filters & { queue?: Queue }, etag: string): Promise<Fresh<Page>> {
  const headers = etag ? { "If-None-Match": etag } : {};
  return askAgain(api.GET("/api/v1/desk/cases", { params: { query: { ...asked, limit: LIMIT } }, headers }));
}

function named(queue: Queue | ""): { queue?: Queue } {
  return queue ? { queue } : {};
}
