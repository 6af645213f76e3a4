/** The four parts of a published reply as everyone reads them: what was done before why it may be. */
export const REPLY = [
  { field: "facts", name: "核实情况" },
  { field: "done", name: "办理结果" },
  { field: "next", name: "后续安排" },
  { field: "rule", name: "政策依据" },
] as const;

/** Those that a reply has words in: one of an earlier time, which was imported, has them all in the first. */
export function spoken(reply: Readonly<Record<(typeof REPLY)[number]["field"], string>>): (typeof REPLY)[number][] {
  return REPLY.filter(({ field }) => reply[field]);
}
