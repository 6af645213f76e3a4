/** Sending a picture, before what it belongs to is sent. */
import { api, ask, once } from "./api/client";

/** Sends a picture; its id. The same key gives the same picture, however often it is sent. Raises Problem. */
export async function upload(picture: Blob, key: string): Promise<string> {
  const sent = await ask(
    api.POST("/api/v1/uploads", {
      params: { header: once(key) },
      body: picture as never, // a picture, not JSON
      bodySerializer: (body: unknown) => body as Blob,
      headers: { "Content-Type": picture.type },
    }),
  );
  return sent.id;
}
