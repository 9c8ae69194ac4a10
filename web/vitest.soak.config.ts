import { defineConfig } from "vitest/config";

// Beside the browser tests, in a run of its own: it waits most of its time.
export default defineConfig({
  test: { include: ["e2e/soak/**/*.soak.ts"], globalSetup: ["e2e/binary.ts"], environment: "node", fileParallelism: false },
});
