/** How the cases that reports name stand, in words and colours. */
import type { Schemas } from "./api/client";

type FollowUp = Pick<Schemas["news.FollowUpView"], "outcome">;

const OUTCOMES: Readonly<Record<string, { name: string; tone: string }>> = {
  solved: { name: "已解决", tone: "good" },
  closed: { name: "已办结", tone: "" },
};
const UNSOLVED = { name: "尚未解决", tone: "wait" };

/** A case that its author has not called solved, and that is not over, is unsolved: so is what we do not know. */
export function outcome(item: FollowUp): { name: string; tone: string } {
  return OUTCOMES[item.outcome] ?? UNSOLVED;
}

/** How many of them are not solved yet, as one says it; empty when all are. */
export function unsolved(items: readonly FollowUp[]): string {
  const open = items.filter((one) => outcome(one) === UNSOLVED).length;
  if (!open) return "";
  return open === items.length ? "尚未解决" : `${open}件尚未解决`;
}
