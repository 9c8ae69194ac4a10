import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

const web = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(web, "dist");
let project = "";

// Somebody else's project, with the package as npm would lay it there.
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "ovation-package-"));
  mkdirSync(join(project, "node_modules/@ovation"), { recursive: true });
  symlinkSync(join(dist, "client/v1"), join(project, "node_modules/@ovation/client"));
  writeFileSync(join(project, "package.json"), '{"type":"module"}');
});
afterAll(() => rmSync(project, { recursive: true }));

const user = `
import { connect, memoryGuests, type Comment } from "@ovation/client";
import { binary } from "@ovation/client/binary";
import { FakeServer } from "@ovation/client/testing";

const server = new FakeServer({ room: "launch" });
server.comment("Ada", "Hello");
const room = connect({ room: "launch", url: "ws://fake/v1/ws", name: "Bo", guests: memoryGuests(), WebSocket: server.WebSocket });
const posted: Comment = await room.comments.post("Hello yourself");
server.tick();
await new Promise((resolve) => setTimeout(resolve));
console.log(JSON.stringify([posted.text, room.view.comments.map((c) => c.text), server.received.length, binary.name]));
room.close();
server.stop();
`;

test("a project that has installed the package type-checks and runs against the server in memory", () => {
  writeFileSync(join(project, "user.ts"), user);
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { target: "ES2022", module: "NodeNext", strict: true, skipLibCheck: false, preserveSymlinks: true, lib: ["ES2023", "DOM"], types: [] }, files: ["user.ts"] }),
  );
  execFileSync(process.execPath, [join(web, "node_modules/typescript/bin/tsc"), "-p", project], { cwd: project, stdio: "inherit" });
  const said = execFileSync(process.execPath, ["--preserve-symlinks", join(project, "user.js")], { cwd: project, encoding: "utf8" });
  expect(JSON.parse(said)).toEqual(["Hello yourself", ["Hello", "Hello yourself"], 2, "ovation.v1.proto"]);
}, 30_000);

test("the JSON library names neither the protobuf runtime nor any other module", () => {
  for (const file of ["ovation.mjs", "ovation.js"]) {
    const code = readFileSync(join(dist, "client/v1", file), "utf8");
    expect(code).not.toMatch(/protobuf|^import /m);
  }
});

test("every Brotli form unfolds to the file beside it, and is the smaller one", () => {
  const forms = (readdirSync(dist, { recursive: true }) as string[]).filter((name) => name.endsWith(".br"));
  expect(forms.length).toBeGreaterThan(20);
  for (const form of forms) {
    const body = readFileSync(join(dist, form.slice(0, -".br".length)));
    const folded = readFileSync(join(dist, form));
    expect(brotliDecompressSync(folded).equals(body), form).toBe(true);
    expect(folded.length).toBeLessThan(body.length);
  }
});
