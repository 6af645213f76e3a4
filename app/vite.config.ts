import { fileURLToPath, URL } from "node:url";

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

import { ahead } from "./build/ahead.ts";
import { budget } from "./build/budget.ts";
import { compressed } from "./build/compressed.ts";
import { named } from "./build/naming.ts";
import { offline } from "./build/offline.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const gateway = process.env.GATEWAY ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [vue(), named(), offline(), ahead(), budget(), compressed()],
  resolve: {
    alias: [
      { find: "@", replacement: here("src") },
      // Vant's own sheet loads its icon font from an outside host; our icons are drawn in src/shared/icons.ts.
      { find: /^.*\/icon\/index\.css$/, replacement: here("src/shared/vant-icon.css") },
    ],
  },
  build: {
    outDir: process.env.APP_OUT ?? "dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
    rollupOptions: {
      input: { index: here("index.html"), desk: here("desk.html"), sw: here("src/sw.ts") },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  server: { proxy: { "/api": gateway } },
  test: { include: ["src/**/*.test.ts", "build/**/*.test.ts"], testTimeout: 20_000, environmentOptions: { jsdom: { url: "http://localhost/" } }, restoreMocks: true },
});
