/** What the gateway has put into the page beside its text, so that it need not be asked for again. */

/** What the page brought of this address; once, for what is shown later is to be as it is then. */
export function takeEmbedded<T>(path: string): T | null {
  const found = document.getElementById("told");
  if (!(found instanceof HTMLScriptElement) || found.dataset.path !== path) return null;
  found.remove();
  keepForLater(path);
  return JSON.parse(found.textContent) as T;
}

/** Reads it once more through the service worker, when that has come: so it can be read without network, too. */
function keepForLater(path: string): void {
  const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!worker) return;
  const read = () => void fetch(path).catch(() => undefined);
  if (worker.controller) read();
  else worker.addEventListener("controllerchange", read, { once: true });
}
