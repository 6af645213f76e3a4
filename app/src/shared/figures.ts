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

export const rateOf = (group: Pick<Group, "figures">, code: string) => group.figures.rates.find((rate) => rate.code === code);

/** The first and the last day of a month, as the API asks for days. */
export function daysOf(month: string): { from: string; to: string } {
  const first = `${month}-01`;
  return { from: first, to: new Date(Date.parse(`${monthBefore(month, -1)}-01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10) };
}

export interface Changed {
  name: string;
  closed: string;
  current: string;
}

const COUNTED = ["cases", "excluded", "overdue", "returned", "reopened", "yellow_cards", "red_cards"] as const;

/** What is not any more as the month closed with it, by the names that the definitions give. */
export function changesOf({ figures, correction }: Group, name: (code: string) => string): Changed[] {
  if (!correction) return [];
  const percent = (rate?: Schemas["petition.RateView"]) => (typeof rate?.percent === "number" ? `${rate.percent}%（${rate.numerator}/${rate.denominator}）` : "—");
  const counts = COUNTED.map((code) => ({ name: name(code), closed: `${figures[code]}`, current: `${correction[code]}` }));
  const rates = figures.rates.map((rate) => ({ name: rate.name, closed: percent(rate), current: percent(rateOf({ figures: correction }, rate.code)) }));
  return [...counts, ...rates].filter(({ closed, current }) => closed !== current);
}

/** Whose rate may be compared, by what the rate itself counts, comes first, the best first; the others follow by their number of cases. */
export function ranked(groups: readonly Group[], rate = "response"): Group[] {
  const compared = (group: Group) => {
    const found = rateOf(group, rate);
    return found?.ranked ? (found.percent ?? -1) : -1;
  };
  return groups.toSorted((a, b) => compared(b) - compared(a) || b.figures.cases - a.figures.cases);
}
