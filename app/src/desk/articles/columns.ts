import { api, ask } from "@/shared/api/client";
import { once } from "@/shared/once";

/** The columns of the news, read once. Raises Problem. */
export const columns = once(() => ask(api.GET("/api/v1/columns", { params: { query: { limit: 100 } } })).then((page) => page.items));
