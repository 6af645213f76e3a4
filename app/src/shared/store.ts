/** What this device keeps beyond a visit, in the browser's own database: drafts and what was read. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

interface Kept extends DBSchema {
  private: { key: string; value: unknown };
}

let database: Promise<IDBPDatabase<Kept>> | null = null;

function opened(): Promise<IDBPDatabase<Kept>> {
  database ??= openDB<Kept>("connect", 1, { upgrade: (db) => void db.createObjectStore("private") });
  return database;
}

/** What was kept under this name; undefined when there is nothing, or when the browser keeps nothing. */
export async function kept(name: string): Promise<unknown> {
  return (await opened().catch(() => null))?.get("private", name);
}

export async function keep(name: string, value: unknown): Promise<void> {
  await (await opened()).put("private", value, name);
}

export async function drop(name: string): Promise<void> {
  await (await opened()).delete("private", name);
}

/** Throws everything away. */
export async function clear(): Promise<void> {
  await (await opened()).clear("private");
}
