/** What was typed and not yet sent, kept on this machine for the person who typed it, until it is sent or thrown away. */
import { session } from "@/shared/session";

export type Values = Readonly<Record<string, unknown>>;

/** A command that was sent and whose answer is not known: repeated as it was, it is done once. */
export interface Intent {
  key: string;
  body: Values;
}

export interface Draft {
  at: number;
  values: Values;
  intent?: Intent;
}

const PREFIX = "draft";
const KEPT_DAYS = 30;

/** The draft under this name ("case CP… reply"), null when there is none. */
export function draft(name: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(address(name)) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

export function keep(name: string, kept: Omit<Draft, "at">, now = Date.now()): void {
  try {
    localStorage.setItem(address(name), JSON.stringify({ at: now, ...kept } satisfies Draft));
  } catch {
    // The browser's store is full or shut: what is typed stays on the page.
  }
}

export function drop(name: string): void {
  localStorage.removeItem(address(name));
}

/** The names of this person's drafts that begin so. */
export function drafts(beginning = ""): string[] {
  const begun = address(beginning);
  return keys().filter((key) => key.startsWith(begun)).map((key) => key.slice(address("").length));
}

/** Throws away what nobody came back for. */
export function forgetOld(now = Date.now()): void {
  const oldest = now - KEPT_DAYS * 86_400_000;
  for (const key of keys()) {
    const { at = 0 } = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Draft>;
    if (at < oldest) localStorage.removeItem(key);
  }
}

export function dropAll(): void {
  drafts().forEach(drop);
}

function address(name: string): string {
  return `${PREFIX} ${session.account?.id ?? ""} ${name}`;
}

function keys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX} `));
}
