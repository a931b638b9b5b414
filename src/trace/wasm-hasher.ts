import {
  add,
  get,
  i32,
  load,
  loadLane,
  op,
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
import type { FunctionWriter } from "../run/wasm/module.js";
import { webAssembly } from "../run/wasm/web-assembly.js";
import type { WasmFunction } from "../run/wasm/web-assembly.js";
import type { KeccakHasher } from "./keccak-hasher.js";

/** Bytes handed to WebAssembly at a time; small enough to stay in the second-level cache. */
const CHUNK_BYTES = 128 * 1024;
const LEAF_BYTES = 128;
const PAIR_BYTES = 64;
const HASH_BYTES = 32;

/** Memory: round constants, then the input of a chunk and one block more, then its hashes. */
const CONSTANTS = 0;
const INPUT = 256;
const OUTPUT = INPUT + CHUNK_BYTES + LEAF_BYTES;
const PAGES = Math.ceil((OUTPUT + CHUNK_BYTES) / 65_536);

let made: KeccakHasher | undefined;
const hasher = (): KeccakHasher => (made ??= createWasmHasher());

/** Keccak-256 in WebAssembly: about 320 MB of tensor per second and core. Compiled when it is first used. */
export const wasmHasher: KeccakHasher = {
  leaves: (bytes, out) => hasher().leaves(bytes, out),
  pairs: (nodes, out) => hasher().pairs(nodes, out),
};

/** Keccak-256 of two leaves or pairs at a time, one in each half of every vector. */
export function createWasmHasher(): KeccakHasher {
  const memory = new webAssembly.Memory({ initial: PAGES });
  const module = new webAssembly.Module(hasherModule());
  const { exports } = new webAssembly.Instance(module, { env: { memory, scratch: 0 } });
  const bytes = new Uint8Array(memory.buffer);
  new BigUint64Array(memory.buffer, CONSTANTS, 24).set(roundConstants());

  const hashBlocks = (hash: WasmFunction, blockBytes: number, input: Uint8Array, out: Uint8Array): void => {
    const blocks = input.length / blockBytes;
    const most = CHUNK_BYTES / blockBytes;
    for (let first = 0; first < blocks; first += most) {
      const count = Math.min(most, blocks - first);
      bytes.set(input.subarray(first * blockBytes, (first + count) * blockBytes), INPUT);
      hash(count);
      out.set(bytes.subarray(OUTPUT, OUTPUT + count * HASH_BYTES), first * HASH_BYTES);
    }
  };
  return {
    leaves: (input, out) => hashBlocks(exports["leaves"] as WasmFunction, LEAF_BYTES, input, out),
    pairs: (input, out) => hashBlocks(exports["pairs"] as WasmFunction, PAIR_BYTES, input, out),
  };
}

function hasherModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  for (const [name, blockBytes] of [
    ["leaves", LEAF_BYTES],
    ["pairs", PAIR_BYTES],
  ] as const) {
    module.define({ takes: ["i32"] }, (writer) => writeBlocks(writer, blockBytes), name);
  }
  return module.encode({ pages: PAGES, isShared: false });
}

/** Hashes so many blocks, parameter 0; of an odd number the last shares its permutation with bytes nobody asks about. */
function writeBlocks(writer: FunctionWriter, blockBytes: number): Code {
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
    add(0, -2),
  );
  return sequence(
    set(input, i32(INPUT)),
    set(output, i32(OUTPUT)),
    whileLoop(op("i32.gt_s", get(0), i32(0)), step),
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
  return sequence(
    set(constants, i32(CONSTANTS)),
    repeatWhile(
      sequence(
        writeRound({ writer, from: state, to: next, constant: load("v128.load64_splat", get(constants)) }),
        writeRound({ writer, from: next, to: state, constant: load("v128.load64_splat", get(constants), 8) }),
        add(constants, 16),
      ),
      op("i32.lt_u", get(constants), i32(CONSTANTS + 8 * 24)),
    ),
  );
}

const xor = (a: Code, b: Code): Code => op("v128.xor", a, b);

function writeRound(args: {
  writer: FunctionWriter;
  from: readonly Local[];
  to: readonly Local[];
  constant: Code;
}): Code {
  const { writer, from, to } = args;
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
  for (let v = 0; v < 5; v++) {
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
