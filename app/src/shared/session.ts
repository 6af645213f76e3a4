/** Who is signed in. The access token lives in memory only; the cookie that renews it cannot be read by scripts. */
import { computed, reactive, readonly } from "vue";

import type { components } from "./api/schema";
import { Problem, told } from "./problem";

export type Account = components["schemas"]["accounts.AccountView"];
type Opened = Pick<components["schemas"]["accounts.Session"], "access_token" | "expires_in" | "account">;
type Word = { kind: "opened"; session: Opened } | { kind: "closed" };

const HINT = "session"; // whose cookie may be there to renew by: who never signed in asks for nothing
const EARLY = 60_000;

const state = reactive({ token: "", until: 0, account: null as Account | null });
const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("session");
const leavers = new Set<() => unknown>();
let renewing: Promise<void> | null = null;
let begun: Promise<void> | null = null;

others?.addEventListener("message", ({ data }: MessageEvent<Word>) => {
  if (data.kind === "opened") adopt(data.session);
  else void forget();
});

export const session = readonly(state);
export const signedIn = computed(() => state.account !== null);

/** Called when a session ends, here or in another tab: whoever keeps something private throws it away. */
export function onLeaving(forgetIt: () => unknown): void {
  leavers.add(forgetIt);
}

/** Finds out, once, whether a session of this browser still holds. Never fails: without one, nobody is signed in. */
export function begin(): Promise<void> {
  begun ??= !state.account && localStorage.getItem(HINT) ? renew().catch(() => undefined) : Promise.resolve();
  return begun;
}

/** Takes over a session that was just opened, and tells the other tabs. */
export function open(opened: Opened): void {
  adopt(opened);
  others?.postMessage({ kind: "opened", session: plain(opened) } satisfies Word);
}

/** Ends it here and in the other tabs; what was kept for this person is gone when it returns. */
export async function close(): Promise<void> {
  others?.postMessage({ kind: "closed" } satisfies Word);
  await forget();
}

/** The token to send, renewed when it is about to end; empty when nobody is signed in. */
export async function token(): Promise<string> {
  await begin();
  if (state.token && Date.now() > state.until - EARLY) await renew().catch(() => undefined);
  return state.token;
}

/** Gets the next token; one renewal at a time, here and in all tabs. Raises Problem when the session has ended. */
export function renew(): Promise<void> {
  renewing ??= alone(renewOnce).finally(() => (renewing = null));
  return renewing;
}

async function alone(work: (before: string) => Promise<void>): Promise<void> {
  const before = state.token;
  if (!("locks" in navigator)) return work(before);
  await navigator.locks.request("session", () => work(before));
}

async function renewOnce(before: string): Promise<void> {
  if (state.token !== before && Date.now() < state.until - EARLY) return; // another tab was first
  const answer = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: "{}",
  }).catch(() => {
    throw Problem.offline();
  });
  if (answer.ok) return open((await answer.json()) as Opened);
  if (answer.status === 401 || answer.status === 403) await close();
  throw told(await answer.json().catch(() => null), answer.status);
}

function adopt(opened: Opened): void {
  const before = state.account?.id ?? localStorage.getItem(HINT);
  if (before && before !== opened.account.id) leavers.forEach((forgetIt) => void forgetIt()); // somebody else signs in
  state.token = opened.access_token;
  state.until = Date.now() + opened.expires_in * 1000;
  state.account = opened.account;
  localStorage.setItem(HINT, opened.account.id);
}

async function forget(): Promise<void> {
  state.token = "";
  state.account = null;
  localStorage.removeItem(HINT);
  await Promise.all([...leavers].map((forgetIt) => forgetIt()));
}

function plain(opened: Opened): Opened {
  return JSON.parse(JSON.stringify({ ...opened, refresh_token: undefined })) as Opened;
}
