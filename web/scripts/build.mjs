// Builds web/dist: the pages with hashed assets, and the client library as ES modules, as one plain script and as types.
// The same sources and lock file give the same bytes on every machine: nothing here reads a clock or a path.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync, constants as zlib, gzipSync } from "node:zlib";
import { build } from "vite";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

const kept = compressedBefore();
await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "warn" });
for (const [entry, format, file] of [
  ["index", "es", "ovation.mjs"],
  ["index", "iife", "ovation.js"],
  ["binary", "es", "binary.mjs"],
  ["testing/index", "es", "testing.mjs"],
]) {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    build: {
      outDir: join(dist, "client/v1"),
      emptyOutDir: false,
      target: "es2022",
      lib: { entry: join(root, `client/${entry}.ts`), name: "Ovation", formats: [format], fileName: () => file },
    },
  });
}
declare();
for (const name of ["package.json", "README.md"]) copyFileSync(join(root, "client/npm", name), join(dist, "client/v1", name));
compress();
report();

/** The types of the package's entries: each one file, in an order in which each name stands before its use. */
function declare() {
  const out = mkdtempSync(join(tmpdir(), "ovation-types-"));
  const types = (name, ...parts) => writeFileSync(join(dist, `client/v1/${name}.d.ts`), `${parts.join("\n")}\n`);
  const read = (name) =>
    readFileSync(join(out, `${name}.d.ts`), "utf8")
      .replace(/^import [^;]*;\n/gm, "")
      .replace(/^export (type )?\{[^}]*\} from [^;]*;\n/gm, "")
      .replace(/^(?:\/\*\*(?:(?!\*\/)[^])*\*\/\n)?export declare function moderation\(.*\n/gm, "") // the library's own affair
      .replace(/^\/\/ @ovation\/client.*\n/gm, "")
      .trim();
  try {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.client.json"), "--outDir", out], { stdio: "inherit" });
    const parts = ["types", "errors", "guest", "socket", "subprotocol", "moderate", "room", "index"].map(read);
    types("ovation", "// Types of the Ovation client library, version 1.", ...parts);
    types("binary", "// Types of the protobuf subprotocol of the Ovation client library, version 1.", 'import type { Subprotocol } from "./ovation.js";', read("binary"));
    const fake = `${read("testing/room")}\n${read("testing/fake")}`;
    const frames = read("gen/ovation/gateway/v1/gateway_pb");
    types("testing", "// Types of the server in memory of the Ovation client library, version 1, and of the frames that it speaks.", 'import type { SocketConstructor } from "./ovation.js";', fake, named(frames, fake));
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Of the generated types of JSON frames those that a text names, and those that these name. */
function named(generated, text) {
  const all = new Map([...generated.matchAll(/\/\*\*(?:(?!\*\/)[^])*\*\/\nexport type (\w+Json) = \{(?:\}|[^]*?\n\});/g)].map(([whole, name]) => [name, whole]));
  const wanted = new Set();
  const follow = (from) => {
    for (const [name] of from.matchAll(/\b\w+Json\b/g)) {
      if (!all.has(name) || wanted.has(name)) continue;
      wanted.add(name);
      follow(all.get(name));
    }
  };
  follow(text);
  return [...all].filter(([name]) => wanted.has(name)).map(([, whole]) => whole).join("\n");
}

/** What was compressed by the build before, by name. */
function compressedBefore() {
  const files = existsSync(dist) ? readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".br")) : [];
  return new Map(files.map((name) => [name, readFileSync(join(dist, name))]));
}

/**
 * Puts a Brotli form beside each file that it makes smaller: a tenth to a sixth less than gzip. Node's versions compress
 * in different ways, so what still unfolds to the same file is kept as it was: only a changed file changes its form.
 */
function compress() {
  for (const name of readdirSync(dist, { recursive: true }).sort()) {
    if (!/\.(js|mjs|css|html|svg)$/.test(name)) continue;
    const body = readFileSync(join(dist, name));
    const before = kept.get(`${name}.br`);
    const form = before && brotliDecompressSync(before).equals(body) ? before : brotliCompressSync(body, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: body.length } });
    if (form.length < body.length) writeFileSync(join(dist, `${name}.br`), form);
  }
}

function report() {
  for (const folder of ["client/v1", "assets", "pages"]) {
    for (const name of readdirSync(join(dist, folder)).sort()) {
      if (name.endsWith(".br")) continue;
      const body = readFileSync(join(dist, folder, name));
      console.log(`${folder}/${name}`.padEnd(44), `${body.length}`.padStart(8), `${gzipSync(body).length} gzip`.padStart(14));
    }
  }
}
