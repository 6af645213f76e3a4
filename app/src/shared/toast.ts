/** A word at the edge of the screen, also read aloud, gone after a while. */
import { reactive } from "vue";

const SHOWN = 3_500;

export interface Toast {
  id: number;
  text: string;
}

export const toasts = reactive<Toast[]>([]);
let last = 0;

export function say(text: string): void {
  const id = ++last;
  toasts.push({ id, text });
  setTimeout(() => {
    const at = toasts.findIndex((toast) => toast.id === id);
    if (at >= 0) toasts.splice(at, 1);
  }, SHOWN);
}
