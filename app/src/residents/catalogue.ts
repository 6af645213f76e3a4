/** The catalogue's headings as a page shows them. */
import type { IconName } from "@/shared/icons";

const AREAS: Record<string, IconName> = {
  social: "building",
  transport: "car",
  health: "hospital",
  insurance: "card",
  civil: "heart",
  family: "baby",
};

export function areaIcon(code: string): IconName {
  return AREAS[code] ?? "book";
}

/** A name without its explanation in brackets. */
export function shortName(name: string): string {
  return name.replace(/（.*）$/, "");
}
