import type { Rolldown } from "vite";
import { describe, expect, it } from "vitest";

import { keptOffline } from "./offline";

function chunk(fileName: string, more: object): Rolldown.OutputChunk {
  return { type: "chunk", fileName, imports: [], dynamicImports: [], viteMetadata: { importedCss: new Set() }, ...more } as never;
}

const styled = (...names: string[]) => ({ viteMetadata: { importedCss: new Set(names) } });

describe("what is kept for when there is no network", () => {
  it("is all that the residents' app may open, whatever it is called, and nothing of the desk's own", () => {
    const bundle = {
      "index.html": { type: "asset", fileName: "index.html", source: "" },
      "desk.html": { type: "asset", fileName: "desk.html", source: "" },
      "a.js": chunk("a.js", { isEntry: true, name: "index", imports: ["shared.js"], dynamicImports: ["HelpDesk.js"] }),
      "shared.js": chunk("shared.js", styled("shared.css")),
      "shared.css": { type: "asset", fileName: "shared.css", source: "" },
      "HelpDesk.js": chunk("HelpDesk.js", { imports: ["shared.js"] }),
      "d.js": chunk("d.js", { isEntry: true, name: "desk", imports: ["shared.js"], dynamicImports: ["CasePage.js"] }),
      "CasePage.js": chunk("CasePage.js", styled("case.css")),
      "case.css": { type: "asset", fileName: "case.css", source: "" },
      "sw.js": chunk("sw.js", { isEntry: true, name: "sw" }),
    } as unknown as Rolldown.OutputBundle;
    expect(keptOffline(bundle).sort()).toEqual(["HelpDesk.js", "a.js", "index.html", "shared.css", "shared.js"]);
  });
});
