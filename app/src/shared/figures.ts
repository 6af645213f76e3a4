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

export const rateOf = (group: Group, code: string) => group.figures.rates.find((rate) => rate.code === code);

/** Whose rate may be compared, by what the rate itself counts, comes first, the best first; the others follow by their number of cases. */
export function ranked(groups: readonly Group[], rate = "response"): Group[] {
  const compared = (group: Group) => {
    const found = rateOf(group, rate);
    return found?.ranked ? (found.percent ?? -1) : -1;
  };
  return groups.toSorted((a, b) => compared(b) - compared(a) || b.figures.cases - a.figures.cases);
}
