// Builds web/dist: the pages with hashed assets, and the client library as ES module, as one plain script and as types.
// The same sources and lock file give the same bytes on every machine: nothing here reads a clock or a path.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "warn" });
for (const [format, file] of [["es", "ovation.mjs"], ["iife", "ovation.js"]]) {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    build: {
      outDir: join(dist, "client/v1"),
      emptyOutDir: false,
      target: "es2022",
      lib: { entry: join(root, "client/index.ts"), name: "Ovation", formats: [format], fileName: () => file },
    },
  });
}
writeFileSync(join(dist, "client/v1/ovation.d.ts"), declarations());
report();

/** One file of types: what index.ts gives away, in an order in which each name stands before its use. */
function declarations() {
  const out = mkdtempSync(join(tmpdir(), "ovation-types-"));
  try {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const config = join(root, "tsconfig.client.json");
    execFileSync(process.execPath, [tsc, "-p", config, "--outDir", out], { stdio: "inherit" });
    const parts = ["types", "errors", "guest", "socket", "moderate", "room", "index"].map((name) =>
      readFileSync(join(out, `${name}.d.ts`), "utf8")
        .replace(/^import [^;]*;\n/gm, "")
        .replace(/^export (type )?\{[^}]*\} from [^;]*;\n/gm, "")
        .replace(/^\/\/ @ovation\/client.*\n/gm, "")
        .trim(),
    );
    return `// Types of the Ovation client library, version 1.\n${parts.join("\n")}\n`;
  } finally {
    rmSync(out, { recursive: true });
  }
}

function report() {
  for (const folder of ["client/v1", "assets", "pages"]) {
    for (const name of readdirSync(join(dist, folder)).sort()) {
      const body = readFileSync(join(dist, folder, name));
      console.log(`${folder}/${name}`.padEnd(44), `${body.length}`.padStart(8), `${gzipSync(body).length} gzip`.padStart(14));
    }
  }
}
