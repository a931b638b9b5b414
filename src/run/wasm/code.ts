import {
  isPlain,
  laneCode,
  memoryCode,
  memoryLaneCode,
  plainCode,
  signed,
  unsigned,
  vectorCode,
} from "./opcodes.js";
import type { LaneOp, MemoryLaneOp, MemoryOp, PlainOp, VectorOp } from "./opcodes.js";

/**
 * Bytes of WebAssembly instructions. Operands come first, so code nests like the expression it computes; it is nested
 * arrays until `flatten`, because copying at every level would take longer than compiling.
 */
export type Code = readonly (number | Code)[];

/** The number of a local variable of one function. */
export type Local = number;

export const sequence = (...parts: readonly Code[]): Code => parts;

/** The bytes themselves. */
export function flatten(code: Code): number[] {
  const bytes: number[] = [];
  const append = (part: Code): void => {
    for (const one of part) {
      if (typeof one === "number") bytes.push(one);
      else append(one);
    }
  };
  append(code);
  return bytes;
}

export const op = (name: PlainOp | VectorOp, ...operands: readonly Code[]): Code =>
  sequence(...operands, isPlain(name) ? plainCode(name) : vectorCode(name));

export const get = (local: Local): Code => [0x20, ...unsigned(local)];
export const set = (local: Local, value: Code): Code => sequence(value, [0x21, ...unsigned(local)]);
export const tee = (local: Local, value: Code): Code => sequence(value, [0x22, ...unsigned(local)]);
export const getGlobal = (global: number): Code => [0x23, ...unsigned(global)];

export const i32 = (value: number): Code => [0x41, ...signed(value | 0)];
export const i64 = (value: number): Code => [0x42, ...signed(value)];

/** A vector constant of four 32-bit words, lane 0 first. */
export function words(...lanes: readonly [number, number, number, number]): Code {
  return [0xfd, 0x0c, ...new Uint8Array(Int32Array.from(lanes, (lane) => lane | 0).buffer)];
}
export const splatWord = (word: number): Code => words(word, word, word, word);

/** A vector constant with both lanes the double. */
export const splatDouble = (value: number): Code => [
  0xfd,
  0x0c,
  ...new Uint8Array(Float64Array.of(value, value).buffer),
];

/** Byte `i` of the result is byte `pattern[i]` of both operands together. */
export const shuffle = (pattern: readonly number[], a: Code, b: Code): Code =>
  sequence(a, b, [0xfd, 0x0d, ...pattern]);

/** The same for whole 32-bit lanes, 0–3 of the first operand and 4–7 of the second. */
export const shuffleWords = (lanes: readonly number[], a: Code, b: Code): Code =>
  shuffle(
    lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
    a,
    b,
  );

export const load = (name: MemoryOp, address: Code, offset = 0): Code =>
  sequence(address, memoryCode(name, offset));
export const store = (name: MemoryOp, address: Code, value: Code, offset = 0): Code =>
  sequence(address, value, memoryCode(name, offset));
export const loadLane = (
  name: MemoryLaneOp,
  { address, vector, lane, offset = 0 }: { address: Code; vector: Code; lane: number; offset?: number },
): Code => sequence(address, vector, memoryLaneCode(name, offset, lane));
export const storeLane = loadLane;
export const lane = (name: LaneOp, number: number, ...operands: readonly Code[]): Code =>
  sequence(...operands, laneCode(name, number));

export const call = (target: number, ...operands: readonly Code[]): Code =>
  sequence(...operands, [0x10, ...unsigned(target)]);

export const VOID = 0x40;

/** Types of WebAssembly values as the binary format has them. */
export const TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, v128: 0x7b } as const;
export type Type = keyof typeof TYPE;

export const when = (condition: Code, then: Code, otherwise?: Code, type?: Type): Code =>
  sequence(
    condition,
    [0x04, type === undefined ? VOID : TYPE[type]],
    then,
    otherwise === undefined ? [] : [0x05],
    otherwise ?? [],
    [0x0b],
  );

/** Repeats `body` for as long as `condition`, computed after it, holds: the body runs at least once. */
export const repeatWhile = (body: Code, condition: Code): Code =>
  sequence([0x03, VOID], body, condition, [0x0d, 0x00, 0x0b]);

/** Repeats `body` while `condition` holds before it. */
export const whileLoop = (condition: Code, body: Code): Code => when(condition, repeatWhile(body, condition));

/** `address + bytes`, leaving out what adds nothing. */
export const plus = (value: Code, constant: number): Code =>
  constant === 0 ? value : op("i32.add", value, i32(constant));

export const add = (local: Local, constant: number): Code =>
  constant === 0 ? [] : set(local, plus(get(local), constant));
