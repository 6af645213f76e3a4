/** What an article consists of, for those who write it and those who read it. */
import type { Schemas } from "./api/client";

type Later = "widths" | "licence" | "expired"; // an answer that was kept on the phone before has none of them
export type ShownBlock = Schemas["news.TextView"] | PictureBlock | Schemas["news.CaseView"] | Schemas["news.ItemView"];
export type PictureBlock = Omit<Schemas["news.PictureView"], Later> & Partial<Pick<Schemas["news.PictureView"], Later>>;

/** Where a picture of an article is read. */
export function pictureAddress(id: string, size: string): string {
  return `/api/v1/article-pictures/${id}?size=${size}`;
}

/** The copies of a picture, for a browser to choose from; a copy is never wider than its picture. */
export function copiesOf({ picture, width, widths }: PictureBlock, form: "webp" | "jpeg"): string {
  return (widths ?? []).map((one) => `${pictureAddress(picture, `${form}${String(one)}`)} ${String(Math.min(one, width))}w`).join(", ");
}

/** The body of an article; one that was kept before there were other kinds of blocks has text alone. */
export function bodyOf(article: { body?: readonly ShownBlock[]; blocks: readonly Schemas["news.BlockView"][] }): readonly ShownBlock[] {
  return article.body ?? article.blocks;
}
