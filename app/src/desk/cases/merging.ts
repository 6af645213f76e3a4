/** A list that is read again and again must not move under the reader: what changed is shown in place, what is new waits. */

interface Row {
  no: string;
  version: number;
}

export interface Merged<T> {
  rows: T[];
  /** In the queue now, but not in the list yet. */
  newcomers: number;
  /** In the list still, but no longer in the queue. */
  gone: Set<string>;
}

/**
 * The list after its beginning was read anew.
 *
 * `whole`: the fresh rows are the whole queue. `done`: cases that the reader has just taken out, with their versions;
 * an answer that was under way meanwhile may still hold them.
 */
export function merged<T extends Row>(rows: readonly T[], fresh: readonly T[], whole: boolean, done: ReadonlyMap<string, number>): Merged<T> {
  const known = new Set(rows.map((row) => row.no));
  const there = new Map(fresh.map((row) => [row.no, row]));
  const reach = whole ? rows.length : rows.findLastIndex((row) => there.has(row.no));
  return {
    rows: rows.map((row) => newer(row, there.get(row.no))),
    newcomers: fresh.filter((row) => !known.has(row.no) && !isDone(row, done)).length,
    gone: new Set(rows.filter((row, place) => place < reach && !there.has(row.no)).map((row) => row.no)),
  };
}

export function isDone(row: Row, done: ReadonlyMap<string, number>): boolean {
  return row.version < (done.get(row.no) ?? 0);
}

function newer<T extends Row>(row: T, fresh: T | undefined): T {
  return fresh && fresh.version >= row.version ? fresh : row;
}
