/** The service worker: when it comes, when a newer one waits, and how the reader takes the newer one. */
import { ref } from "vue";

export const updateReady = ref(false);
const HOUR = 3_600_000;
let waiting: ServiceWorker | null = null;

/** Installs it once the page stands, and looks for a newer one now and then. */
export function installWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const before = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => before && location.reload());
  window.addEventListener("load", () => void register());
}

/** Hands over to the newer version; the page is loaded anew by it. */
export function update(): void {
  waiting?.postMessage("take over");
}

async function register(): Promise<void> {
  const registration = await navigator.serviceWorker.register("/sw.js").catch(() => null);
  if (!registration) return;
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && offer(registration.waiting));
  });
  setInterval(() => void registration.update().catch(() => undefined), HOUR);
}

function offer(worker: ServiceWorker | null): void {
  if (!worker || !navigator.serviceWorker.controller) return;
  waiting = worker;
  updateReady.value = true;
}
