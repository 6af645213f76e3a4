/** A queue as a table for a spreadsheet: the rows that its list shows, under the same filters. */
import { api, ask } from "@/shared/api/client";

import type { Queue } from "../roles";
import type { Filters } from "./filters";

/** Saves the table under a name that says what is in it. Raises Problem, also when it breaks off half-way. */
export async function saveTable(queue: Queue | "", name: string, filters: Filters): Promise<void> {
  const query = { ...(queue && { queue }), ...filters };
  const table: Blob = await ask(api.GET("/api/v1/desk/cases.csv", { params: { query }, parseAs: "blob" })) as never;
  const address = URL.createObjectURL(table);
  const link = Object.assign(document.createElement("a"), { href: address, download: nameOf(name, Date.now()) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const BEIJING = 8 * 3_600_000;

export function nameOf(queue: string, now: number): string {
  return `诉求-${queue}-${new Date(now + BEIJING).toISOString().slice(0, 10)}.csv`;
}
