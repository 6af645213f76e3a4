import type { Option } from "./table";

/** The options that hold what was typed: by name first, then by code (the first letters of the sounds), then by matter. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [...options];
  const rank = (option: Option): number => {
    if (option.name.includes(wanted)) return 0;
    if (option.code.startsWith(wanted)) return 1;
    return option.hint?.includes(wanted) ? 2 : 3;
  };
  const ranked = options.map((option, place) => ({ option, place, rank: rank(option) })).filter((row) => row.rank < 3);
  return ranked.sort((a, b) => a.rank - b.rank || a.place - b.place).map((row) => row.option);
}
