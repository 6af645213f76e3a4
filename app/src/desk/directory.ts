/** The district's names, read once: what forms offer, and what codes are called. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from "vue";

import { api, ask, type Schemas } from "@/shared/api/client";

export type Directory = Schemas["petition.Directory"];
export type Kind = "department" | "urgency" | "reason" | "place" | "clock" | "finding";

const found = shallowRef<Directory | null>(null);
let reading: Promise<unknown> | null = null;

/** The directory, null until it is there; a reading that failed is tried again by the next who needs it. */
export function useDirectory(): { directory: ShallowRef<Directory | null>; name: ComputedRef<(kind: Kind, code: unknown) => string> } {
  void read().catch(() => undefined);
  const names = computed(() => new Map(found.value ? rows(found.value) : []));
  const name = computed(() => (kind: Kind, code: unknown) => names.value.get(`${kind} ${String(code)}`) ?? String(code ?? ""));
  return { directory: found, name };
}

async function read(): Promise<void> {
  if (found.value) return;
  reading ??= ask(api.GET("/api/v1/directory")).then((answer) => (found.value = answer)).finally(() => (reading = null));
  await reading;
}

function rows(directory: Directory): [string, string][] {
  const kinds: [Kind, { code: string; name: string }[]][] = [
    ["department", [...directory.departments, directory.intake]],
    ["urgency", directory.urgencies],
    ["reason", directory.refusal_reasons],
    ["place", directory.places_to_turn],
    ["clock", directory.clocks],
    ["finding", directory.findings],
  ];
  return kinds.flatMap(([kind, list]) => list.map(({ code, name }): [string, string] => [`${kind} ${code}`, name]));
}
