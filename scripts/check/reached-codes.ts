import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { catalogue } from "../../src/errors/catalogue.js";
import type { Check } from "./check.js";

const summaryPath = join("cache", "test", "summary.json");

/** What a test run left behind (scripts/test.ts). */
export type TestSummary = { readonly isFull: boolean; readonly codes?: readonly string[] };

/** Every code of the error catalogue was reached by a test: some error of it was made in the last full test run. */
export const check: Check = {
  name: "reached error codes",
  run: () => {
    const summary = existsSync(summaryPath)
      ? (JSON.parse(readFileSync(summaryPath, "utf8")) as TestSummary)
      : undefined;
    return Promise.resolve(unreachedCodes(Object.keys(catalogue), summary));
  },
};

export function unreachedCodes(codes: readonly string[], summary: TestSummary | undefined): string[] {
  if (summary?.isFull !== true) return ["the last test run was not a full one: `npm test`"];
  const reached = new Set(summary.codes);
  return codes
    .filter((code) => !reached.has(code))
    .map((code) => `${code} is made by no test: write one that meets it where it is thrown`);
}
