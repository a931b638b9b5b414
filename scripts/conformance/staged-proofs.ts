/**
 * Proves the dearest kernels that are not void wrong on the workbench of a deployment, at the worst values: every shape
 * family of test/support/dear-kernels.ts, each brought near the cap of the static cost. Before every transaction
 * the proof is planned afresh from what the chain says of the job. Exit status 1 when a transaction takes more gas
 * or calldata than it may, or more than was predicted, or when the verdict is another one.
 *
 *   npx tsx scripts/conformance/staged-proofs.ts [--only WORDS] [--json]
 *
 * The recorded run is in docs/decisions/0014-workbench.md.
 */
import { parseArgs } from "node:util";

import { network } from "hardhat";

import { product } from "../../src/program/kernel.js";
import { staticCost } from "../../src/program/static-cost.js";
import { MOST_PER_TRANSACTION } from "../../src/dispute/plan-stages.js";
import { FAMILIES, dearest, tableOf } from "../../test/support/dear-kernels.js";
import { deployedProtocol } from "../../test/support/deployed.js";
import type { Deployed } from "../../test/support/deployed.js";
import { proveDearest } from "../../test/support/staged-proof.js";

const { values: options } = parseArgs({
  options: { only: { type: "string", default: "" }, json: { type: "boolean", default: false } },
});

const connection = await network.create();
const deployed = (): Promise<Deployed> => deployedProtocol(connection);
let failed = false;
for (const family of FAMILIES.filter(({ name }) => name.includes(options.only))) {
  const protocol = await connection.networkHelpers.loadFixture(deployed);
  const begun = performance.now();
  const dear = dearest(family);
  const { steps, computed, truth } = await proveDearest(protocol, dear);
  const stages = steps.filter(({ what }) => what === "advance");
  const most = (of: (step: (typeof steps)[number]) => number) => Math.max(...steps.map(of));
  const total = (of: (step: (typeof steps)[number]) => number) =>
    steps.reduce((sum, step) => sum + of(step), 0);
  const row = {
    family: family.name,
    k: product(dear.kernel.reduce),
    units: staticCost(dear.kernel, tableOf(dear.kernel)),
    stages: stages.length,
    mostGas: most(({ gas }) => gas),
    totalGas: total(({ gas }) => gas),
    mostBytes: most(({ calldataBytes }) => calldataBytes),
    totalBytes: total(({ calldataBytes }) => calldataBytes),
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
  const isRight =
    computed === truth &&
    row.mostGas <= MOST_PER_TRANSACTION.gas &&
    row.mostBytes <= MOST_PER_TRANSACTION.calldataBytes &&
    stages.every(({ gas, predicted }) => gas <= (predicted?.gas ?? 0));
  if (!isRight) failed = true;
  console.log(
    options.json
      ? JSON.stringify({ ...row, isRight })
      : `${isRight ? "right" : "WRONG"} ${JSON.stringify(row)}`,
  );
}
process.exitCode = failed ? 1 : 0;
