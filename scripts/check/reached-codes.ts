import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { catalogue } from "../../src/errors/catalogue.js";
import { findTestFiles } from "../test/find-test-files.js";
import type { Check } from "./check.js";

const summaryPath = join("cache", "test", "summary.json");

/** What a test run left behind (scripts/test.ts). */
export type TestSummary = { readonly isFull: boolean; readonly codes?: readonly string[] };

/**
 * Every code of the error catalogue was reached by a test: some error of it was made in the last full test run, or a test
 * expects it by name of a process that it starts, where nobody counts.
 */
export const check: Check = {
  name: "reached error codes",
  run: () => {
    const summary = existsSync(summaryPath)
      ? (JSON.parse(readFileSync(summaryPath, "utf8")) as TestSummary)
      : undefined;
    return Promise.resolve(unreachedCodes(Object.keys(catalogue), summary, namedByTests()));
  },
};

/** The texts of tests that start processes. */
function namedByTests(): string {
  return findTestFiles([])
    .map((file) => readFileSync(file, "utf8"))
    .filter((text) => /node:child_process|-process\.js"|cli-scene/.test(text))
    .join("\n");
}

export function unreachedCodes(
  codes: readonly string[],
  summary: TestSummary | undefined,
  named = "",
): string[] {
  if (summary?.isFull !== true) return ["the last test run was not a full one: `npm test`"];
  const reached = new Set(summary.codes);
  return codes
    .filter((code) => !reached.has(code) && !new RegExp(`\\b${code}\\b`).test(named))
    .map((code) => `${code} is made by no test: write one that meets it where it is thrown`);
}
