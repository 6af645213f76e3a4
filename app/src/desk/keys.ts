/** Single keys: each page says which it takes, `?` shows them all, and who is disturbed by them turns them off. */
import { onBeforeUnmount, onMounted, ref, shallowReactive, watch } from "vue";

export interface Key {
  /** What `KeyboardEvent.key` says, one or several that do the same. */
  keys: readonly string[];
  what: string;
  /** How the list of keys writes them; empty: it says nothing of them. Without it, the keys themselves. */
  shown?: readonly string[];
  act: (key: string) => void;
  /** Other than in its own place it does what the browser does: arrows scroll. */
  within?: () => HTMLElement | null;
}

const KEPT = "desk.keys";
const groups = shallowReactive(new Map<string, readonly Key[]>());

export const keysOn = ref(localStorage.getItem(KEPT) !== "off");
export const shownKeys: ReadonlyMap<string, readonly Key[]> = groups;

watch(keysOn, (on) => localStorage.setItem(KEPT, on ? "on" : "off"));

/** Takes these keys while the component is there, under a heading in the list of keys. */
export function useKeys(heading: string, keys: readonly Key[]): void {
  onMounted(() => groups.set(heading, keys));
  onBeforeUnmount(() => groups.get(heading) === keys && groups.delete(heading));
}

/** Does what the key stands for; what is typed into a field or spoken to a dialog is none of it. */
export function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  const single = event.key.length === 1;
  if (single && !keysOn.value) return;
  const found = [...groups.values()].flat().find((key) => key.keys.includes(event.key) && isHere(key, event.target));
  if (!found) return;
  event.preventDefault();
  found.act(event.key);
}

function isHere(key: Key, target: EventTarget | null): boolean {
  const place = key.within?.();
  return !key.within || (place?.contains(target as Node) ?? false);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, dialog, [role=listbox]") !== null;
}
