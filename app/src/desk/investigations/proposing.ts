/** What may be of one matter, as the newsroom picks from it, and what an investigation of a tip begins with. */
import type { Schemas } from "@/shared/api/client";

import type { Tip } from "../tips";
import type { Matter } from "./investigating";

export type Proposals = Schemas["news.Proposals"];

export interface Chosen {
  tips: string[];
  cases: string[];
}

/** Those picked that are still proposed, tips apart from cases. */
export function chosenOf({ tips, cases }: Pick<Proposals, "tips" | "cases">, picked: readonly string[]): Chosen {
  const numbers = (rows: readonly { no: string }[]) => rows.map(({ no }) => no).filter((no) => picked.includes(no));
  return { tips: numbers(tips), cases: numbers(cases) };
}

const LONGEST_TITLE = 30;
const REACHABLE = /\d[\d\s-]{4,}/g; // by a number somebody could be reached: it is not for a title that many read

/** What is sent when an investigation of a tip begins, before anybody has written other words. */
export function begun(tip: Pick<Tip, "no" | "text" | "town" | "place">, { tips, cases }: Chosen, lead: string): Matter {
  const [sentence = ""] = tip.text.replace(REACHABLE, "").split(/[。！？!?；;\n]/, 1);
  const title = sentence.trim().length >= 4 ? sentence.trim() : [tip.town?.name, tip.place, "爆料核实"].filter(Boolean).join(" ");
  return {
    title: title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title,
    question: "情况是否属实？由哪个部门负责？什么时候解决？",
    lead,
    members: [],
    cases: cases.join("\n"),
    tips: [tip.no, ...tips].join("\n"),
  };
}
