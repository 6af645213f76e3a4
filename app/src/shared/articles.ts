/** What an article consists of, for those who write it and those who read it. */
import type { Schemas } from "./api/client";

export type ShownBlock = Schemas["news.TextView"] | Schemas["news.PictureView"] | Schemas["news.CaseView"] | Schemas["news.ItemView"];
export type PictureBlock = Schemas["news.PictureView"];

/** Where a picture of an article is read. */
export function pictureAddress(id: string, size: "thumb" | "full"): string {
  return `/api/v1/article-pictures/${id}?size=${size}`;
}

/** The body of an article; one that was kept before there were other kinds of blocks has text alone. */
export function bodyOf(article: { body?: readonly ShownBlock[]; blocks: readonly Schemas["news.BlockView"][] }): readonly ShownBlock[] {
  return article.body ?? article.blocks;
}
