/** What an article consists of, for those who write it and those who read it. */
import type { Schemas } from "./api/client";

type Later = "widths" | "licence" | "expired"; // an answer that was kept on the phone before has none of them
export type ShownBlock = Schemas["news.TextView"] | PictureBlock | Schemas["news.CaseView"] | Schemas["news.ItemView"] | FileBlock;
export type FileBlock = { kind: "file" } & Omit<Schemas["news.FileView"], "at">;
export type PictureBlock = Omit<Schemas["news.PictureView"], Later> & Partial<Pick<Schemas["news.PictureView"], Later>>;

/** Where a picture of an article is read. */
export function pictureAddress(id: string, size: string): string {
  return `/api/v1/article-pictures/${id}?size=${size}`;
}

/** The copies of a picture, for a browser to choose from; a copy is never wider than its picture. */
export function copiesOf({ picture, width, widths }: Pick<PictureBlock, "picture" | "width" | "widths">, form: "webp" | "jpeg"): string {
  return (widths ?? []).map((one) => `${pictureAddress(picture, `${form}${String(one)}`)} ${String(Math.min(one, width))}w`).join(", ");
}

/** The picture of an article, or of what a search has found, in a list; none from the moment on at which it may not be shown any more. */
export function listedPicture({ picture }: { picture?: Schemas["news.ListedPicture"] | null }, now = Date.now()): Schemas["news.ListedPicture"] | null {
  return picture && (picture.until === null || Date.parse(picture.until) > now) ? picture : null;
}

type KeptBlock = Exclude<ShownBlock, FileBlock>;

/** The body of an article, with its files in their places; one that was kept before there were other kinds of blocks has text alone. */
export function bodyOf(article: { body?: readonly KeptBlock[]; files?: readonly Schemas["news.FileView"][]; blocks: readonly Schemas["news.BlockView"][] }): readonly ShownBlock[] {
  const body: ShownBlock[] = [...(article.body ?? article.blocks)];
  for (const { at, ...file } of article.files ?? []) if (at < body.length) body[at] = { kind: "file", ...file };
  return body;
}
