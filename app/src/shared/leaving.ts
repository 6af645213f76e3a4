/** What one person has read and written on this device must not be there for the next. Loaded from the first page on. */
import { onLeaving } from "./session";

/** Has everything private thrown away when the session ends. */
export function leavesNothing(): void {
  onLeaving(async () => {
    const { clear } = await import("./store");
    await clear().catch(() => undefined); // a browser that keeps nothing has nothing to clear
  });
  onLeaving(() => ("caches" in window ? caches.delete("private") : undefined));
  onLeaving(() => navigator.serviceWorker?.controller?.postMessage("left")); // answers are under way to it
}
