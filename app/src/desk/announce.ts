/** What came of something, said to everyone: shown for a while, and read out. */
import { ref } from "vue";

export const announced = ref("");
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(words: string): void {
  clearTimeout(timer);
  announced.value = "";
  requestAnimationFrame(() => (announced.value = words)); // the same words twice are news twice
  timer = setTimeout(() => (announced.value = ""), 6_000);
}
