import {
  add,
  get,
  i32,
  i64,
  load,
  loadLane,
  op,
  plus,
  sequence,
  set,
  store,
  storeLane,
  whileLoop,
} from "../run/wasm/code.js";
import type { Code, Local } from "../run/wasm/code.js";
import { ModuleWriter } from "../run/wasm/module.js";
import type { FunctionWriter, MemoryShape } from "../run/wasm/module.js";
import { rangeOf, threadedTeam } from "../run/wasm/team.js";
import type { Helpers } from "../run/wasm/team.js";
import { webAssembly } from "../run/wasm/web-assembly.js";
import type { WasmFunction } from "../run/wasm/web-assembly.js";
import type { KeccakHasher } from "./keccak-hasher.js";
import { roundConstants, writePermutations } from "./write-keccak.js";
import type { Form } from "./write-keccak.js";

/** Bytes handed to WebAssembly at a time: they stay in the second-level cache, or occupy several threads for a while. */
const SOLO_BYTES = 128 * 1024;
const SHARED_BYTES = 1024 * 1024;
const LEAF_BYTES = 128;
const PAIR_BYTES = 64;
const HASH_BYTES = 32;
const BLOCKS = { leaves: LEAF_BYTES, pairs: PAIR_BYTES } as const;
type Blocks = keyof typeof BLOCKS;

/** Blocks whose permutations are woven. */
const TOGETHER = 3;
/** Blocks that are worth sharing between threads. */
const LEAST_SHARED = 256;

/** Memory: round constants, what threads share, then the input of a chunk and two blocks more, then as many hashes. */
const CONSTANTS = 0;
const CONTROL = 256;
const INPUT = 4096;
const PAGE_BYTES = 65_536;

let made: KeccakHasher | undefined;
const hasher = (): KeccakHasher => (made ??= createWasmHasher());

/** Keccak-256 in WebAssembly: about 480 MB of tensor per second and core. Compiled when it is first used. */
export const wasmHasher: KeccakHasher = {
  leaves: (bytes, out) => hasher().leaves(bytes, out),
  pairs: (nodes, out) => hasher().pairs(nodes, out),
};

/**
 * Keccak-256 of three leaves or pairs at a time, two in the halves of every vector and one in integers; with helpers on several threads.
 * `close` ends them.
 */
export function createWasmHasher(helpers?: Helpers): KeccakHasher & { close(): void } {
  const isShared = helpers !== undefined;
  const chunkBytes = isShared ? SHARED_BYTES : SOLO_BYTES;
  const output = INPUT + chunkBytes + (TOGETHER - 1) * LEAF_BYTES;
  const pages = Math.ceil((output + chunkBytes) / PAGE_BYTES);
  const memory = new webAssembly.Memory(
    isShared ? { initial: pages, maximum: pages, shared: true } : { initial: pages },
  );
  const module = new webAssembly.Module(hasherModule({ pages, isShared, output }));
  const { exports } = new webAssembly.Instance(module, { env: { memory, scratch: 0 } });
  const bytes = new Uint8Array(memory.buffer);
  new BigUint64Array(memory.buffer, CONSTANTS, 24).set(roundConstants());

  // Threads know ranges beforehand: every power of two of blocks that a chunk holds.
  const sizes = (name: Blocks): number[] => {
    const most = chunkBytes / BLOCKS[name];
    return Array.from({ length: 32 }, (_, step) => most >> step).filter((count) => count >= LEAST_SHARED);
  };
  const shared = (["leaves", "pairs"] as const).flatMap((name) =>
    sizes(name).map((units) => ({ name, units })),
  );
  const team = isShared
    ? threadedTeam({
        helpers,
        module,
        memory,
        control: CONTROL,
        scratch: Array.from({ length: helpers.count + 1 }, () => 0),
        stages: shared.map(({ name, units }) =>
          rangeOf(name, { units, grain: 8 * TOGETHER, work: Infinity }, helpers.count + 1),
        ),
        exports,
        exact: () => NaN,
      })
    : undefined;

  /** Hashes `count` blocks that lie in memory. */
  const hash = (name: Blocks, count: number): void => {
    const stage = shared.findIndex((one) => one.name === name && one.units === count);
    if (team !== undefined && stage >= 0) team.run(stage);
    else (exports[name] as WasmFunction)(0, count);
  };
  const hashBlocks = (name: Blocks, input: Uint8Array, out: Uint8Array): void => {
    const blockBytes = BLOCKS[name];
    const blocks = input.length / blockBytes;
    const most = chunkBytes / blockBytes;
    for (let first = 0; first < blocks;) {
      const left = Math.min(most, blocks - first);
      const count = team === undefined || left < LEAST_SHARED ? left : 2 ** Math.floor(Math.log2(left));
      bytes.set(input.subarray(first * blockBytes, (first + count) * blockBytes), INPUT);
      hash(name, count);
      out.set(bytes.subarray(output, output + count * HASH_BYTES), first * HASH_BYTES);
      first += count;
    }
  };
  return {
    leaves: (input, out) => hashBlocks("leaves", input, out),
    pairs: (input, out) => hashBlocks("pairs", input, out),
    close: () => team?.close(),
  };
}

function hasherModule(shape: MemoryShape & { readonly output: number }): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  for (const name of ["leaves", "pairs"] as const) {
    const blockBytes = BLOCKS[name];
    module.define({ takes: ["i32", "i32"] }, (writer) => writeBlocks(writer, blockBytes, shape.output), name);
  }
  return module.encode(shape);
}

/**
 * Hashes the blocks from parameter 0 to parameter 1, three at a time; where fewer are left, the blocks after them get the
 * hashes that they have anyway.
 */
function writeBlocks(writer: FunctionWriter, blockBytes: number, hashes: number): Code {
  const [input, output] = [writer.local("i32"), writer.local("i32")];
  const state = (form: Form): Local[] => Array.from({ length: 25 }, () => writer.local(form));
  const [both, third] = [state("v128"), state("i64")];
  const words = blockBytes / 8;
  const absorb = both.flatMap((lane, number) => {
    const alone = third[number] as Local;
    if (number < words) {
      const low = load("v128.load64_zero", get(input), 8 * number);
      const vector = loadLane("v128.load64_lane", {
        address: get(input),
        vector: low,
        lane: 1,
        offset: blockBytes + 8 * number,
      });
      return [set(lane, vector), set(alone, load("i64.load", get(input), 2 * blockBytes + 8 * number))];
    }
    // Keccak's padding: a 1 behind the message, the top bit at the end of the rate of 17 words.
    const padding = op("i64.or", i64(number === words ? 1 : 0), i64(number === 16 ? -(2 ** 63) : 0));
    return [set(lane, op("i64x2.splat", padding)), set(alone, padding)];
  });
  const squeeze = [0, 1, 2, 3].flatMap((number) => [
    ...[0, 1].map((lane) =>
      storeLane("v128.store64_lane", {
        address: get(output),
        vector: get(both[number] as Local),
        lane,
        offset: HASH_BYTES * lane + 8 * number,
      }),
    ),
    store("i64.store", get(output), get(third[number] as Local), 2 * HASH_BYTES + 8 * number),
  ]);
  const step = sequence(
    ...absorb,
    writePermutations(writer, {
      constants: CONSTANTS,
      states: [
        { form: "v128", lanes: both },
        { form: "i64", lanes: third },
      ],
    }),
    ...squeeze,
    add(input, TOGETHER * blockBytes),
    add(output, TOGETHER * HASH_BYTES),
    add(0, TOGETHER),
  );
  return sequence(
    set(input, plus(op("i32.mul", get(0), i32(blockBytes)), INPUT)),
    set(output, plus(op("i32.mul", get(0), i32(HASH_BYTES)), hashes)),
    whileLoop(op("i32.lt_s", get(0), get(1)), step),
  );
}
