import type { Plugin } from "vite";

/** The gateway writes the app's name into the built pages; while developing there is none between. */
export function named(): Plugin {
  return { name: "named", apply: "serve", transformIndexHtml: (page) => page.replaceAll("{{app_name}}", "开发中") };
}
