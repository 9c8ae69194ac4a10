import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    binary: string;
    chromium: string;
  }
}

/** Finds what the tests drive, once: $OVATION_BIN or a fresh build, $CHROMIUM or the system's. */
export default function setup(project: TestProject): (() => void) | undefined {
  const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));
  if (!chromium) throw new Error("There is no Chromium. Install one, name it in CHROMIUM, or leave the browser tests out with BROWSER=off.");
  project.provide("chromium", chromium);
  if (process.env.OVATION_BIN) {
    project.provide("binary", process.env.OVATION_BIN);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "ovation-e2e-"));
  const binary = join(folder, "ovation");
  execFileSync("go", ["build", "-o", binary, "./cmd/ovation"], { cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: "inherit" });
  project.provide("binary", binary);
  return () => rmSync(folder, { recursive: true });
}
