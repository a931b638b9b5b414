import { meaningOf } from "../program/check-kernel.js";
import { LIMITS } from "../program/kernel.js";
import { depthOf, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { nodeAt } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { aboutDescriptor, aboutNode } from "./ask-about.js";
import type { Subject } from "./insight.js";
import { knownTree } from "./known-tree.js";
import type { Question } from "./question.js";

/**
 * A question about a part of the artifact that a proof of this kernel would have to open, and nobody can: a descriptor
 * that is too long, or a weight that the table says has another depth. Nobody can answer it either, so a wrong claim on
 * such an artifact falls by silence.
 */
export function questionAboutUnopenable(
  { view: { model, answers }, committed }: Subject,
  kernel: number,
): Question | undefined {
  const { artifact, program, table, weights, weightTensors } = committed;
  const descriptor = artifact.kernels[kernel] as Uint8Array;
  if (descriptor.length > LIMITS.descriptorBytes) return aboutDescriptor(model, program, kernel);
  const first = artifact.inputs.length;
  const meaning = meaningOf(descriptor, first + weightTensors.length + kernel, artifact.table);
  if (!("kernel" in meaning)) return undefined;
  for (const { tensor } of meaning.kernel.loads) {
    const index = tensor - first;
    if (index < 0 || index >= weightTensors.length) continue;
    const count = leafCount(artifact.table[tensor] as TensorEntry);
    const depth = depthOf(count);
    if ((weightTensors[index] as Tree).depth === depth) continue;
    const tree = knownTree({ form: "bytes", count, root: nodeAt(weights, 0, index) }, answers.data);
    return aboutNode(
      { model, table },
      { list: "weights", tree: weights, tensor: { index, tree }, level: depth, index: 0 },
    );
  }
  return undefined;
}
