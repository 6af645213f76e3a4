/** What of the similar cases is worth showing beside one: not itself, those still open first. */
import type { Schemas } from "@/shared/api/client";

export type Like = Schemas["petition.SimilarCase"];

export function likes({ no }: { no: string }, { open, replied }: { open: readonly Like[]; replied: readonly Like[] }): Like[] {
  const others = [...open, ...replied].filter((like) => like.no !== no);
  return [...new Map(others.map((like) => [like.no, like])).values()];
}
