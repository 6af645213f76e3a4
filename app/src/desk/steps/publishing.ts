/** A look at what is about to be published: numbers that may be somebody's own are named, nothing is changed. */
import { api, ask, type Schemas } from "@/shared/api/client";

import type { Values } from "../drafts";
import { asked, type Field, type Step } from "./table";

export interface Found {
  label: string;
  words: string;
  kind: string;
}

interface Words {
  label: string;
  text: string;
}

/** The words of the step that everyone will read. */
export function published(step: Step, values: Values): Words[] {
  return asked(step, values).flatMap((field) => (isPublished(field, values) ? texts(field, values[field.name]) : []));
}

/** What of them may be somebody's own number. Raises what keeps the service from answering. */
export async function foundIn(words: readonly Words[]): Promise<Found[]> {
  if (!words.length) return [];
  const { items } = await ask(api.POST("/api/v1/desk/personal-numbers", { body: { texts: words.map(({ text }) => text) } }));
  return items.map((one) => ({ label: words[one.text]?.label ?? "", words: one.words, kind: one.kind_name }));
}

const PARTS = ["查清的事实", "依据", "已做的", "接下来"];

/** What was found in the parts of a reply that waits for approval. */
export function foundInReply(items: readonly Schemas["petition.FoundNumber"][]): Found[] {
  return items.map((one) => ({ label: PARTS[one.text] ?? "", words: one.words, kind: one.kind_name }));
}

export function said({ label, words, kind }: Found): string {
  return `“${label}”中有${kind} ${words}`;
}

function isPublished(field: Field, values: Values): boolean {
  return typeof field.published === "function" ? field.published(values) : !!field.published;
}

function texts({ label, name }: Field, value: unknown): Words[] {
  const rows: unknown[] = name === "promises" && Array.isArray(value) ? value.map((one: { text?: unknown }) => one.text) : [value];
  return rows.filter((row): row is string => typeof row === "string" && !!row.trim()).map((text) => ({ label, text }));
}
