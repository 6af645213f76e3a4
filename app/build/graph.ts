import type { Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

export const chunksOf = (bundle: Bundle): Chunk[] =>
  Object.values(bundle).filter((file): file is Chunk => file.type === "chunk");

/** Names of these chunks, of what they import, and of their styles; `lazy`: also of what they import when it is needed. */
export function reached(bundle: Bundle, from: (Chunk | undefined)[], { lazy }: { lazy: boolean }): Set<string> {
  const byName = new Map(chunksOf(bundle).map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const visit = (chunk: Chunk | undefined) => {
    if (!chunk || found.has(chunk.fileName)) return;
    found.add(chunk.fileName);
    chunk.viteMetadata?.importedCss.forEach((name) => found.add(name));
    [...chunk.imports, ...(lazy ? chunk.dynamicImports : [])].forEach((name) => visit(byName.get(name)));
  };
  from.forEach(visit);
  return found;
}
