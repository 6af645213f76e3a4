/** Templates of a reply: what they leave to fill in, and how one is taken over without losing what was typed. */
import type { Schemas } from "@/shared/api/client";

import type { Values } from "../drafts";

export type Template = Schemas["petition.ReplyTemplate"];
export type Part = keyof Template["said"];
export const PARTS: readonly Part[] = ["facts", "rule", "done", "next"];

const MARK = /【待填[：:]([^】\n]{1,40})】/g;

/** What is left to fill in, in order. */
export function unfilled(text: string): string[] {
  return [...text.matchAll(MARK)].map((found) => (found[1] ?? "").trim());
}

/** Where the next mark stands from a place on, as the bounds of a selection. */
export function nextMark(text: string, from: number): [number, number] | null {
  const found = [...text.matchAll(MARK)].find((one) => one.index >= from);
  return found ? [found.index, found.index + found[0].length] : null;
}

/** Whether something of one's own stands in a part, which a template would replace. */
export function typed(values: Values): boolean {
  return PARTS.some((part) => textOf(values, part).trim());
}

/** The parts with the template in them; `all`: also in those that have words already. */
export function taken({ said }: Template, values: Values, all: boolean): Record<Part, string> {
  const one = (part: Part): string => (all || !textOf(values, part).trim() ? said[part] : textOf(values, part));
  return { facts: one("facts"), rule: one("rule"), done: one("done"), next: one("next") };
}

/** What a form holds in a part. */
export function textOf(values: Values, part: Part): string {
  const value = values[part];
  return typeof value === "string" ? value : "";
}
