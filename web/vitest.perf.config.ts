import { defineConfig } from "vitest/config";

// Figures, not tests: they are printed and never judged here.
export default defineConfig({
  test: { include: ["e2e/perf/**/*.perf.ts"], globalSetup: ["e2e/binary.ts"], environment: "node", fileParallelism: false, hookTimeout: 60_000 },
});
