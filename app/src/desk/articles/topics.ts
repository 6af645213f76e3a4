import { api, ask, type Schemas } from "@/shared/api/client";

let reading: Promise<Schemas["news.Named"][]> | null = null;

/** The topics that an article may have, read once. Raises Problem. */
export function topics(): Promise<Schemas["news.Named"][]> {
  reading ??= ask(api.GET("/api/v1/topics"))
    .then((found) => found.items)
    .catch((error: unknown) => {
      reading = null;
      throw error;
    });
  return reading;
}
