/** The days of the trend: all of them, also those on which nothing was filed. */
import type { Schemas } from "@/shared/api/client";

import type { Day } from "./drawing";

const BEIJING = 8 * 3_600_000;
const DAY = 86_400_000;
export const TREND_DAYS = 30;
export const TREND_RATE = "replied_in_hours";

/** Whose days: the district's, or those of one department, town or category. */
export type Whose = { by: "district" } | { by: "department" | "town" | "category"; value: string };
export const EVERYONE: Whose = { by: "district" };

/** The first and the last day of the trend, by Beijing's clock. */
export function trendSpan(now: number): { from: string; to: string } {
  const day = (at: number) => new Date(at + BEIJING).toISOString().slice(0, 10);
  return { from: day(now - (TREND_DAYS - 1) * DAY), to: day(now) };
}

export function everyDay({ from, to }: { from: string; to: string }, counted: readonly Schemas["petition.DayFigures"][]): Day[] {
  const found = new Map(counted.map((row) => [row.day, row.figures]));
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
  return Array.from({ length: days }, (_, back) => {
    const day = new Date(Date.parse(from) + back * DAY).toISOString().slice(0, 10);
    const figures = found.get(day);
    return { day, cases: figures?.cases ?? 0, percent: figures?.rates.find(({ code }) => code === TREND_RATE)?.percent ?? null };
  });
}
