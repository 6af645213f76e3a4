/** The typed way to the gateway. Every call either gives what was promised or throws a Problem. */
import createClient from "openapi-fetch";

import { Problem, told } from "../problem";
import * as session from "../session";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

export const api = createClient<paths>({ baseUrl: location.origin, fetch: withToken });

type Called<D> = Promise<{ data?: D; error?: unknown; response: Response }>;

const before = new WeakMap<object, string>();

/** What the call promised. Raises Problem for anything else. */
export async function ask<D>(call: Called<D>): Promise<NonNullable<D>> {
  const { data, error, response } = await call;
  if (error !== undefined || !response.ok) throw told(error, response.status);
  const readAt = response.headers.get("X-Read-At");
  if (readAt && typeof data === "object" && data) before.set(data, readAt);
  return data as NonNullable<D>;
}

/** When this answer was read, if it is one of before that the service worker has kept; empty for a fresh one. */
export function readBefore(answer: unknown): string {
  return typeof answer === "object" && answer ? (before.get(answer) ?? "") : "";
}

export interface Fresh<T> {
  /** null: nothing has changed since `etag`. */
  data: T | null;
  etag: string;
}

/** Like `ask`, for what is asked again and again: tells when nothing has changed. */
export async function askAgain<D>(call: Called<D>): Promise<Fresh<NonNullable<D>>> {
  const { response } = await call;
  const etag = response.headers.get("ETag") ?? "";
  return response.status === 304 ? { data: null, etag } : { data: await ask(call), etag };
}

/** Headers of a command that is done once, however often it is sent. */
export function once(key: string = crypto.randomUUID()): { "Idempotency-Key": string } {
  return { "Idempotency-Key": key };
}

/** Sends a request in the name of who is signed in; a token that has just ended is renewed and the request repeated. */
export async function withToken(request: Request): Promise<Response> {
  const again = request.clone();
  const used = await authorised(request);
  const answer = await fetched(request);
  if (answer.status !== 401 || !used) return answer;
  try {
    await session.renew();
  } catch (error) {
    if (Problem.of(error).isOffline) throw error;
    return answer;
  }
  await authorised(again);
  return fetched(again);
}

async function authorised(request: Request): Promise<boolean> {
  const token = await session.token();
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return token !== "";
}

async function fetched(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    if (request.signal.aborted) throw new DOMException("aborted", "AbortError");
    throw Problem.offline();
  }
}

