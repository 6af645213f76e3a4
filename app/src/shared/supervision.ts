/** Cards as people read them: one line a limit and office, or inspection, the worst card first said, all that fell beside it. */
import type { Schemas } from "./api/client";

type Card = Schemas["petition.CardView"];

export interface Late {
  key: string;
  level: string;
  level_name: string;
  /** What it was given for. */
  why: string;
  unit: string;
  fell: { name: string; at: string }[];
  answers: { text: string; at: string }[];
  /** Whether a card waits for its answer. */
  waits: boolean;
}

export function late(cards: readonly Card[]): Late[] {
  const keys = new Set(cards.map(keyOf));
  return [...keys].map((key) => {
    const own = cards.filter((card) => keyOf(card) === key);
    const worst = own.findLast((card) => card.level === "red") ?? own[0];
    return {
      key,
      level: worst?.level ?? "",
      level_name: worst?.level_name ?? "",
      why: worst ? reason(worst) : "",
      unit: worst?.unit.name ?? "",
      fell: own.map((card) => ({ name: card.level_name, at: card.fell_at })),
      answers: own.flatMap((card) => (card.answer ? [card.answer] : [])),
      waits: own.some((card) => card.answer === null),
    };
  });
}

const INSPECTION = "inspection";

/** What one answer covers: the cards of one limit and office; a card that a supervisor gave at the place is alone. */
export function keyOf(card: Card): string {
  return `${card.clock.code} ${card.unit.code} ${card.clock.code === INSPECTION ? card.number : ""}`;
}

function reason({ clock }: Card): string {
  return clock.code === INSPECTION ? `${clock.name}发现问题，要求整改` : `${clock.name}超过期限`;
}
