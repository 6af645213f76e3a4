/** The same intention keeps its key through every retry, another intention gets another: so it is done once. */
import type { Problem } from "@/shared/problem";

import type { Intent, Values } from "./drafts";

const UNKNOWN = new Set([0, 429, 500, 502, 503, 504]);

/** What to send: the earlier command again while it says the same, whatever has happened to its subject since. */
export function intended(earlier: Intent | undefined, values: Values, version?: number, key: string = crypto.randomUUID()): Intent {
  if (earlier && same(earlier.body, values)) return earlier;
  return { key, body: version === undefined ? values : { ...values, version } };
}

/** Whether it may have been done although no answer came: the same command is sent again then, not a new one. */
export function mayBeDone(problem: Problem): boolean {
  return UNKNOWN.has(problem.status) || (problem.code === "conflict" && "retry_after" in problem.extra);
}

/** Whether someone else was first: what it was meant for has changed since it was read. */
export function overtaken(problem: Problem): boolean {
  return problem.code === "conflict" && !mayBeDone(problem);
}

function same(body: Values, values: Values): boolean {
  return told(body) === told(values);
}

function told(values: Values): string {
  return JSON.stringify(Object.entries(values).filter(([name]) => name !== "version").sort());
}
