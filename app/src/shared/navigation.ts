/** What a change of page means to people: a title, a place to read on from, and old files that have gone. */
import type { Router } from "vue-router";

declare module "vue-router" {
  interface RouteMeta {
    title?: string;
    /** Only for who is signed in. */
    signedIn?: boolean;
    /** One of the places at the bottom of the screen. */
    tab?: boolean;
  }
}

/** Names the page and puts the focus at its beginning, so that keyboard and screen reader go on from there. */
export function announcePages(router: Router, name: string): void {
  router.afterEach((to, from, failure) => {
    if (failure) return;
    document.title = to.meta.title ? `${to.meta.title} · ${name}` : name;
    if (from.matched.length && to.path !== from.path) focusMain();
  });
}

/** A page's file that is gone since a new version came is got by loading the page anew. */
export function survivesUpdates(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem("reloaded") ?? 0);
    if (!navigator.onLine || Date.now() - last < 10_000) return;
    event.preventDefault();
    sessionStorage.setItem("reloaded", String(Date.now()));
    location.reload();
  });
}

function focusMain(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true }));
}
