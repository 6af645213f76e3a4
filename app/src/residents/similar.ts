/** What may be about the same as a draft: asked for while one writes, when the writing pauses; silent when it fails. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

import { api, ask, type Schemas } from "@/shared/api/client";

import type { Draft } from "./draft";

export type Similar = Schemas["petition.SimilarCases"];

export interface Asked {
  text: string;
  title: string;
  place: string;
  category: string | null;
  town: string | null;
}

const PAUSE = 800;
const SHORTEST = 10; // characters before it is worth asking
const LONGEST = 1000; // the beginning tells what it is about

/** What is asked about the draft; null while there is too little to ask about. */
export function asked(draft: Pick<Draft, "text" | "title" | "titled" | "category" | "town" | "place">): Asked | null {
  const text = draft.text.trim().slice(0, LONGEST);
  if (text.length < SHORTEST) return null;
  return {
    text,
    title: draft.titled ? draft.title : "",
    place: draft.place,
    category: draft.category || null,
    town: draft.town || null,
  };
}

export function useSimilar(draft: () => Draft): ShallowRef<Similar | null> {
  const found = shallowRef<Similar | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = "";

  async function look(body: Asked, mine: string): Promise<void> {
    const answer = await ask(api.POST("/api/v1/cases/similar", { body })).catch(() => null); // sending does not wait for it
    if (mine === latest && answer) found.value = answer;
  }
  watch(
    () => JSON.stringify(asked(draft())),
    (now) => {
      clearTimeout(timer);
      latest = now;
      const body = JSON.parse(now) as Asked | null;
      if (body) timer = setTimeout(() => void look(body, now), PAUSE);
      else found.value = null;
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    latest = "";
  });
  return found;
}
