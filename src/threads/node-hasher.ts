import { availableParallelism } from "node:os";

import type { KeccakHasher } from "../trace/keccak-hasher.js";
import { createWasmHasher } from "../trace/wasm-hasher.js";
import { startNodeThread } from "./start-node-thread.js";

/** More have nothing to do for tensors of a few MB: threads share a MiB at a time. */
const MOST_HELPERS = 3;

let made: KeccakHasher | undefined;
const hasher = (): KeccakHasher => (made ??= createWasmHasher(helpers()));

function helpers() {
  const count = Math.min(MOST_HELPERS, availableParallelism() - 1);
  return count === 0 ? undefined : { count, startThread: startNodeThread };
}

/** Keccak-256 on the cores of the machine, for whole traces. Threads start when it is first used, and end with the process. */
export const nodeHasher: KeccakHasher = {
  leaves: (bytes, out) => hasher().leaves(bytes, out),
  pairs: (nodes, out) => hasher().pairs(nodes, out),
};
