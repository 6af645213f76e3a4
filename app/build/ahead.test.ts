import type { Rolldown } from "vite";
import { describe, expect, it } from "vitest";

import { linksOf } from "./ahead";

function chunk(fileName: string, more: object): Rolldown.OutputChunk {
  return { type: "chunk", fileName, imports: [], dynamicImports: [], viteMetadata: { importedCss: new Set() }, ...more } as never;
}

describe("what a page links ahead", () => {
  it("is what it needs beyond the entry: its own file, what that imports, and its styles", () => {
    const bundle = {
      "a.js": chunk("a.js", { isEntry: true, name: "index", imports: ["b.js"] }),
      "b.js": chunk("b.js", {}),
      "page.js": chunk("page.js", { facadeModuleId: "/x/pages/NewsPage.vue", imports: ["b.js", "c.js"], dynamicImports: ["later.js"] }),
      "c.js": chunk("c.js", { viteMetadata: { importedCss: new Set(["c.css"]) } }),
      "later.js": chunk("later.js", {}),
    };
    const links = linksOf(bundle, "index", "pages/NewsPage.vue");
    expect([...links.matchAll(/rel="(\w+)" crossorigin href="([^"]+)"/g)].map(([, rel, href]) => [rel, href])).toEqual([
      ["modulepreload", "/page.js"],
      ["modulepreload", "/c.js"],
      ["stylesheet", "/c.css"],
    ]);
  });
});
