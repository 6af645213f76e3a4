/** Several cases dispatched to one department, one after the other: each is a step of its own, done once, and told apart. */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";

import { api, ask, once, type Schemas } from "@/shared/api/client";
import { Problem } from "@/shared/problem";

import type { Intent, Values } from "../drafts";
import { intended, mayBeDone } from "../intent";

type Receipt = Schemas["petition.CaseReceipt"];
type Row = Pick<Schemas["petition.DeskRow"], "no" | "title" | "state" | "version">;

/** So many at once: what one clerk can answer for, and a minute or so of sending. */
export const MOST = 50;

/** What did not go through, and whether the same may be sent again. */
export interface Failed {
  no: string;
  title: string;
  said: string;
  again: boolean;
}

export interface Bulk {
  chosen: ShallowRef<ReadonlyMap<string, Row>>;
  failed: ShallowRef<readonly Failed[]>;
  /** How many have been sent of this run, 0 before and after. */
  sent: Ref<number>;
  busy: ComputedRef<boolean>;
  toggle: (row: Row) => void;
  choose: (rows: readonly Row[]) => void;
  clear: () => void;
  /** Dispatches what is chosen; what went through is no longer chosen. Gives how many did. */
  run: (department: string, done: (receipt: Receipt) => void) => Promise<number>;
}

/** Whether the case waits for a department: others of the queue wait for intake's first look. */
export function dispatchable(row: Pick<Row, "state">): boolean {
  return row.state === "accepted";
}

export function useBulk(send: typeof dispatch = dispatch): Bulk {
  const chosen = shallowRef<ReadonlyMap<string, Row>>(new Map());
  const failed = shallowRef<readonly Failed[]>([]);
  const sent = ref(0);
  const running = ref(false);
  const intents = new Map<string, Intent>();

  function toggle(row: Row): void {
    const next = new Map(chosen.value);
    if (!next.delete(row.no) && dispatchable(row) && next.size < MOST) next.set(row.no, row);
    chosen.value = next;
  }
  function choose(rows: readonly Row[]): void {
    chosen.value = new Map(rows.filter(dispatchable).slice(0, MOST).map((row) => [row.no, row]));
  }
  function clear(): void {
    [chosen.value, failed.value] = [new Map(), []];
  }
  async function run(department: string, done: (receipt: Receipt) => void): Promise<number> {
    if (running.value) return 0;
    [running.value, sent.value, failed.value] = [true, 0, []];
    let through = 0;
    for (const row of [...chosen.value.values()]) {
      const intent = intended(intents.get(row.no), { department }, row.version);
      intents.set(row.no, intent);
      sent.value += 1;
      try {
        const receipt = await send(row.no, intent);
        without(row.no);
        through += 1;
        done(receipt);
      } catch (error) {
        const problem = Problem.of(error);
        failed.value = [...failed.value, { no: row.no, title: row.title, ...told(problem) }];
        if (mayBeDone(problem)) break; // the others would wait for the same
        intents.delete(row.no);
        without(row.no);
      }
    }
    [running.value, sent.value] = [false, 0];
    return through;
  }
  function without(no: string): void {
    const next = new Map(chosen.value);
    next.delete(no);
    chosen.value = next;
  }
  return { chosen, failed, sent, busy: computed(() => running.value), toggle, choose, clear, run };
}

function told(problem: Problem): { said: string; again: boolean } {
  if (mayBeDone(problem)) return { said: `${problem.message}再次提交不会重复转交。`, again: true };
  const state = typeof problem.extra.state_name === "string" ? `现在是“${problem.extra.state_name}”。` : "";
  return { said: `${problem.first}${state}`, again: false };
}

function dispatch(no: string, { key, body }: { key: string; body: Values }): Promise<Receipt> {
  return ask(api.POST("/api/v1/desk/cases/{no}/dispatch", { params: { path: { no }, header: once(key) }, body: body as never }));
}
