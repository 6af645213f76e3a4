/** What waits for the newsroom: how much is in each list from which somebody works, as the bar and the tabs say it. */
import { onBeforeUnmount, shallowRef, watch } from "vue";

import { api, askAgain, type Schemas } from "@/shared/api/client";
import { useLive } from "@/shared/loading";

import { announced } from "../announce";

export const waiting = shallowRef<Schemas["news.NewsroomCounts"] | null>(null);

/** Keeps `waiting` up to date as long as the component is there: by itself, and after each step that somebody took. */
export function useWaiting(): void {
  const { data, reload } = useLive((etag) => askAgain(api.GET("/api/v1/desk/newsroom/counts", { headers: etag ? { "If-None-Match": etag } : {} })));
  watch(data, (found) => (waiting.value = found));
  watch(announced, (words) => words && void reload());
  onBeforeUnmount(() => (waiting.value = null));
}
