/** How it stands with the right to show a picture, in words. */
import type { Schemas } from "@/shared/api/client";

export type Medium = Schemas["news.MediumView"];

/** A day as people write it: 2026年12月1日. */
export function dayName(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${String(year)}年${String(month)}月${String(date)}日`;
}

/** What is to be said of it, and how urgently; nothing when it may be shown without an end. */
export function right({ standing, last_day: day }: Pick<Medium, "standing" | "last_day">): { text: string; tone: string } | null {
  if (!day) return null;
  if (standing === "expired") return { text: `授权已于${dayName(day)}到期`, tone: "alert" };
  return { text: `可展示至${dayName(day)}`, tone: standing === "expiring" ? "wait" : "" };
}
