import {
  add,
  get,
  i32,
  load,
  loadLane,
  op,
  plus,
  repeatWhile,
  sequence,
  set,
  shuffle,
  storeLane,
  tee,
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

/** Bytes handed to WebAssembly at a time: they stay in the second-level cache, or occupy several threads for a while. */
const SOLO_BYTES = 128 * 1024;
const SHARED_BYTES = 1024 * 1024;
const LEAF_BYTES = 128;
const PAIR_BYTES = 64;
const HASH_BYTES = 32;
const BLOCKS = { leaves: LEAF_BYTES, pairs: PAIR_BYTES } as const;
type Blocks = keyof typeof BLOCKS;

/** Blocks that are worth sharing between threads. */
const LEAST_SHARED = 256;

/** Memory: round constants, what threads share, then the input of a chunk and one block more, then its hashes. */
const CONSTANTS = 0;
const CONTROL = 256;
const INPUT = 4096;
const PAGE_BYTES = 65_536;

let made: KeccakHasher | undefined;
const hasher = (): KeccakHasher => (made ??= createWasmHasher());

/** Keccak-256 in WebAssembly: about 330 MB of tensor per second and core. Compiled when it is first used. */
export const wasmHasher: KeccakHasher = {
  leaves: (bytes, out) => hasher().leaves(bytes, out),
  pairs: (nodes, out) => hasher().pairs(nodes, out),
};

/**
 * Keccak-256 of two leaves or pairs at a time, one in each half of every vector; with helpers on several threads.
 * `close` ends them.
 */
export function createWasmHasher(helpers?: Helpers): KeccakHasher & { close(): void } {
  const isShared = helpers !== undefined;
  const chunkBytes = isShared ? SHARED_BYTES : SOLO_BYTES;
  const output = INPUT + chunkBytes + LEAF_BYTES;
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
          rangeOf(name, { units, grain: 16, work: Infinity }, helpers.count + 1),
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
 * Hashes the blocks from parameter 0 to parameter 1; of an odd number the last shares its permutation with the block after
 * it, which gets the hash that it has anyway.
 */
function writeBlocks(writer: FunctionWriter, blockBytes: number, hashes: number): Code {
  const [input, output] = [writer.local("i32"), writer.local("i32")];
  const state = Array.from({ length: 25 }, () => writer.local("v128"));
  const words = blockBytes / 8;
  const absorb = state.map((lane, number) => {
    if (number < words) {
      const low = load("v128.load64_zero", get(input), 8 * number);
      const both = loadLane("v128.load64_lane", {
        address: get(input),
        vector: low,
        lane: 1,
        offset: blockBytes + 8 * number,
      });
      return set(lane, both);
    }
    // Keccak's padding: a 1 behind the message, the top bit at the end of the rate of 17 words.
    const padding = (number === words ? 1n : 0n) | (number === 16 ? 1n << 63n : 0n);
    return set(lane, constant(padding));
  });
  const squeeze = [0, 1, 2, 3].flatMap((number) =>
    [0, 1].map((lane) =>
      storeLane("v128.store64_lane", {
        address: get(output),
        vector: get(state[number] as Local),
        lane,
        offset: HASH_BYTES * lane + 8 * number,
      }),
    ),
  );
  const step = sequence(
    ...absorb,
    writePermutation(writer, state),
    ...squeeze,
    add(input, 2 * blockBytes),
    add(output, 2 * HASH_BYTES),
    add(0, 2),
  );
  return sequence(
    set(input, plus(op("i32.mul", get(0), i32(blockBytes)), INPUT)),
    set(output, plus(op("i32.mul", get(0), i32(HASH_BYTES)), hashes)),
    whileLoop(op("i32.lt_s", get(0), get(1)), step),
  );
}

const constant = (word: bigint): Code => [
  0xfd,
  0x0c,
  ...new Uint8Array(BigUint64Array.of(word, word).buffer),
];

/** keccak-f[1600], lane x + 5y of the state in local x + 5y (FIPS 202). */
function writePermutation(writer: FunctionWriter, state: readonly Local[]): Code {
  const next = state.map(() => writer.local("v128"));
  const constants = writer.local("i32");
  const round = (from: readonly Local[], to: readonly Local[], number: number, rows: number) =>
    writeRound({ writer, from, to, rows, constant: load("v128.load64_splat", get(constants), 8 * number) });
  // Of the last round only the first row is computed: the hash is four of its lanes.
  return sequence(
    set(constants, i32(CONSTANTS)),
    repeatWhile(
      sequence(round(state, next, 0, 5), round(next, state, 1, 5), add(constants, 16)),
      op("i32.lt_u", get(constants), i32(CONSTANTS + 8 * 22)),
    ),
    round(state, next, 0, 5),
    round(next, state, 1, 1),
  );
}

const xor = (a: Code, b: Code): Code => op("v128.xor", a, b);

function writeRound(args: {
  writer: FunctionWriter;
  from: readonly Local[];
  to: readonly Local[];
  rows: number;
  constant: Code;
}): Code {
  const { writer, from, to, rows } = args;
  const columns = Array.from({ length: 5 }, () => writer.local("v128"));
  const theta = Array.from({ length: 5 }, () => writer.local("v128"));
  const row = Array.from({ length: 5 }, () => writer.local("v128"));
  const scratch = writer.local("v128");
  const at = (locals: readonly Local[], x: number, y = 0) => get(locals[((x + 5) % 5) + 5 * y] as Local);
  const parts: Code[] = [];
  for (let x = 0; x < 5; x++) {
    const column = [1, 2, 3, 4].reduce((sum, y) => xor(sum, at(from, x, y)), at(from, x));
    parts.push(set(columns[x] as Local, column));
  }
  for (let x = 0; x < 5; x++) {
    parts.push(set(theta[x] as Local, xor(at(columns, x - 1), rotated(at(columns, x + 1), 1, scratch))));
  }
  // Row v of the next state is chi of five lanes, each moved by rho and pi from somewhere else.
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < 5; u++) {
      // pi: lane (x, y) goes to (y, 2x + 3y), so what comes to (u, v) was at x = u + 3v, y = u.
      const x = (u + 3 * v) % 5;
      const lane = xor(at(from, x, u), get(theta[x] as Local));
      parts.push(set(row[u] as Local, rotated(lane, ROTATIONS[x + 5 * u] as number, scratch)));
    }
    for (let u = 0; u < 5; u++) {
      const chi = xor(at(row, u), op("v128.andnot", at(row, u + 2), at(row, u + 1)));
      parts.push(set(to[u + 5 * v] as Local, u === 0 && v === 0 ? xor(chi, args.constant) : chi));
    }
  }
  return sequence(...parts);
}

/** Both halves rotated left; whole bytes move in one instruction. */
function rotated(value: Code, bits: number, scratch: Local): Code {
  if (bits === 0) return value;
  if (bits % 8 === 0) {
    const bytes = Array.from({ length: 16 }, (_, at) => (at & 8) + (((at & 7) - bits / 8 + 8) & 7));
    return shuffle(bytes, tee(scratch, value), get(scratch));
  }
  return op(
    "v128.or",
    op("i64x2.shl", tee(scratch, value), i32(bits)),
    op("i64x2.shr_u", get(scratch), i32(64 - bits)),
  );
}

const ROTATIONS = rotations();

/** rho: lane (1, 0) by 1, then on along (x, y) → (y, 2x + 3y) by the triangular numbers. */
function rotations(): number[] {
  const bits = new Array<number>(25).fill(0);
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; t++) {
    bits[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return bits;
}

/** iota: bits 2^j - 1 of a word from a linear feedback shift register with polynomial x^8 + x^6 + x^5 + x^4 + 1. */
function roundConstants(): bigint[] {
  let register = 1;
  return Array.from({ length: 24 }, () => {
    let word = 0n;
    for (let j = 0; j < 7; j++) {
      if ((register & 1) === 1) word |= 1n << BigInt(2 ** j - 1);
      register <<= 1;
      if ((register & 0x100) !== 0) register ^= 0x171;
    }
    return word;
  });
}
