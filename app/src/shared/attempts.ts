/** Sending, as pages need it: whether something is on its way, and why it did not go well. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { Problem } from "./problem";

export interface Attempts {
  busy: Ref<boolean>;
  problem: ShallowRef<Problem | null>;
  /** Does the work and tells whether it went well; if not, `problem` says why. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useAttempts(): Attempts {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    [busy.value, problem.value] = [true, null];
    try {
      await work();
      return true;
    } catch (error) {
      problem.value = Problem.of(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, attempt };
}
