/** Sending a picture, before what it belongs to is sent. */
import { api, ask, once, type Schemas } from "./api/client";

/** Sends a picture; its id. The same key gives the same picture, however often it is sent. Raises Problem. */
export async function upload(picture: Blob, key: string): Promise<string> {
  const sent = await ask(api.POST("/api/v1/uploads", { params: { header: once(key) }, ...asItIs(picture) }));
  return sent.id;
}

/** Sends a picture for an article; its id and size. Raises Problem. */
export async function uploadForArticle(picture: Blob, key: string): Promise<Schemas["petition.Picture"]> {
  const sent = await ask(api.POST("/api/v1/desk/article-pictures", { params: { header: once(key) }, ...asItIs(picture) }));
  return sent as Schemas["petition.Picture"]; // the gateway answers with what became of the whole upload
}

/** Sends a PDF for an article; its id, pages and size in bytes. Raises Problem. */
export async function uploadFileForArticle(file: Blob, key: string): Promise<{ id: string; pages: number | null; size: number | null }> {
  const sent = await ask(api.POST("/api/v1/desk/article-pictures", { params: { header: once(key) }, ...asItIs(file) }));
  return sent as unknown as { id: string; pages: number | null; size: number | null }; // what became of the whole upload
}

/** Sends a picture for a tip, whoever sends it; its id. Raises Problem. */
export async function uploadForTip(picture: Blob, key: string): Promise<string> {
  const sent = await ask(api.POST("/api/v1/tip-pictures", { params: { header: once(key) }, ...asItIs(picture) }));
  return sent.id;
}

function asItIs(picture: Blob): { body: never; bodySerializer: (body: unknown) => Blob; headers: { "Content-Type": string } } {
  return { body: picture as never, bodySerializer: (body) => body as Blob, headers: { "Content-Type": picture.type } };
}
