/** How many notices the resident has not read; asked for now and then while somebody is signed in. */
import { ref, watch } from "vue";

import { api, ask } from "@/shared/api/client";
import { signedIn } from "@/shared/session";

const EVERY = 60_000;
export const unread = ref(0);

export async function countUnread(): Promise<void> {
  if (!signedIn.value || document.visibilityState !== "visible") return;
  const page = await ask(api.GET("/api/v1/me/inbox", { params: { query: { limit: 1 } } })).catch(() => null);
  if (page) unread.value = page.unread;
}

watch(signedIn, (now) => (now ? void countUnread() : (unread.value = 0)), { immediate: true });
setInterval(() => void countUnread(), EVERY);
