import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const page = (name: string) => fileURLToPath(new URL(`pages/${name}.html`, import.meta.url));

// One HTML file a page; scripts and styles come out hashed under /assets. No inline script and no polyfill of one: the
// pages' Content-Security-Policy forbids both.
export default defineConfig({
  publicDir: false,
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: ["start", "host", "viewer", "embed", "console", "overlay", "client", "404"].map(page),
    },
  },
});
