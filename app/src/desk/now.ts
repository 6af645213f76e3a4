/** The present, moving on twice a minute, for everything that says how long is left. */
import { onBeforeUnmount, ref, type Ref } from "vue";

export function useNow(): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), 30_000);
  onBeforeUnmount(() => clearInterval(timer));
  return now;
}
