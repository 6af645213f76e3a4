/** What may be of one matter, as the newsroom picks from it, and what an investigation of a tip begins with. */
import type { Schemas } from "@/shared/api/client";

import type { Tip } from "../tips";
import type { Matter } from "./investigating";

export type Proposals = Schemas["news.Proposals"];

export type Bundle = Schemas["news.BundleView"];

export interface Chosen {
  tips: string[];
  cases: string[];
}

/** Those picked that are still proposed, tips apart from cases. */
export function chosenOf({ tips, cases }: Pick<Proposals, "tips" | "cases">, picked: readonly string[]): Chosen {
  const numbers = (rows: readonly { no: string }[]) => rows.map(({ no }) => no).filter((no) => picked.includes(no));
  return { tips: numbers(tips), cases: numbers(cases) };
}

/** All of a bundle, as an investigation takes it up. */
export function allOf({ tips, cases }: Bundle): Chosen {
  return { tips: tips.map(({ no }) => no), cases: cases.map(({ no }) => no) };
}

/** Where a bundle is, in few words. */
export function whereOf({ towns, places }: Bundle): string {
  const named = [towns.join("、"), places.slice(0, 2).join("、") + (places.length > 2 ? "等处" : "")].filter(Boolean);
  return named.join(" · ") || "地点未说明";
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

/** The same of a bundle: in the words of a case, as everyone reads them, where there is one. */
export function begunOf(bundle: Bundle, lead: string): Matter {
  const { tips, cases } = allOf(bundle);
  const [first] = bundle.tips;
  return begun({ no: first?.no ?? "", text: bundle.cases[0]?.title ?? first?.opening ?? "", town: first?.town ?? null, place: first?.place ?? "" }, { tips: tips.slice(1), cases }, lead);
}
