/**
 * Proves the dearest kernels that are not void wrong on the workbench of a deployment, at the worst values: every shape
 * family of test/support/dear-kernels.ts, each brought near the cap of the static cost. Before every transaction
 * the proof is planned afresh from what the chain says of the job. Exit status 1 when a transaction takes more gas
 * or calldata than it may, or more than was predicted, or when the verdict is another one.
 *
 *   npx tsx scripts/conformance/staged-proofs.ts [--only WORDS] [--search N] [--at-once] [--seed 1] [--json]
 *
 * --search looks at the first stage of N random families instead, and then proves the dearest three of them. --at-once
 * proves of each family, and of N random ones, the dearest kernel that is planned for one transaction in one.
 *
 * The recorded run is in docs/decisions/0014-workbench.md.
 */
import { parseArgs } from "node:util";

import { network } from "hardhat";

import { product } from "../../src/program/kernel.js";
import { staticCost } from "../../src/program/static-cost.js";
import { MOST_PER_TRANSACTION } from "../../src/dispute/plan-stages.js";
import { FAMILIES } from "../../test/support/dear-kernels.js";
import type { Family } from "../../test/support/dear-kernels.js";
import { dearest, dearestAtOnce, isSound, tableOf } from "../../test/support/dearest.js";
import { randomFamily } from "../../test/support/random-family.js";
import { deployedProtocol } from "../../test/support/deployed.js";
import type { Deployed } from "../../test/support/deployed.js";
import { Random } from "../../test/support/random.js";
import { proveAtOnce, proveDearest } from "../../test/support/staged-proof.js";
import type { Step } from "../../test/support/staged-proof.js";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    search: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    "at-once": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const connection = await network.create();
const deployed = (): Promise<Deployed> => deployedProtocol(connection);

/** What a family's dearest kernel took; `stages` as `proveInStages`. */
async function prove(family: Family, stages?: number) {
  const protocol = await connection.networkHelpers.loadFixture(deployed);
  const begun = performance.now();
  const dear = dearest(family);
  const { steps, computed, truth } = await proveDearest(protocol, dear, stages);
  const advances = steps.filter(({ what }) => what === "advance");
  const total = (of: (step: Step) => number) => steps.reduce((sum, step) => sum + of(step), 0);
  const mostGas = Math.max(...steps.map(({ gas }) => gas));
  const mostBytes = Math.max(...steps.map(({ calldataBytes }) => calldataBytes));
  const isRight =
    (stages !== undefined || computed === truth) &&
    mostGas <= MOST_PER_TRANSACTION.gas &&
    mostBytes <= MOST_PER_TRANSACTION.calldataBytes &&
    advances.every(({ gas, predicted }) => gas <= (predicted?.gas ?? 0));
  if (!isRight) process.exitCode = 1;
  return {
    isRight,
    family: family.name,
    k: product(dear.kernel.reduce),
    units: staticCost(dear.kernel, tableOf(dear.kernel)),
    stages: advances.length,
    mostGas,
    totalGas: total(({ gas }) => gas),
    mostBytes,
    totalBytes: total(({ calldataBytes }) => calldataBytes),
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
}

/** Proves the dearest kernel of a family that is planned for one transaction in one. */
async function planAtOnce(family: Family): Promise<void> {
  if (!isSound(family, 1)) return;
  const dear = dearestAtOnce(family);
  const protocol = await connection.networkHelpers.loadFixture(deployed);
  const proven = await proveAtOnce(protocol, dear);
  if (proven === undefined) return;
  const { gas, predicted } = proven;
  const isRight = gas <= MOST_PER_TRANSACTION.gas;
  if (!isRight) process.exitCode = 1;
  const row = { family: family.name, k: product(dear.kernel.reduce), gas, predicted };
  console.log(`${isRight ? "right" : "WRONG"} ${(gas / predicted).toFixed(3)} ${JSON.stringify(row)}`);
}

function report(row: Awaited<ReturnType<typeof prove>>): void {
  const { isRight, family, ...figures } = row;
  if (options.json) console.log(JSON.stringify(row));
  else console.log(`${isRight ? "right" : "WRONG"} ${family}: ${JSON.stringify(figures)}`);
}

const search = Number(options.search);
if (options["at-once"]) {
  const random = new Random(Number(options.seed));
  const families = [...FAMILIES];
  while (families.length < FAMILIES.length + search) families.push(randomFamily(random));
  for (const family of families.filter(({ name }) => name.includes(options.only))) await planAtOnce(family);
} else if (search === 0) {
  for (const family of FAMILIES.filter(({ name }) => name.includes(options.only)))
    report(await prove(family));
} else {
  const random = new Random(Number(options.seed));
  const found: { readonly family: Family; readonly mostGas: number }[] = [];
  while (found.length < search) {
    const family = randomFamily(random);
    if (!isSound(family, 1)) continue;
    const row = await prove(family, 1);
    found.push({ family, mostGas: row.mostGas });
    if (!row.isRight || row.mostGas >= Math.max(...found.map(({ mostGas }) => mostGas))) report(row);
  }
  found.sort((a, b) => b.mostGas - a.mostGas);
  for (const { family } of found.slice(0, 3)) report(await prove(family));
}
