import { defineConfig } from "vitest/config";

// Pictures to be looked at, not tests: nothing is judged here.
export default defineConfig({
  test: { include: ["e2e/screens/**/*.screens.ts"], globalSetup: ["e2e/binary.ts"], environment: "node", fileParallelism: false, hookTimeout: 120_000, testTimeout: 300_000 },
});
