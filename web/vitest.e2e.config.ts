import { defineConfig } from "vitest/config";

// Browser tests drive the real binary; one at a time, since they share two cores with it and a browser.
export default defineConfig({
  test: { include: ["e2e/**/*.test.ts"], environment: "node", fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 },
});
