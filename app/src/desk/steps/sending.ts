/** Sending a step, and keeping what was typed until it has arrived. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { api, ask, once, type Schemas } from "@/shared/api/client";
import { Problem } from "@/shared/problem";

import { draft, drop, keep, type Intent, type Values } from "../drafts";
import { intended, mayBeDone } from "../intent";
import { sent, type Case, type Step } from "./table";

export type Receipt = Schemas["petition.CaseReceipt"];

/** The name under which a step's values are kept. */
export function draftOf(no: string, step: Pick<Step, "action">): string {
  return `case ${no} ${step.action}`;
}

export interface Sending {
  busy: Ref<boolean>;
  problem: ShallowRef<Problem | null>;
  send: (found: Case, step: Step, values: Values) => Promise<Receipt | null>;
}

/** Sends steps, one at a time. `send` gives null when it did not succeed, and `problem` says why. */
export function useSending(): Sending {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  async function send(found: Case, step: Step, values: Values): Promise<Receipt | null> {
    if (busy.value) return null;
    const name = draftOf(found.no, step);
    const intent = intended(draft(name)?.intent, sent(step, values), found.version);
    keep(name, { values, intent });
    [busy.value, problem.value] = [true, null];
    try {
      const receipt = await (step.action === "ask_exclusion" ? askExclusion(found, intent) : post(found.no, step, intent));
      drop(name);
      return receipt;
    } catch (error) {
      problem.value = Problem.of(error);
      if (!mayBeDone(problem.value)) forgetIntent(name, step, values);
      return null;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, send };
}

function forgetIntent(name: string, step: Step, values: Values): void {
  if (step.fields.length) keep(name, { values });
  else drop(name);
}

/** A wish that the case be excluded leaves it as it is. */
async function askExclusion({ no, state, state_name, version }: Case, { key, body }: Intent): Promise<Receipt> {
  const { reason, text } = body as { reason: string; text: string };
  await ask(api.POST("/api/v1/desk/exclusions", { params: { header: once(key) }, body: { no, reason, text } }));
  return { no, state, state_name, version };
}

function post(no: string, { word }: Step, { key, body }: Intent): Promise<Receipt> {
  const path = `/api/v1/desk/cases/{no}/${word}` as "/api/v1/desk/cases/{no}/note"; // all steps have this shape
  return ask(api.POST(path, { params: { path: { no }, header: once(key) }, body: body as never }));
}
