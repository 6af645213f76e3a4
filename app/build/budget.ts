import type { Plugin, Rolldown } from "vite";

import { brotli } from "./compressed.ts";
import { chunksOf, reached } from "./graph.ts";

export const MOST_BYTES = 120 * 1024;

/** File names that a browser must have before the entry shows its first page: the entry, what it imports, its styles. */
export function firstLoad(bundle: Rolldown.OutputBundle, entry: string, page: string): string[] {
  const chunks = chunksOf(bundle);
  const first = [
    chunks.find((chunk) => chunk.isEntry && chunk.name === entry),
    chunks.find((chunk) => chunk.facadeModuleId?.split("?")[0]?.endsWith(page)),
  ];
  return [...reached(bundle, first, { lazy: false })];
}

/** Prints what each entry's first page costs over the wire, and fails the build when it is more than the budget. */
export function budget(): Plugin {
  return {
    name: "budget",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const found: [string, string][] = [
        ["index", "src/residents/pages/HomePage.vue"],
        ["desk", "src/desk/pages/SignInPage.vue"],
      ];
      for (const [entry, page] of found) {
        const bytes = firstLoad(bundle, entry, page)
          .map((name) => bundle[name])
          .map((file) => (file?.type === "chunk" ? file.code : (file?.source ?? "")))
          .reduce((sum, content) => sum + brotli(Buffer.from(content)).length, 0);
        const told = `first load of ${entry}: ${(bytes / 1024).toFixed(1)} kB of ${MOST_BYTES / 1024} kB`;
        if (bytes > MOST_BYTES) this.error(told);
        this.info(told);
      }
    },
  };
}
