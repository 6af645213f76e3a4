/** How this device shows things: theme and size of type. */
import { reactive, watch } from "vue";

export type Theme = "auto" | "light" | "dark";
export type Size = "usual" | "large";

const KEY = "appearance";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

export const appearance = reactive<{ theme: Theme; size: Size }>({ theme: "auto", size: "usual", ...kept() });

/** Shows what was chosen, and what will be. */
export function applyAppearance(): void {
  watch(appearance, show, { immediate: true });
  watch(appearance, (chosen) => localStorage.setItem(KEY, JSON.stringify(chosen)));
  dark().addEventListener("change", show);
}

function show(): void {
  const isDark = appearance.theme === "dark" || (appearance.theme === "auto" && dark().matches);
  const root = document.documentElement;
  root.dataset.theme = isDark ? "dark" : "light";
  root.dataset.size = appearance.size;
  const colour = getComputedStyle(root).getPropertyValue("--paper").trim();
  document.querySelectorAll('meta[name="theme-color"]').forEach((meta) => meta.setAttribute("content", colour));
}

function kept(): object {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as object;
  } catch {
    return {};
  }
}
