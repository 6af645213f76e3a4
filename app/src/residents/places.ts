/** Opening hours in words, and distances. */
import type { Schemas } from "@/shared/api/client";

const DAYS = ["", "周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/** "周一至周五 09:00—17:30，周六 09:00—13:00". */
export function hoursOf(hours: readonly Schemas["services_hub.HoursView"][]): string {
  return hours.map(({ days, opens, closes }) => `${daysOf(days)} ${opens}—${closes}`).join("，");
}

function daysOf(days: readonly number[]): string {
  const first = days[0] ?? 0;
  const last = days.at(-1) ?? 0;
  const unbroken = days.length > 2 && last - first === days.length - 1;
  return unbroken ? `${DAYS[first]}至${DAYS[last]}` : days.map((day) => DAYS[day]).join("、");
}

/** "240米", "1.2公里". */
export function distanceOf(metres: number): string {
  return metres < 1000 ? `${Math.round(metres / 10) * 10}米` : `${(metres / 1000).toFixed(1)}公里`;
}
