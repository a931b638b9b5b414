import { concatBytes } from "@noble/hashes/utils.js";

import { bodyType } from "../../src/program/check-kernel.js";
import { encodeKernel } from "../../src/program/codec.js";
import { allocateTensor } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import { product } from "../../src/program/kernel.js";
import type { Kernel } from "../../src/program/kernel.js";
import { LEAF_BYTES } from "../../src/program/tensor-table.js";
import { operandLeaves, rangesOf } from "../../src/dispute/operand-leaves.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { evaluateElement, store } from "../../src/run/interpreter.js";
import type { StageHarness } from "../../typechain-types/index.js";
import type { Random } from "./random.js";

/** An element, and where its reduction is cut. */
export type StageCase = {
  readonly what: string;
  readonly kernel: Kernel;
  /** By tensor id. */
  readonly data: readonly TensorData[];
  readonly element: number;
  /** The k after the last one of each stage; the last is K. */
  readonly ends: readonly number[];
};

/** A case as the harness takes it: the descriptor, then the leaves that the element reads. */
export function harnessCase({ kernel, data, element, ends }: StageCase): StageHarness.CaseStruct {
  const descriptor = encodeKernel(kernel);
  const leaves = operandLeaves({ kernel, element, valueOf: (tensor) => data[tensor] as TensorData });
  const parts = [descriptor];
  let at = descriptor.length;
  const ranges: bigint[] = [];
  const opened = new Map<number, { begin: number; end: number }>();
  for (const [tensor, positions] of leaves) {
    const bytes = bytesOfTensor(data[tensor] as TensorData);
    const begin = ranges.length;
    for (const { first, count } of rangesOf(positions)) {
      const part = bytes.slice(first * LEAF_BYTES, (first + count) * LEAF_BYTES);
      ranges.push((BigInt(first * LEAF_BYTES) << 128n) | (BigInt(part.length) << 64n) | BigInt(at));
      parts.push(part);
      at += part.length;
    }
    opened.set(tensor, { begin, end: ranges.length });
  }
  const question = {
    descriptorAt: 0,
    descriptorLength: descriptor.length,
    element,
    bodyIsFloat: bodyType(kernel) === "f32",
    operands: kernel.loads.map(({ tensor }) => opened.get(tensor) ?? { begin: 0, end: 0 }),
    ranges,
  };
  return { question, ends: [...ends], evidence: concatBytes(...parts) };
}

/** The element as the interpreter stores it: 32 bits, or 8. */
export function expectedBits({ kernel, data, element }: StageCase): bigint {
  const out = allocateTensor(kernel.dtype, product(kernel.shape));
  store(out, element, evaluateElement(kernel, data, element));
  const size = out.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(out.buffer, out.byteOffset + element * size, size);
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

/** Ends of stages: few or many, of one k or long, often just before and after where the machine cuts by itself. */
export function randomEnds(random: Random, reduction: number): number[] {
  const ends = new Set([reduction]);
  const few = random.chance(50) ? 1 : random.between(1, 8);
  for (let left = random.chance(15) ? Math.min(reduction, 40) : few; left > 0; left--) {
    const at = random.chance(50)
      ? random.between(1, reduction)
      : random.pick([1, 2, 15, 16, 17, 127, 128, 129, 255, 256, 257, 2_047, 2_048, 2_049, reduction - 1]);
    if (at > 0 && at < reduction) ends.add(at);
  }
  return [...ends].sort((a, b) => a - b);
}
