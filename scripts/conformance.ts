/**
 * The importer against test folders in the layout of the ONNX backend tests (`model.onnx`, `test_data_set_*`):
 *
 *   npm run conformance -- DIR … [--json] [--only PART]
 *   npm run conformance -- real-models …                    see scripts/conformance/real-models.ts
 *
 * DIR holds such folders, at any depth. Debian's libonnx-testdata is one source of them. Exit status 1 when any is wrong.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";

import { runBackendCase } from "./support/backend-case.js";
import type { CaseResult } from "./support/backend-case.js";

if (process.argv[2] === "real-models") {
  process.argv.splice(2, 1);
  await import("./conformance/real-models.js");
  // With the status that it set: what follows is for folders.
  process.exit();
}

const { values: options, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, only: { type: "string", default: "" } },
  allowPositionals: true,
});

/** Folders with a model, below and including `directory`. */
function foldersIn(directory: string): string[] {
  if (existsSync(join(directory, "model.onnx"))) return [directory];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => foldersIn(join(directory, name)));
}

if (positionals.length === 0 || positionals.some((directory) => !existsSync(directory))) {
  console.error("onus: give a directory of ONNX backend tests, e.g. …/libonnx-testdata/data/node");
  process.exit(2);
}
const cases: CaseResult[] = [];
for (const directory of positionals) {
  for (const folder of foldersIn(directory)) {
    const name = relative(directory, folder) || folder;
    if (!name.includes(options.only)) continue;
    const result = runBackendCase(folder, name);
    cases.push(result);
    if (!options.json && result.status !== "pass") console.log(`${result.status}  ${name}  ${result.reason}`);
  }
}
const count = (status: CaseResult["status"]) => cases.filter((one) => one.status === status).length;
const [pass, unsupported, wrong] = [count("pass"), count("unsupported"), count("wrong")];
console.log(
  options.json
    ? JSON.stringify({ pass, unsupported, wrong, cases })
    : `${pass} pass, ${unsupported} unsupported, ${wrong} wrong`,
);
if (wrong > 0) process.exitCode = 1;
