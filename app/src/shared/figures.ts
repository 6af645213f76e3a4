/** Months and the order of groups on the page of figures. */
import type { Schemas } from "@/shared/api/client";

type Group = Schemas["petition.GroupFigures"];

const BEIJING = 8 * 3_600_000;

/** This month by Beijing's clock, as 2026-11. */
export function monthNow(now = Date.now()): string {
  return new Date(now + BEIJING).toISOString().slice(0, 7);
}

/** The month so many before this one; after it when `back` is negative. */
export function monthBefore(month: string, back = 1): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() - back);
  return at.toISOString().slice(0, 7);
}

export function monthWords(month: string): string {
  const [year, number] = month.split("-").map(Number);
  return `${year}年${number}月`;
}

/** Who is compared comes first, the best rate first; the others follow by their number of cases. */
export function ranked(groups: readonly Group[], rate = "response"): Group[] {
  const response = (group: Group) => group.figures.rates.find(({ code }) => code === rate)?.percent ?? -1;
  return groups.toSorted(
    (a, b) => Number(b.ranked) - Number(a.ranked) || (a.ranked ? response(b) - response(a) : 0) || b.figures.cases - a.figures.cases,
  );
}
