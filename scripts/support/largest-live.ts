import type { Artifact } from "../../src/program/artifact.js";
import { meaningOf } from "../../src/program/check-kernel.js";
import { elementBytes } from "../../src/program/dtype.js";

export const weightBytes = ({ weights }: Artifact): number =>
  weights.reduce((sum, one) => sum + one.length, 0);

/** Bytes of the input and output tensors of the kernel that has most of them: less than what lives then. */
export function largestLiveBytes(artifact: Artifact): number {
  const first = artifact.inputs.length + artifact.weights.length;
  const bytesOf = (id: number): number => {
    const entry = artifact.table[id];
    return entry === undefined ? 0 : entry.count * elementBytes(entry.dtype);
  };
  const live = artifact.kernels.map((descriptor, number) => {
    const meaning = meaningOf(descriptor, first + number, artifact.table);
    const read =
      "kernel" in meaning ? new Set(meaning.kernel.loads.map(({ tensor }) => tensor)) : new Set<number>();
    const isWeight = (id: number) => id >= artifact.inputs.length && id < first;
    const activations = [...read].filter((id) => !isWeight(id));
    return [first + number, ...activations].reduce((sum, id) => sum + bytesOf(id), 0);
  });
  return Math.max(...live);
}
