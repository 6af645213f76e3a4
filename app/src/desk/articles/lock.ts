/** Who writes an article now: taken with the first change, kept while one types, given back when one leaves. */
import { computed, onBeforeUnmount, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";

import { api, ask, once, type Schemas } from "@/shared/api/client";

type Lock = Schemas["news.LockView"];

const RENEWED = 30_000;
const STILL_TYPING = 120_000;

export interface Writing {
  lock: ShallowRef<Lock | null>;
  /** Whether a colleague writes, so that one must not. */
  others: ComputedRef<boolean>;
  busy: Ref<boolean>;
  /** Says that something was typed. */
  typed: () => void;
  takeOver: () => Promise<void>;
}

/** The lock of this article; `id` is empty while it has no number. */
export function useLock(id: () => string): Writing {
  const lock = shallowRef<Lock | null>(null);
  const busy = ref(false);
  const others = computed(() => lock.value !== null && !lock.value.mine);
  let lastTyped = 0;
  const timer = setInterval(() => void renew(), RENEWED);
  onBeforeUnmount(() => {
    clearInterval(timer);
    if (lock.value?.mine) void api.DELETE("/api/v1/desk/articles/{id}/lock", { params: { path: { id: id() } }, keepalive: true }).catch(() => undefined);
  });

  async function renew(): Promise<void> {
    if (others.value || Date.now() - lastTyped < STILL_TYPING) await take(false);
  }
  async function take(over: boolean): Promise<void> {
    if (!id() || busy.value || (others.value && !over && Date.now() < Date.parse(lock.value?.until ?? ""))) return;
    busy.value = true;
    try {
      const path = { id: id() };
      const answer = await ask(api.PUT("/api/v1/desk/articles/{id}/lock", { params: { path, header: once() }, body: { take_over: over } }));
      lock.value = answer.lock;
    } catch {
      // Without a lock the version still tells of a colleague's change.
    } finally {
      busy.value = false;
    }
  }
  function typed(): void {
    const first = !lock.value?.mine;
    lastTyped = Date.now();
    if (first && !others.value) void take(false);
  }
  return { lock, others, busy, typed, takeOver: () => take(true) };
}
