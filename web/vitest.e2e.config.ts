import { defineConfig } from "vitest/config";

const off = process.env.BROWSER === "off";
if (off) console.log("BROWSER=off: the browser tests were left out.");

/** What measures how a page is laid out frame by frame wants the machine for itself. */
const alone = ["e2e/long-list.test.ts"];

// Browser tests drive the real binary. Most of their time is waiting, so that two files at once fit on two cores.
export default defineConfig({
  test: {
    passWithNoTests: off,
    globalSetup: off ? [] : ["e2e/binary.ts"],
    environment: "node",
    maxWorkers: 2,
    testTimeout: 60_000,
    retry: process.env.CI ? 1 : 0, // a machine that others share stalls at times; what fails twice is wrong
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } }, // of its own it waits a second, which a stall outlasts
    projects: [
      { extends: true, test: { name: "together", include: off ? [] : ["e2e/**/*.test.ts"], exclude: alone, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: "alone", include: off ? [] : alone, sequence: { groupOrder: 1 } } },
    ],
  },
});
