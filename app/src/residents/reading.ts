/** That somebody reads an article: told once a visit, after long enough to have read a little; by device where nobody is signed in. */
import { api, once } from "@/shared/api/client";
import { device } from "@/shared/device";

const LONG_ENOUGH = 3_000;
const told = new Set<string>();

/** Tells it later; what is returned takes it back. */
export function tellReading(id: string): () => void {
  const timer = setTimeout(() => void tell(id), LONG_ENOUGH);
  return () => clearTimeout(timer);
}

async function tell(id: string): Promise<void> {
  if (told.has(id) || document.visibilityState !== "visible") return;
  told.add(id);
  const params = { path: { id }, header: once() };
  await api.POST("/api/v1/articles/{id}/readings", { params, body: {}, headers: device() }).catch(() => told.delete(id));
}
