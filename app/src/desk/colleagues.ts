/** Staff by name: each id is asked for once, all that a page wants to know together. */
import { shallowReactive } from "vue";

import { api, ask, type Schemas } from "@/shared/api/client";
import { session } from "@/shared/session";

export type Colleague = Schemas["accounts.Colleague"];

const known = shallowReactive(new Map<string, Colleague>());
const asked = new Set<string>(); // who is nobody's colleague is not asked for again
const waiting: string[] = [];
const MOST = 100;

/** What somebody is called; his id until that is known, and for who is nobody's colleague. */
export function nameOf(id: string): string {
  if (!id) return "";
  if (id === session.account?.id) return `我（${session.account.nickname}）`;
  const found = known.get(id);
  if (!found) want(id);
  return found?.name ?? id;
}

/** Who works for a department now. */
export const workersOf = (department: string) => all({ department });

/** Who works in the newsroom now. */
export const newsroom = () => all({ newsroom: true });

async function all(asked: { department: string } | { newsroom: true }): Promise<Colleague[]> {
  const found: Colleague[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(api.GET("/api/v1/desk/colleagues", { params: { query: { ...asked, limit: MOST, cursor } } }));
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  for (const one of found) known.set(one.id, one);
  return found;
}

function want(id: string): void {
  if (asked.has(id)) return;
  asked.add(id);
  if (!waiting.length) queueMicrotask(() => void readWaiting());
  waiting.push(id);
}

async function readWaiting(): Promise<void> {
  const ids = waiting.splice(0, MOST);
  if (waiting.length) void readWaiting();
  try {
    const page = await ask(api.GET("/api/v1/desk/colleagues", { params: { query: { ids } } }));
    for (const one of page.items) known.set(one.id, one);
  } catch {
    for (const id of ids) asked.delete(id); // a later look tries again
  }
}
