import { readdirSync } from "node:fs";

import type { Check } from "./check.js";

/** Every file of this directory that exports a `check`; freshness first, because the others read what it writes. */
export async function allChecks(): Promise<readonly Check[]> {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".ts"))
    .sort();
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<{ check?: Check }>));
  const checks = modules.flatMap(({ check }) => check ?? []);
  return checks.sort((a, b) => Number(b.name === "freshness") - Number(a.name === "freshness"));
}

/** Runs each to its end, whatever the others said. Resolves to how many passed and failed. */
export async function runChecks(checks: readonly Check[]): Promise<{ passed: number; failed: number }> {
  let failed = 0;
  for (const check of checks) {
    const started = performance.now();
    const problems = await problemsOf(check);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${problems.length === 0 ? "✔" : "✘"} ${check.name} (${seconds} s)`);
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) failed += 1;
  }
  return { passed: checks.length - failed, failed };
}

async function problemsOf(check: Check): Promise<readonly string[]> {
  try {
    return await check.run();
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
