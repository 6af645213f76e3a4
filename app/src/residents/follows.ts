/** What the resident follows, read once a session and kept as he changes it. */
import { reactive, watch } from "vue";

import { api, ask, once, type Schemas } from "@/shared/api/client";
import { signedIn } from "@/shared/session";

export type Kind = Schemas["news.FollowView"]["kind"] | "topic" | "echoes";
export const ECHOES = { kind: "echoes", target: "all", name: "回音壁" } as const; // followed as a whole

const followed = reactive(new Set<string>());
const MOST = 100; // columns and towns together are fewer

export function follows(kind: Kind, target: string): boolean {
  return followed.has(`${kind}/${target}`);
}

/** Follows it, or no more. Raises Problem. */
export async function turn(kind: Kind, target: string): Promise<boolean> {
  const given = { params: { path: { kind, target }, header: once() }, body: {} };
  const at = `${kind}/${target}`;
  const { following } = await ask(followed.has(at) ? api.DELETE("/api/v1/me/follows/{kind}/{target}", given) : api.PUT("/api/v1/me/follows/{kind}/{target}", given));
  if (following) followed.add(at);
  else followed.delete(at);
  return following;
}

watch(signedIn, read, { immediate: true });
async function read(): Promise<void> {
  followed.clear();
  if (!signedIn.value) return;
  const page = await ask(api.GET("/api/v1/me/follows", { params: { query: { limit: MOST } } })).catch(() => null);
  page?.items.forEach(({ kind, target }) => followed.add(`${kind}/${target}`));
  page?.topics?.forEach(({ code }) => followed.add(`topic/${code}`));
  if (page?.echoes) followed.add(`${ECHOES.kind}/${ECHOES.target}`);
}
