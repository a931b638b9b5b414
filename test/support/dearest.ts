import { MOST_PER_TRANSACTION } from "../../src/dispute/plan-stages.js";
import { whyVoid } from "../../src/program/check-kernel.js";
import { encodeKernel } from "../../src/program/codec.js";
import { allocateTensor } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import { LIMITS, product } from "../../src/program/kernel.js";
import type { Kernel } from "../../src/program/kernel.js";
import { predictProof } from "../../src/program/predict-proof.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { evaluateElement, store } from "../../src/run/interpreter.js";
import type { Place } from "../../src/types/place.js";
import type { DearKernel, Family } from "./dear-kernels.js";
import { flipBit, stage } from "./exhibit.js";
import type { Staged } from "./exhibit.js";
import { tiledTensor } from "./tiled-tree.js";

/** Whether the member of a family with this K is not void. */
export function isSound({ make }: Family, k: number): boolean {
  const { kernel, operands } = make(k);
  return whyVoid(kernel, operands.length, tableOf(kernel)) === undefined;
}

/** The member of a family that costs most without being void. The first one is not. */
export const dearest = (family: Family): DearKernel => last(family, (k) => isSound(family, k));

/** The dearest one that is predicted to be proven in one transaction. The first one is. */
export const dearestAtOnce = (family: Family): DearKernel =>
  last(family, (k) => isSound(family, k) && predicted(family.make(k)) <= MOST_PER_TRANSACTION.gas);

const predicted = ({ kernel }: DearKernel): number =>
  predictProof(kernel, tableOf(kernel), { kernels: 1, weights: 0, records: 1 }).gas;

/** The member with the greatest K of those that a predicate allows, which is a beginning of them. */
function last(family: Family, allows: (k: number) => boolean): DearKernel {
  let [most, less] = [1, LIMITS.reduction + 1];
  while (less - most > 1) {
    const middle = (most + less) >> 1;
    if (allows(middle)) most = middle;
    else less = middle;
  }
  return family.make(most);
}

/** The tensors that loads name, by number, then the kernel's own. */
export function tableOf({ loads, shape, dtype }: Kernel): TensorEntry[] {
  const entries: TensorEntry[] = [];
  for (const { tensor, dtype: of, dims } of loads)
    entries[tensor] = { dtype: of, count: product(dims.map(({ size }) => size)) };
  return [...entries, { dtype, count: product(shape) }];
}

/** Its only element, wrong in one bit, in a claim; and what is right. */
export function stageDear(
  { kernel, operands }: DearKernel,
  registry: Place,
): Staged & { readonly truth: number } {
  const table = tableOf(kernel);
  const tensors: TensorData[] = [];
  const values: TensorData[] = [];
  const trees = new Map<number, ReturnType<typeof tiledTensor>["tree"]>();
  operands.forEach(({ fill, period }, tensor) => {
    const entry = table[tensor] as TensorEntry;
    const data = allocateTensor(entry.dtype, period ?? entry.count);
    const raw = data instanceof Float32Array ? new Uint32Array(data.buffer) : data;
    for (let i = 0; i < data.length; i++) raw[i] = fill(i);
    tensors.push(data);
    if (period === undefined) values.push(data);
    else {
      const tiled = tiledTensor(entry, data);
      trees.set(tensor, tiled.tree);
      values.push(tiled.data);
    }
  });
  const truth = allocateTensor(kernel.dtype, 1);
  store(truth, 0, evaluateElement(kernel, values, 0));
  const staged = stage({
    descriptor: encodeKernel(kernel),
    table,
    tensors: [...tensors, flipBit(truth, { element: 0, bit: 0 })],
    trees,
    inputs: operands.length,
    weights: 0,
    registry,
  });
  const bytes = new Uint8Array(truth.buffer);
  return { ...staged, truth: bytes.reduceRight((value, byte_) => value * 256 + byte_, 0) };
}
