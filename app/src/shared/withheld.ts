/** What the public does not see of a case, in words. */
import type { Schemas } from "./api/client";

type Withheld = Pick<Schemas["petition.WithheldView"], "reason" | "document">;

/** How many pictures are not public and why, a line a reason; the PDF has a line of its own. */
export function withheldLines(withheld: readonly Withheld[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of withheld.filter((one) => !one.document)) counts.set(reason.name, (counts.get(reason.name) ?? 0) + 1);
  const pictures = [...counts].map(([reason, count]) => `${count}张照片未公开：${reason}`);
  const documents = withheld.filter((one) => one.document).map(({ reason }) => `PDF 附件未公开：${reason.name}`);
  return [...pictures, ...documents];
}

/** What was hidden at once. */
export function hiddenOf({ passages, files }: Pick<Schemas["petition.HidingView"], "passages" | "files">): string {
  const words = passages.map((passage) => `“${passage}”`);
  return [...words, ...(files ? [`${files}个附件`] : [])].join("、");
}
