import type { Bytes32 } from "../types/bytes32.js";
import { listOf, openItem } from "./parent-list.js";
import type { ListOpening } from "./parent-list.js";

/** One tensor that a parent put out and a child took in. */
export type TensorBinding = {
  readonly tensorRoot: Bytes32;
  /** In the child's list of inputs. */
  readonly input: ListOpening;
  /** In the parent's list of outputs. */
  readonly output: ListOpening;
};

/**
 * The first input of a child that is an output of its parent, with the proofs that bind the edge; undefined when there
 * is none. Equal roots mean equal bytes, zeros after the end: also of a tensor of another type or shape.
 *
 * @param inputs roots of all the child's input tensors, in order
 * @param outputs roots of all the parent's output tensors, in order
 */
export function findBinding(
  inputs: readonly Bytes32[],
  outputs: readonly Bytes32[],
): TensorBinding | undefined {
  for (const [position, tensorRoot] of inputs.entries()) {
    const output = outputs.indexOf(tensorRoot);
    if (output < 0) continue;
    return {
      tensorRoot,
      input: openItem(listOf(inputs), position),
      output: openItem(listOf(outputs), output),
    };
  }
  return undefined;
}
