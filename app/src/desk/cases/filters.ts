/** What a queue is narrowed by, kept in the page's address: a link shows what its sender saw. */
import type { LocationQuery, LocationQueryRaw } from "vue-router";

export interface Filters {
  town?: string;
  category?: string;
  mine?: boolean;
}

export function filtersOf(query: LocationQuery): Filters {
  const one = (name: string): string | undefined => (typeof query[name] === "string" && query[name] ? query[name] : undefined);
  const [town, category] = [one("town"), one("category")];
  return { ...(town && { town }), ...(category && { category }), ...(query.mine === "1" && { mine: true }) };
}

export function queryOf({ town, category, mine }: Filters): LocationQueryRaw {
  return { ...(town && { town }), ...(category && { category }), ...(mine && { mine: "1" }) };
}

export function narrowed(filters: Filters): boolean {
  return Object.keys(filters).length > 0;
}
