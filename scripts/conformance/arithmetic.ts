/**
 * The long version of the conformance tests: every scalar operation on as many boundary-weighted vectors as one has
 * patience for, sums of products over every profile, and the gas of each primitive at the worst values met.
 *
 *   tsx scripts/conformance/arithmetic.ts [--vectors 10000000] [--only Float32] [--seed 1] [--gas]
 *
 * --gas prints the gas table only. Exit status 1 when anything differs. The recorded run is in
 * docs/decisions/0009-arithmetic-vectors.md.
 */
import { parseArgs } from "node:util";

import hre from "hardhat";

import { hasAnvil, startAnvil } from "../../test/support/anvil.js";
import {
  CALL_GAS,
  CALL_NETWORK,
  call,
  type Chain,
  deployHarness,
  type Harness,
  packChain,
  packRun,
  packVectors,
  type Send,
} from "../../test/support/arithmetic-harness.js";
import { drawChain, drawMixture, PROFILES } from "../../test/support/chain-vectors.js";
import { Random } from "../../test/support/float-vectors.js";
import { runLoopCost } from "../../test/support/longest-path.js";
import { OPERATIONS, plainDot } from "../../test/support/plain-arithmetic.js";

const { values: options } = parseArgs({
  options: {
    vectors: { type: "string", default: "100000" },
    only: { type: "string", default: "" },
    seed: { type: "string", default: "1" },
    gas: { type: "boolean", default: false },
  },
  // Imported as a module, this file reads nobody's arguments.
  args: process.argv[1] === import.meta.filename ? process.argv.slice(2) : [],
});
const VECTORS = Number(options.vectors);
const SEED = Number(options.seed);
const GAS_VECTORS = 50_000;
const GAS_TERMS = 2_048;

interface Bench {
  readonly scalars: Harness;
  readonly runs: Harness;
  readonly runCode: string;
  /** Vectors per call. */
  readonly batch: number;
}

/** Requests to the node at `url`, or to a chain in this process. */
async function sender(url: string | undefined): Promise<Send> {
  const { provider } = await hre.network.create(
    url === undefined ? { override: CALL_NETWORK } : { network: "anvil", override: { url } },
  );
  return (method, params) => provider.request({ method, params });
}

function report(name: string, checked: number, mismatches: number, seconds: number): void {
  if (mismatches > 0) process.exitCode = 1;
  process.stdout.write(
    `${name.padEnd(28)} ${String(checked).padStart(10)} checked  ${mismatches} differ  ${seconds.toFixed(0)} s\n`,
  );
}

async function checkScalars({ scalars, batch }: Bench): Promise<void> {
  for (const operation of OPERATIONS.filter(({ name }) => name.startsWith(options.only))) {
    const random = new Random(SEED * 1_000 + operation.number);
    const started = Date.now();
    let mismatches = 0;
    for (let done = 0; done < VECTORS; done += batch) {
      const vectors = packVectors(operation, random, Math.min(batch, VECTORS - done));
      const [tally] = (await call(scalars, "check", [operation.number, operation.floating, vectors])) as [
        bigint[],
      ];
      mismatches += Number(tally[0]);
    }
    report(operation.name, VECTORS, mismatches, (Date.now() - started) / 1_000);
  }
}

async function checkChains({ runs, batch: size }: Bench): Promise<void> {
  if (!"Accumulator".startsWith(options.only)) return;
  for (const profile of [...Object.keys(PROFILES), "mixture"]) {
    const random = new Random(SEED * 1_000 + profile.length);
    const started = Date.now();
    const terms = Math.ceil(VECTORS / (Object.keys(PROFILES).length + 1));
    let checked = 0;
    let mismatches = 0;
    while (checked < terms) {
      const chains: Chain[] = [];
      for (let batch = 0; batch < size && checked < terms;) {
        const n = 1 + random.below(random.below(4) === 0 ? 200 : 24);
        chains.push(profile === "mixture" ? drawMixture(random, n) : drawChain(random, profile, n));
        batch += n;
        checked += n;
      }
      const packed = chains.map((chain) => packChain(chain, plainDot(chain.start, chain.a, chain.b)));
      const [differ] = (await call(runs, "check", [Buffer.concat(packed)])) as bigint[];
      mismatches += Number(differ);
    }
    report(`Accumulator ${profile}`, checked, mismatches, (Date.now() - started) / 1_000);
  }
}

async function gasTable({ scalars, runs, runCode }: Bench): Promise<void> {
  const row = (name: string, gas: number, note = ""): void => {
    process.stdout.write(`| ${name} | ${gas % 1 === 0 ? gas : gas.toFixed(1)} | ${note} |\n`);
  };
  process.stdout.write("| primitive | gas | at |\n|---|---|---|\n");
  for (const operation of OPERATIONS) {
    const vectors = packVectors(operation, new Random(SEED), GAS_VECTORS);
    const [dearest, index] = (await call(scalars, "worst", [operation.number, vectors])) as bigint[];
    const operands = vectors.subarray(
      12 * Number(index),
      12 * Number(index) + (operation.number < 64 ? 8 : 4),
    );
    row(operation.name, Number(dearest), operands.toString("hex"));
  }
  for (const profile of Object.keys(PROFILES)) {
    const { a, b } = drawChain(new Random(SEED), profile, GAS_TERMS);
    const [, gas] = (await call(runs, "dot", [0, packRun([...a, ...b])])) as bigint[];
    row(`Accumulator per term, ${profile}`, Number(gas) / GAS_TERMS);
  }
  const bound = runLoopCost(runCode);
  row("Accumulator per term, fast block, longest path", bound.fast / 8);
  row("Accumulator per term, any finite, longest path", bound.general / 8);
  row("Accumulator per term, infinite, longest path", bound.inner / 8);
  for (const n of [0, 1, 8]) {
    const [, gas] = (await call(runs, "dot", [
      0,
      packRun(new Array<number>(2 * n).fill(0x3f800000)),
    ])) as bigint[];
    row(`Accumulator open, run of ${n}, close`, Number(gas));
  }
  for (const n of [0, GAS_TERMS]) {
    const [, , gas] = (await call(runs, "extremes", [0, 0, n, Buffer.alloc(4 * n, 1)])) as bigint[];
    row(n === 0 ? "Extremum of 0" : "Extremum per element", Number(gas) / (n || 1));
  }
  const bytes = Buffer.alloc(8_192, 0x80);
  for (const n of [0, 4_096]) {
    const [, dot] = (await call(runs, "integerDot", [0, n, true, true, bytes])) as bigint[];
    const [, sum] = (await call(runs, "integerSum", [0, n, true, bytes])) as bigint[];
    row(n === 0 ? "IntegerDot.run of 0" : "IntegerDot.run per term", Number(dot) / (n || 1));
    row(n === 0 ? "IntegerDot.sum of 0" : "IntegerDot.sum per term", Number(sum) / (n || 1));
  }
}

async function main(): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true });
  // A node process is many times faster than the simulated network, and likes long calls where that likes short ones.
  const anvil = hasAnvil ? await startAnvil({ callGas: CALL_GAS }) : undefined;
  const send = await sender(anvil?.url);
  const runArtifact = await hre.artifacts.readArtifact("RunHarness");
  const bench: Bench = {
    scalars: await deployHarness(send, await hre.artifacts.readArtifact("ArithmeticHarness")),
    runs: await deployHarness(send, runArtifact),
    runCode: runArtifact.deployedBytecode,
    batch: anvil ? 50_000 : 500,
  };
  if (!options.gas) {
    await checkScalars(bench);
    await checkChains(bench);
  }
  if (options.gas || options.only === "") await gasTable(bench);
  await anvil?.stop();
}

if (process.argv[1] === import.meta.filename) await main();
