/**
 * `npm run bench -- hash [--json] [--rounds N]`: the tree over 4 MiB with the WebAssembly hasher, beside the same tree with
 * hash-wasm, each block in one state that is reused, and with the plain one.
 */
import { parseArgs } from "node:util";

import { createKeccak } from "hash-wasm";

import type { KeccakHasher } from "../../src/trace/keccak-hasher.js";
import { nobleHasher } from "../../src/trace/noble-hasher.js";
import { rootOfBytes } from "../../src/trace/tree.js";
import { createWasmHasher } from "../../src/trace/wasm-hasher.js";
import { startNodeThread } from "../../src/threads/start-node-thread.js";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { json: { type: "boolean" }, rounds: { type: "string", default: "15" } },
});
const rounds = Number(values.rounds);
const LEAF_BYTES = 128;
const PAIR_BYTES = 64;

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

const shared = createWasmHasher({ count: 1, startThread: startNodeThread });
const hashers = { onus: createWasmHasher(), "two threads": shared, "hash-wasm": rival, noble: nobleHasher };
const bytes = Uint8Array.from({ length: 4 * 2 ** 20 }, (_, at) => (at * 31 + (at >> 8)) & 255);
const roots = Object.values(hashers).map((hasher) => Buffer.from(rootOfBytes(bytes, hasher)).toString("hex"));
if (new Set(roots).size !== 1) throw new Error(`the hashers disagree: ${roots.join(", ")}`);

/** Milliseconds of every hasher in every round. */
const samples = Array.from({ length: rounds }, () =>
  Object.fromEntries(
    Object.entries(hashers).map(([name, hasher]) => {
      const begin = performance.now();
      rootOfBytes(bytes, hasher);
      return [name, performance.now() - begin];
    }),
  ),
);
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
const milliseconds = (name: keyof typeof hashers) => median(samples.map((one) => one[name] as number));
shared.close();
const hash = {
  gbPerSecond: bytes.length / milliseconds("onus") / 1e6,
  timesHashWasm: median(samples.map((one) => (one["hash-wasm"] as number) / (one["onus"] as number))),
  /** The tree on two threads. */
  timesHashWasmOnTwo: median(
    samples.map((one) => (one["hash-wasm"] as number) / (one["two threads"] as number)),
  ),
  timesNoble: median(samples.map((one) => (one["noble"] as number) / (one["onus"] as number))),
};
console.log(
  values.json === true
    ? JSON.stringify({ hash }, undefined, 2)
    : `${hash.gbPerSecond.toFixed(3)} GB/s of leaf data, ${hash.timesHashWasm.toFixed(1)} × hash-wasm, ` +
        `${hash.timesHashWasmOnTwo.toFixed(1)} × on two threads, ` +
        `${hash.timesNoble.toFixed(1)} × noble`,
);
