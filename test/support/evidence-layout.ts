import { depthOf } from "../../src/program/tensor-table.js";
import type { Exhibit } from "../../src/dispute/evidence.js";

/** Where the fields of evidence begin, in bytes (docs/spec/faults.md). */
export type EvidenceLayout = {
  readonly salt: number;
  readonly recordIndex: number;
  readonly recordPath: number;
  readonly model: number;
  readonly publisher: number;
  /** After RECORD and MODEL. */
  readonly body: number;
  /** Of an element: the next four, and what comes after the descriptor's path. */
  readonly kernel: number;
  readonly element: number;
  readonly length: number;
  readonly descriptor: number;
  readonly afterDescriptor: (length: number) => number;
};

export function layoutOf({ records, committed }: Exhibit): EvidenceLayout {
  const salt = 1 + 20;
  const recordIndex = 1 + 20 + 5 * 32 + 1;
  const recordPath = recordIndex + 4;
  const model = recordPath + 32 * depthOf(records.records.length);
  const publisher = model + 16 + 4 * 32;
  const body = publisher + 20 + 32;
  const kernels = depthOf(committed.artifact.kernels.length);
  const descriptor = body + 10;
  const afterDescriptor = (length: number) => descriptor + length + 32 * kernels;
  return {
    salt,
    recordIndex,
    recordPath,
    model,
    publisher,
    body,
    kernel: body,
    element: body + 4,
    length: body + 8,
    descriptor,
    afterDescriptor,
  };
}

/** A copy in which the bytes from `at` on are others. */
export function overwrite(
  evidence: Uint8Array,
  at: number,
  bytes: readonly number[] | Uint8Array,
): Uint8Array {
  const copy = Uint8Array.from(evidence);
  copy.set(bytes, at);
  return copy;
}

/** A copy in which one bit is flipped. */
export function flip(evidence: Uint8Array, at: number): Uint8Array {
  return overwrite(evidence, at, [(evidence[at] as number) ^ 1]);
}

export const u32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
