import { OnusError } from "../errors/onus-error.js";
import type { TensorData } from "../program/dtype.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { tensorOfBytes } from "../run/engine.js";
import type { CommittedTrace, RecordList } from "../trace/committed-trace.js";
import { nodeAt, openPositions } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import type { ByteWriter } from "../types/byte-writer.js";
import type { Exhibit } from "./evidence.js";
import { rangesOf } from "./operand-leaves.js";

/** The committed trees of tensors by id, and their values where other loads are indexed by them. */
export type OperandSource = {
  readonly tree: (tensor: number) => Tree;
  readonly root: (tensor: number) => Uint8Array;
  readonly valueOf: (tensor: number) => TensorData;
};

export function operandSource({ committed, trace }: Exhibit): OperandSource {
  const { artifact, weightTensors } = committed;
  const inputs = artifact.inputs.length;
  const firstKernel = inputs + artifact.weights.length;
  const tree = (tensor: number): Tree => {
    if (tensor < inputs) return tensorTree(trace, "input", tensor);
    if (tensor < firstKernel) return weightTensors[tensor - inputs] as Tree;
    return tensorTree(trace, "trace", tensor - firstKernel);
  };
  const values = new Map<number, TensorData>();
  return {
    tree,
    root: (tensor) => {
      if (tensor < inputs) return nodeAt(trace.lists.input, 0, tensor);
      if (tensor < firstKernel) return nodeAt(committed.weights, 0, tensor - inputs);
      return nodeAt(trace.lists.trace, 0, tensor - firstKernel);
    },
    valueOf: (tensor) => {
      const known =
        values.get(tensor) ?? tensorOfBytes(tree(tensor).source, artifact.table[tensor] as TensorEntry);
      values.set(tensor, known);
      return known;
    },
  };
}

/** Ranges of leaves of one tensor, ascending, and what leads from them to its root; no ranges for no leaves. */
export function writeOperand(writer: ByteWriter, tree: Tree, leaves: readonly number[]): ByteWriter {
  const ranges = rangesOf(leaves);
  writer.u16(ranges.length);
  for (const { first, count } of ranges) writer.u32(first).u32(count);
  return leaves.length === 0 ? writer : writer.bytes(openPositions(tree, leaves));
}

export function tensorTree(trace: CommittedTrace, list: RecordList, index: number): Tree {
  const tree = trace.tensor(list, index);
  if (tree === undefined) throw new OnusError("TENSOR_WITHHELD", { list, index });
  return tree;
}
