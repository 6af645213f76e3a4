import { api, ask, type Schemas } from "@/shared/api/client";

let reading: Promise<Schemas["news.ColumnView"][]> | null = null;

/** The columns of the news, read once. Raises Problem. */
export function columns(): Promise<Schemas["news.ColumnView"][]> {
  reading ??= ask(api.GET("/api/v1/columns", { params: { query: { limit: 100 } } }))
    .then((page) => page.items)
    .catch((error: unknown) => {
      reading = null;
      throw error;
    });
  return reading;
}
