import { api, ask } from "@/shared/api/client";
import { once } from "@/shared/once";

/** The topics that an article may have, read once. Raises Problem. */
export const topics = once(() => ask(api.GET("/api/v1/topics")).then((found) => found.items));
