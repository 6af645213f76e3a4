/** Alerts as a phone shows them: those of the reader's towns at length, those of other towns in a line; each goes by itself. */
import { reactive, watch } from "vue";

import type { Schemas } from "@/shared/api/client";

export type Alert = Schemas["news.AlertView"];

const KEY = "my-towns";
const NAMED = 3;

/** The towns that this reader is concerned with, on this device; none: all. */
export const myTowns = reactive<string[]>(kept());
watch(myTowns, (now) => localStorage.setItem(KEY, JSON.stringify(now)));

/** Those that hold at this moment: for the reader, and for other towns. */
export function sorted(alerts: readonly Alert[], towns: readonly string[], now: number): { mine: Alert[]; others: Alert[] } {
  const holding = alerts.filter((alert) => Date.parse(alert.over_at) > now);
  const concerns = (alert: Alert) => !towns.length || !alert.towns.length || alert.towns.some(({ code }) => towns.includes(code));
  return { mine: holding.filter(concerns), others: holding.filter((alert) => !concerns(alert)) };
}

/** Where it holds, in few words. */
export function where({ towns }: Pick<Alert, "towns">): string {
  if (!towns.length) return "全区";
  const named = towns.slice(0, NAMED).map(({ name }) => name).join("、");
  return towns.length > NAMED ? `${named}等${String(towns.length)}个镇街` : named;
}

function kept(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}
