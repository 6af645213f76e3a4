import { createHash } from "node:crypto";

import type { Plugin, Rolldown } from "vite";

import { chunksOf, reached } from "./graph.ts";

const ENTRY = "index";
const KEPT = /\.(js|css|html)$/;

/** What the residents' app needs, now or when a page of it is opened; nothing that only the desk imports. */
export function keptOffline(bundle: Rolldown.OutputBundle): string[] {
  const entry = chunksOf(bundle).find((chunk) => chunk.isEntry && chunk.name === ENTRY);
  const files = [`${ENTRY}.html`, ...reached(bundle, [entry], { lazy: true })];
  return files.filter((name) => name in bundle && KEPT.test(name));
}

/** Tells the service worker which files make this build, each with its revision, in place of `self.__BUILD__`. */
export function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") return this.error("the service worker is missing");
        const files = keptOffline(bundle).map((name) => ({ url: `/${name}`, revision: revisionOf(bundle, name) }));
        worker.code = worker.code.replace("self.__BUILD__", JSON.stringify(files));
      },
    },
  };
}

/** null where the name itself holds a hash of the content. */
function revisionOf(bundle: Rolldown.OutputBundle, name: string): string | null {
  if (name.startsWith("assets/")) return null;
  const file = bundle[name];
  const content = file?.type === "chunk" ? file.code : (file?.source ?? "");
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
