import type { Plugin, Rolldown } from "vite";

import { chunksOf, reached } from "./graph.ts";

/** Pages that people come to from outside, by their addresses ({}: any one segment): their files are linked in the head. */
const AHEAD: Record<string, string> = {
  "/news": "src/residents/pages/NewsPage.vue",
  "/news/{}": "src/residents/pages/ArticlePage.vue",
  "/affairs": "src/residents/pages/CasesPage.vue",
  "/affairs/items": "src/residents/pages/CataloguePage.vue",
  "/life": "src/residents/pages/LifePage.vue",
};

/** Links to what this page needs beyond the entry, which the browser then reads beside the entry and not after it. */
export function linksOf(bundle: Rolldown.OutputBundle, entry: string, page: string): string {
  const chunks = chunksOf(bundle);
  const begin = reached(bundle, [chunks.find((chunk) => chunk.isEntry && chunk.name === entry)], { lazy: false });
  const own = reached(bundle, [chunks.find((chunk) => chunk.facadeModuleId?.split("?")[0]?.endsWith(page))], { lazy: false });
  return [...own]
    .filter((name) => !begin.has(name))
    .map((name) => (name.endsWith(".css") ? `<link rel="stylesheet" crossorigin href="/${name}">` : `<link rel="modulepreload" crossorigin href="/${name}">`))
    .join("");
}

/** Tells the gateway, in `ahead.json`, what to link in the page that it shows at an address. */
export function ahead(): Plugin {
  return {
    name: "ahead",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const links = Object.fromEntries(Object.entries(AHEAD).map(([address, page]) => [address, linksOf(bundle, "index", page)]));
        this.emitFile({ type: "asset", fileName: "ahead.json", source: JSON.stringify(links) });
      },
    },
  };
}
