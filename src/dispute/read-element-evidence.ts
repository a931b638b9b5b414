import { OnusError } from "../errors/onus-error.js";
import { meaningOf } from "../program/check-kernel.js";
import { decodeKernel } from "../program/codec.js";
import { allocateTensor, elementBytes } from "../program/dtype.js";
import type { Dtype, TensorData } from "../program/dtype.js";
import { product } from "../program/kernel.js";
import type { Kernel } from "../program/kernel.js";
import { LEAF_BYTES, TABLE_ENTRY_BYTES, decodeTable, depthOf, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { bytesOfTensor, tensorOfBytes } from "../run/engine.js";
import { evaluateElement, readLoad, store, unravel } from "../run/interpreter.js";
import { openingBytes, positionsOf } from "../trace/tree.js";
import { ByteReader } from "../types/byte-reader.js";
import { FAULT } from "./evidence.js";

/** One operand of a disputed element: what a load reads at one step of the reduction. */
export type Operand = { readonly load: number; readonly tensor: number; readonly value: number };

/** What element evidence says, for people: the element, what goes into it, and what should have come out. */
export type ElementDispute = {
  readonly kernel: number;
  /** Row-major. */
  readonly element: number;
  readonly dtype: Dtype;
  /** Undefined where the kernel is void: its elements are zero. */
  readonly meaning?: Kernel;
  /** Of the element in the kernel's shape. */
  readonly position: readonly number[];
  /** Steps of the reduction, of which `operands` shows the first. */
  readonly steps: number;
  readonly operands: readonly (readonly Operand[])[];
  readonly claimed: number;
  readonly computed: number;
};

/** A proof may have a hundred thousand steps; people look at the first. */
const MOST_STEPS = 64;

/**
 * Reads evidence of the fault Element (docs/spec/faults.md) and computes the element again from the operands in it.
 * Undefined for evidence of another fault. Checks no path: the referee did.
 *
 * @param n records of the claim
 */
export function readElementEvidence(evidence: Uint8Array, n: number): ElementDispute | undefined {
  const reader = new ByteReader(evidence, "evidence", (reason) => {
    return new OnusError("EVIDENCE_UNREADABLE", { reason });
  });
  if (reader.u8() !== FAULT.element) return undefined;
  reader.take(20 + 5 * 32 + 1 + 4 + 32 * depthOf(n));
  const [kernels, weights, inputs] = [reader.u32(), reader.u32(), reader.u32()];
  reader.take(4 + 4 * 32 + 20 + 32);
  const kernel = reader.u32();
  const element = reader.u32();
  const descriptor = reader.take(reader.u16());
  reader.take(32 * depthOf(kernels));

  const firstKernel = inputs + weights;
  const id = firstKernel + kernel;
  const loads = (decodeKernel(descriptor)?.loads ?? []).map(({ tensor }) => tensor);
  const table = readTable(reader, {
    tensors: firstKernel + kernels,
    ids: [id, ...loads.filter((at) => at < id)],
  });
  const own = table[id] as TensorEntry;
  const size = elementBytes(own.dtype);
  const leaf = reader.take(LEAF_BYTES).slice();
  reader.take(32 * depthOf(leafCount(own)));
  const at = (element * size) % LEAF_BYTES;
  const claimed = tensorOfBytes(leaf.slice(at, at + size), { ...own, count: 1 })[0] as number;
  const dispute = { kernel, element, dtype: own.dtype, claimed };

  const meaning = meaningOf(descriptor, id, table);
  if (!("kernel" in meaning)) return { ...dispute, position: [element], steps: 0, operands: [], computed: 0 };
  const mask = reader.u8();
  const opened = [...new Set(loads.filter((_, load) => ((mask >> load) & 1) === 1))].sort((a, b) => a - b);
  const between = (from: number, to: number): number[] =>
    opened.filter((tensor) => tensor >= from && tensor < to).map((tensor) => tensor - from);
  const items = (positions: readonly number[], count: number): void => {
    if (positions.length === 0) return;
    const opening = openingBytes({ form: "list", positions, depth: depthOf(count) });
    reader.take(32 * positions.length + opening);
  };
  items([...new Set([...between(firstKernel, id), kernel])], kernels);
  items(between(inputs, firstKernel), weights);
  items(between(0, inputs), inputs);
  const tensors: TensorData[] = [];
  for (const tensor of opened) tensors[tensor] = readOperand(reader, table[tensor] as TensorEntry);

  const { kernel: nest } = meaning;
  const position = unravel(element, nest.shape);
  const steps = product(nest.reduce);
  const operands = Array.from({ length: Math.min(steps, MOST_STEPS) }, (_, k) => {
    const axes = [...position, ...unravel(k, nest.reduce)];
    return nest.loads.flatMap(({ tensor }, load) =>
      tensors[tensor] === undefined ? [] : [{ load, tensor, value: readLoad(nest, load, { tensors, axes }) }],
    );
  });
  const stored = allocateTensor(own.dtype, 1);
  store(stored, 0, evaluateElement(nest, tensors, element));
  return { ...dispute, meaning: nest, position, steps, operands, computed: stored[0] as number };
}

/** The entries of some tensors, at their ids. */
function readTable(
  reader: ByteReader,
  { tensors, ids }: { readonly tensors: number; readonly ids: readonly number[] },
): TensorEntry[] {
  const perLeaf = LEAF_BYTES / TABLE_ENTRY_BYTES;
  const positions = [...new Set(ids.map((id) => Math.floor(id / perLeaf)))].sort((a, b) => a - b);
  const depth = depthOf(Math.ceil(tensors / perLeaf));
  const bytes = reader.take(openingBytes({ form: "bytes", positions, depth }));
  const table = Array.from({ length: tensors }, (): TensorEntry => ({ count: 1, dtype: "u8" }));
  positions.forEach((position, number) => {
    const entries = decodeTable(bytes.subarray(number * LEAF_BYTES, (number + 1) * LEAF_BYTES));
    entries.forEach((entry, within) => {
      if (position * perLeaf + within < tensors) table[position * perLeaf + within] = entry;
    });
  });
  return table;
}

/** A tensor of which only the opened leaves are filled. */
function readOperand(reader: ByteReader, entry: TensorEntry): TensorData {
  const ranges = Array.from({ length: reader.u16() }, () => ({ first: reader.u32(), count: reader.u32() }));
  const data = allocateTensor(entry.dtype, entry.count);
  if (ranges.length === 0) return data;
  const positions = positionsOf(ranges);
  const bytes = reader.take(openingBytes({ form: "bytes", positions, depth: depthOf(leafCount(entry)) }));
  const all = bytesOfTensor(data);
  positions.forEach((position, number) => {
    const leaf = bytes.subarray(number * LEAF_BYTES, (number + 1) * LEAF_BYTES);
    all.set(leaf.subarray(0, all.length - position * LEAF_BYTES), position * LEAF_BYTES);
  });
  return data;
}
