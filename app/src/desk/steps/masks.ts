/** What the public does not read, by places in the words: places count characters as people do, not halves of them. */
import type { Schemas } from "@/shared/api/client";

import type { Case } from "./table";

export type Mask = Schemas["petition.MaskView"];
export type Part = "title" | "text" | "place";
export const PARTS: Readonly<Record<Part, string>> = { title: "标题", text: "正文", place: "地点" };

export interface Stretch {
  field: Part;
  start: number;
  end: number;
  kind: Mask["kind"];
}

export function stretch({ field, start, end, kind }: Mask): Stretch {
  return { field: field as Part, start, end, kind };
}

/** The words at that place. */
export function wordsAt(found: Case, { field, start, end }: Pick<Stretch, "field" | "start" | "end">): string {
  return [...found[field]].slice(start, end).join("");
}

/** Every place where these words stand in the case. */
export function placesOf(found: Case, words: string): Stretch[] {
  if (!words.trim()) return [];
  return (Object.keys(PARTS) as Part[]).flatMap((field) => {
    const places: Stretch[] = [];
    for (let at = found[field].indexOf(words); at >= 0; at = found[field].indexOf(words, at + words.length)) {
      const start = [...found[field].slice(0, at)].length;
      places.push({ field, start, end: start + [...words].length, kind: "other" });
    }
    return places;
  });
}

export function same(one: Stretch, other: Stretch): boolean {
  return one.field === other.field && one.start === other.start && one.end === other.end;
}

/** The list with these added, each once. */
export function withMore(list: readonly Stretch[], more: readonly Stretch[]): Stretch[] {
  return [...list, ...more.filter((one) => !list.some((known) => same(known, one)))];
}
