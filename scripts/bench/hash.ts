/**
 * `npm run bench -- hash [--json] [--rounds N]`: the tree over 4 MiB with the hasher that the programs use for traces, on
 * the cores of the machine, and with its one-thread form, beside the same tree with hash-wasm (each block in one state that
 * is reused, which is its fastest use; and as its documentation begins, a call for each block) and with the plain one.
 */
import { parseArgs } from "node:util";

import { createKeccak, keccak } from "hash-wasm";

import type { KeccakHasher } from "../../src/trace/keccak-hasher.js";
import { nobleHasher } from "../../src/trace/noble-hasher.js";
import { rootOfBytes } from "../../src/trace/tree.js";
import { wasmHasher } from "../../src/trace/wasm-hasher.js";
import { nodeHasher } from "../../src/threads/node-hasher.js";
import { median, progress, sampleRun } from "../support/measure.js";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { json: { type: "boolean" }, rounds: { type: "string", default: "9" } },
});
const rounds = Number(values.rounds);
const TREE_BYTES = 4 * 2 ** 20;
const LEAF_BYTES = 128;
const PAIR_BYTES = 64;
/** A tree of so many leaves has one pair less. */
const LEAVES = TREE_BYTES / LEAF_BYTES;
/** Of what takes a call each, so many are enough to know all. */
const CALLS = 2_000;

const state = await createKeccak(256);
function hashEach(blockBytes: number, input: Uint8Array, out: Uint8Array): void {
  for (let block = 0; block * blockBytes < input.length; block++) {
    state.init();
    state.update(input.subarray(block * blockBytes, (block + 1) * blockBytes));
    out.set(state.digest("binary"), 32 * block);
  }
}
const rival: KeccakHasher = {
  leaves: (bytes, out) => hashEach(LEAF_BYTES, bytes, out),
  pairs: (nodes, out) => hashEach(PAIR_BYTES, nodes, out),
};

const bytes = Uint8Array.from({ length: TREE_BYTES }, (_, at) => (at * 31 + (at >> 8)) & 255);
const hashers = { programs: nodeHasher, "one thread": wasmHasher, "hash-wasm": rival, noble: nobleHasher };
type Contest = keyof typeof hashers | "hash-wasm, a call each";
const roots = Object.values(hashers).map((hasher) => Buffer.from(rootOfBytes(bytes, hasher)).toString("hex"));
if (new Set(roots).size !== 1) throw new Error(`the hashers disagree: ${roots.join(", ")}`);

/** Milliseconds of the tree when every block is a call of its own. */
async function callEach(): Promise<number> {
  const begin = performance.now();
  for (let leaf = 0; leaf < CALLS; leaf++)
    await keccak(bytes.subarray(leaf * LEAF_BYTES, (leaf + 1) * LEAF_BYTES), 256);
  for (let pair = 0; pair < CALLS; pair++)
    await keccak(bytes.subarray(pair * PAIR_BYTES, (pair + 1) * PAIR_BYTES), 256);
  return ((performance.now() - begin) * LEAVES) / CALLS;
}

const samples: Record<Contest, number>[] = [];
for (let round = 0; round < rounds; round++) {
  const one = { "hash-wasm, a call each": await callEach() } as Record<Contest, number>;
  for (const [name, hasher] of Object.entries(hashers))
    one[name as Contest] = await sampleRun(() => rootOfBytes(bytes, hasher));
  samples.push(one);
}
const times = (rivals: Contest, own: Contest): number => median(samples.map((one) => one[rivals] / one[own]));
const gbPerSecond = (own: Contest): number => TREE_BYTES / 1e6 / median(samples.map((one) => one[own]));
const hash = {
  gbPerSecond: gbPerSecond("programs"),
  timesHashWasm: times("hash-wasm", "programs"),
  oneThread: {
    gbPerSecond: gbPerSecond("one thread"),
    timesHashWasm: times("hash-wasm", "one thread"),
    timesHashWasmCalls: times("hash-wasm, a call each", "one thread"),
    timesNoble: times("noble", "one thread"),
  },
};
progress(
  `tree: ${hash.gbPerSecond.toFixed(3)} GB/s, ${hash.timesHashWasm.toFixed(1)} × hash-wasm; on one thread ` +
    `${hash.oneThread.gbPerSecond.toFixed(3)} GB/s, ${hash.oneThread.timesHashWasm.toFixed(1)} × hash-wasm with a state, ` +
    `${hash.oneThread.timesHashWasmCalls.toFixed(1)} × with a call each, ${hash.oneThread.timesNoble.toFixed(1)} × noble`,
);
if (values.json === true) console.log(JSON.stringify({ hash }, undefined, 2));
