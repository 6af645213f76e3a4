/** What became of a case between the offices, in the order of time: where it went, what was noted, who was called or visited. */
import type { Schemas } from "@/shared/api/client";

type Case = Schemas["petition.CaseView"];

export interface Line {
  at: string;
  head: string;
  text: string;
  place: string;
  offline: boolean;
  pictures: Schemas["petition.Picture"][];
}

const KINDS = { call: "电话联系", visit: "现场走访" } as const;
const PLAIN = { place: "", offline: false, pictures: [] };

/** The lines of the record. The one dispatch that every case has is no news: the steps tell it. */
export function record(item: Pick<Case, "notes" | "contacts" | "inspections" | "hops">): Line[] {
  const notes = item.notes.map(({ at, unit, text }) => ({ ...PLAIN, at, head: unit.name, text }));
  const contacts = item.contacts.map(({ at, unit, kind, whom, text, place, pictures }) => ({
    at, head: `${unit.name}${KINDS[kind]}${whom}`, text, place, pictures, offline: true,
  }));
  const inspections = item.inspections.map(({ at, whom, finding_name, text, place, pictures }) => ({
    at, head: `现场督查（${whom}）：${finding_name}`, text, place, pictures, offline: true,
  }));
  const hops = item.hops.length > 1 ? item.hops.flatMap(moves) : [];
  return [...notes, ...contacts, ...inspections, ...hops].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function moves(hop: Case["hops"][number]): Line[] {
  const at = hop.ruled_at ?? hop.since;
  const ruled = { ...PLAIN, at, head: `督办员裁定，由${hop.department.name}承办`, text: hop.answer ?? "" };
  const given = { ...PLAIN, at: hop.since, head: `转交${hop.department.name}${joining(hop)}`, text: "" };
  const there = hop.ruled && at === hop.since ? [ruled] : hop.ruled ? [given, ruled] : [given];
  if (!hop.until || !hop.basis) return there;
  const suggested = hop.suggested_department ? `建议由${hop.suggested_department.name}承办。` : "";
  return [...there, { ...PLAIN, at: hop.until, head: `${hop.department.name}提出不由其承办`, text: `${suggested}${hop.basis}` }];
}

/** Who joins in, in brackets; empty when nobody does. */
export function joining(hop: Case["hops"][number] | undefined): string {
  return hop?.co_departments.length ? `（${hop.co_departments.map(({ name }) => name).join("、")}协办）` : "";
}
