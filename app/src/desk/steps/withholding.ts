/** What the public does not see of a case: which files are kept from it, and what is left to read and to look at. */
import { PARTS, type Part, type Stretch } from "./masks";
import type { Case } from "./table";

export interface Withheld {
  file: string;
  reason: string;
}
export interface File {
  id: string;
  name: string;
  picture: Case["pictures"][number] | null;
}

const MASK = "〔已隐去〕";

/** The author's pictures and PDF that the public sees, or will see. */
export function publicFiles(found: Pick<Case, "pictures" | "document" | "withheld">): File[] {
  const kept = new Set(found.withheld.map(({ file }) => file));
  const pictures = found.pictures.map((picture, index): File => ({ id: picture.id, name: `照片${index + 1}`, picture }));
  const document: File[] = found.document ? [{ id: found.document.id, name: "PDF 附件", picture: null }] : [];
  return [...pictures, ...document].filter(({ id }) => !kept.has(id));
}

/** What the public will read when the case is accepted with these values. Words that intake rewrote are masked by the service. */
export function publicWords(found: Pick<Case, Part>, masks: readonly Stretch[], rewritten: string): Record<Part, string> {
  const shown = (field: Part) => {
    if (field === "text" && rewritten) return rewritten;
    const characters = [...found[field]];
    for (const { start, end } of joined(masks.filter((one) => one.field === field)).reverse()) characters.splice(start, end - start, MASK);
    return characters.join("");
  };
  return Object.fromEntries((Object.keys(PARTS) as Part[]).map((field) => [field, shown(field)])) as Record<Part, string>;
}

/** The stretches in order; those that touch or overlap are one. */
function joined(masks: readonly Stretch[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { start, end } of [...masks].sort((one, other) => one.start - other.start)) {
    const last = found.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start, end });
  }
  return found;
}
