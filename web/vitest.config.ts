import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["client/**/*.test.ts", "src/**/*.test.ts"], environment: "node", restoreMocks: true },
});
