/** `npm run check`: everything that holds of the repository beside its tests; `-- NAME …`: only those. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { allChecks, runChecks } from "./check/run-checks.js";

const wanted = process.argv.slice(2);
const checks = await allChecks();
const unknown = wanted.find((name) => !checks.some((check) => check.name === name));
if (unknown !== undefined) {
  console.error(
    `onus: there is no check "${unknown}"; there are: ${checks.map(({ name }) => name).join(", ")}`,
  );
  process.exitCode = 2;
} else {
  const counts = await runChecks(checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name)));
  mkdirSync(join("cache", "check"), { recursive: true });
  // `.ci/run` adds these up with the tests.
  writeFileSync(join("cache", "check", "summary.json"), JSON.stringify(counts));
  console.log(`\n${counts.passed} checks passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}
