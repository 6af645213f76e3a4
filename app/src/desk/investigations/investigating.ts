/** Investigations in the words of the newsroom, and what a form of one holds. */
import type { Schemas } from "@/shared/api/client";

export type Investigation = Schemas["news.InvestigationView"];
export type State = Schemas["news.InvestigationRow"]["state"];

export const TONES: Readonly<Record<State, string>> = { open: "primary", answered: "good", published: "good", closed: "" };
/** The lists; `waits` is what waits in them, as the service counts it. */
export const TABS: readonly { at: string; name: string; asks: { state?: State; overdue?: boolean }; waits?: string }[] = [
  { at: "open", name: "调查中", asks: { state: "open" } },
  { at: "overdue", name: "部门超期未答", asks: { overdue: true }, waits: "overdue" },
  { at: "answered", name: "部门已答复", asks: { state: "answered" }, waits: "answered" },
  { at: "published", name: "已报道", asks: { state: "published" } },
  { at: "closed", name: "已结束", asks: { state: "closed" } },
];
export const KINDS: readonly { code: Schemas["news.RecordKind"]; name: string; whom: string }[] = [
  { code: "source", name: "线索来源", whom: "来源" }, { code: "interview", name: "采访", whom: "采访对象" }, { code: "visit", name: "实地走访", whom: "陪同人员" },
];

/** What somebody found, as a form holds it: `at` by the clock of Beijing. */
export interface Noted {
  kind: Schemas["news.RecordKind"];
  at: string;
  whom: string;
  place: string;
  text: string;
  pictures: string[];
  credit: string;
}
export const BLANK: Noted = { kind: "interview", at: "", whom: "", place: "", text: "", pictures: [], credit: "" };

export interface Matter {
  title: string;
  question: string;
  lead: string;
  members: string[];
  /** Numbers as they are typed, one a line or between blanks. */
  cases: string;
  tips: string;
}

export function matterOf(found: Investigation | null): Matter {
  if (!found) return { title: "", question: "", lead: "", members: [], cases: "", tips: "" };
  const { title, question, lead, members, cases, tips } = found;
  return { title, question, lead, members: [...members], cases: cases.join("\n"), tips: tips.join("\n") };
}

export interface Given {
  title: string;
  question: string;
  lead: string;
  members: string[];
  cases: string[];
  tips: string[];
}

/** What is sent: numbers apart, each once, in capitals. */
export function given(matter: Matter): Given {
  return { ...matter, title: matter.title.trim(), question: matter.question.trim(), cases: numbers(matter.cases), tips: numbers(matter.tips) };
}

export function numbers(typed: string): string[] {
  return [...new Set(typed.toUpperCase().split(/[\s,，、;；]+/).filter(Boolean))];
}
