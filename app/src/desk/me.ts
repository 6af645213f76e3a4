/** What a session does not say about its holder. */
import { api, ask, type Schemas } from "@/shared/api/client";
import { onLeaving } from "@/shared/session";

type Me = Schemas["accounts.Me"];

let asked: Promise<Me | null> | null = null;
onLeaving(() => (asked = null));

/** The signed-in person's own account, read once a session; null while it cannot be read. */
export function me(): Promise<Me | null> {
  asked ??= ask(api.GET("/api/v1/me")).catch(() => (asked = null));
  return asked;
}
