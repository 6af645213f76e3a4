import type { Schemas } from "@/shared/api/client";

/** How much is in these lists together, "+" where there is more than is counted or than `most`; empty for nothing. */
export function numbered(counts: Schemas["news.NewsroomCounts"] | null, lists: readonly string[], most = Infinity): string {
  const found = counts?.items.filter(({ queue }) => lists.includes(queue)).map(({ count }) => count) ?? [];
  const sum = found.reduce((all, count) => all + count, 0);
  if (!sum) return "";
  if (sum > most) return `${String(most)}+`;
  return `${String(sum)}${found.some((count) => count >= (counts?.counted_to ?? 0)) ? "+" : ""}`;
}
