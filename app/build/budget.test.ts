import type { Rolldown } from "vite";
import { describe, expect, it } from "vitest";

import { firstLoad } from "./budget";

function chunk(fileName: string, more: object): Rolldown.OutputChunk {
  return { type: "chunk", fileName, imports: [], dynamicImports: [], viteMetadata: { importedCss: new Set() }, ...more } as never;
}

describe("the first load", () => {
  it("counts the entry, what it imports, its page and their styles, and no lazy page", () => {
    const bundle = {
      "a.js": chunk("a.js", { isEntry: true, name: "index", imports: ["b.js"], viteMetadata: { importedCss: new Set(["a.css"]) } }),
      "b.js": chunk("b.js", { imports: ["a.js"] }),
      "home.js": chunk("home.js", { facadeModuleId: "/x/pages/HomePage.vue", imports: ["b.js"] }),
      "lazy.js": chunk("lazy.js", { facadeModuleId: "/x/pages/OtherPage.vue" }),
    };
    expect(firstLoad(bundle, "index", "pages/HomePage.vue").sort()).toEqual(["a.css", "a.js", "b.js", "home.js"]);
  });
});
