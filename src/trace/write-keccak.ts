import { add, get, i32, i64, load, op, repeatWhile, sequence, set, shuffle, tee } from "../run/wasm/code.js";
import type { Code, Local } from "../run/wasm/code.js";
import type { FunctionWriter } from "../run/wasm/module.js";

/** A state of 25 words in local variables: two states side by side in vectors, or one in integers. */
export type Form = "v128" | "i64";
export type State = { readonly form: Form; readonly lanes: readonly Local[] };

/** The instructions of one form. */
type Words = {
  readonly xor: (a: Code, b: Code) => Code;
  /** a and not b */
  readonly without: (a: Code, b: Code) => Code;
  readonly rotated: (value: Code, bits: number) => Code;
  readonly constant: (address: Code, offset: number) => Code;
};

/**
 * keccak-f[1600] of all states at once (FIPS 202), lane x + 5y in local x + 5y. Their instructions are woven: vectors and
 * integers have units of their own, which work at the same time. Only the first four lanes are right afterwards: the hash.
 * The 24 round constants lie at `constants`.
 */
export function writePermutations(
  writer: FunctionWriter,
  { states, constants }: { readonly states: readonly State[]; readonly constants: number },
): Code {
  const address = writer.local("i32");
  const all = states.map(({ form, lanes }) => ({
    words: wordsOf(writer, form),
    lanes,
    next: lanes.map(() => writer.local(form)),
    columns: localsOf(writer, form),
    theta: localsOf(writer, form),
    row: localsOf(writer, form),
  }));
  const round = (parity: 0 | 1, rows: number): Code =>
    woven(
      all.map(({ lanes, next, ...one }) => {
        const [from, to] = parity === 0 ? [lanes, next] : [next, lanes];
        return roundOf({ ...one, from, to, rows, constant: one.words.constant(get(address), 8 * parity) });
      }),
    );
  return sequence(
    set(address, i32(constants)),
    repeatWhile(
      sequence(round(0, 5), round(1, 5), add(address, 16)),
      op("i32.lt_u", get(address), i32(constants + 8 * 22)),
    ),
    round(0, 5),
    // Of the last round only the first row is computed: the hash is four of its lanes.
    round(1, 1),
  );
}

/** The statements of all, in turns. */
const woven = (all: readonly (readonly Code[])[]): Code =>
  sequence(...(all[0] ?? []).flatMap((_, number) => all.map((one) => one[number] as Code)));

const localsOf = (writer: FunctionWriter, form: Form): Local[] =>
  Array.from({ length: 5 }, () => writer.local(form));

function wordsOf(writer: FunctionWriter, form: Form): Words {
  if (form === "i64") {
    return {
      xor: (a, b) => op("i64.xor", a, b),
      without: (a, b) => op("i64.and", a, op("i64.xor", b, i64(-1))),
      rotated: (value, bits) => (bits === 0 ? value : op("i64.rotl", value, i64(bits))),
      constant: (address, offset) => load("i64.load", address, offset),
    };
  }
  const scratch = writer.local("v128");
  return {
    xor: (a, b) => op("v128.xor", a, b),
    without: (a, b) => op("v128.andnot", a, b),
    rotated: (value, bits) => rotated(value, bits, scratch),
    constant: (address, offset) => load("v128.load64_splat", address, offset),
  };
}

/** The statements of one round: the same number of them in every form. */
function roundOf(args: {
  readonly words: Words;
  readonly from: readonly Local[];
  readonly to: readonly Local[];
  readonly columns: readonly Local[];
  readonly theta: readonly Local[];
  readonly row: readonly Local[];
  readonly rows: number;
  readonly constant: Code;
}): Code[] {
  const { words, from, to, columns, theta, row, rows, constant } = args;
  const { xor, without } = words;
  const at = (locals: readonly Local[], x: number, y = 0) => get(locals[((x + 5) % 5) + 5 * y] as Local);
  const parts: Code[] = [];
  for (let x = 0; x < 5; x++) {
    const column = [1, 2, 3, 4].reduce((sum, y) => xor(sum, at(from, x, y)), at(from, x));
    parts.push(set(columns[x] as Local, column));
  }
  for (let x = 0; x < 5; x++) {
    parts.push(set(theta[x] as Local, xor(at(columns, x - 1), words.rotated(at(columns, x + 1), 1))));
  }
  // Row v of the next state is chi of five lanes, each moved by rho and pi from somewhere else.
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < 5; u++) {
      // pi: lane (x, y) goes to (y, 2x + 3y), so what comes to (u, v) was at x = u + 3v, y = u.
      const x = (u + 3 * v) % 5;
      const lane = xor(at(from, x, u), get(theta[x] as Local));
      parts.push(set(row[u] as Local, words.rotated(lane, ROTATIONS[x + 5 * u] as number)));
    }
    for (let u = 0; u < 5; u++) {
      const chi = xor(at(row, u), without(at(row, u + 2), at(row, u + 1)));
      parts.push(set(to[u + 5 * v] as Local, u === 0 && v === 0 ? xor(chi, constant) : chi));
    }
  }
  return parts;
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
export function roundConstants(): bigint[] {
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
