import { elementBytes } from "./dtype.js";
import type { Instruction, Op } from "./instruction.js";
import { operandBytes, opOperand } from "./instruction.js";
import { product } from "./kernel.js";
import type { Kernel, Load } from "./kernel.js";
import { accessOf } from "./static-cost.js";
import { LEAF_BYTES, depthOf, leafCount } from "./tensor-table.js";
import type { TensorEntry } from "./tensor-table.js";

/** What a proof opens besides operands: list sizes of the model, records of the claim. */
export type ProofContext = { readonly kernels: number; readonly weights: number; readonly records: number };

export type ProofPrediction = {
  /** Worst-case gas of the whole transaction. */
  readonly gas: number;
  readonly calldataBytes: number;
  readonly transactions: number;
};

/** Upper estimates, in gas, of what the first referee does; recalibrated against measurements. */
const GAS = {
  /** Transaction, judging the claim, the slash, decoding the descriptor. */
  fixed: 250_000,
  /** The calldata floor per byte. */
  calldataByte: 40,
  /** Hashing a leaf of 128 bytes and a node of two children. */
  leaf: 300,
  node: 162,
  /** A multiply-add in a run, at the worst finite values. */
  multiplyAdd: 703,
  /** Anything else, per k: stepping and combining. */
  step: 500,
  /** A row of the innermost reduction axis of one load: base, stride and valid interval. */
  row: 1_500,
} as const;

const ROOT_GAS = 1_500;
const TRANSCENDENTAL_GAS = 2_500;
const TRANSCENDENTAL: ReadonlySet<Op> = new Set([
  "f32.exp",
  "f32.log",
  "f32.tanh",
  "f32.erf",
  "f32.sin",
  "f32.cos",
]);
const ROUNDED: ReadonlySet<Op> = new Set(["f32.add", "f32.sub", "f32.mul", "f32.div", "i2f", "f2i"]);

/** Gas of one instruction in a general expression. */
function instructionGas(op: Op): number {
  if (op === "load" || op === "in_range") return 700;
  if (ROUNDED.has(op)) return 800;
  if (op === "f32.sqrt") return ROOT_GAS;
  return TRANSCENDENTAL.has(op) ? TRANSCENDENTAL_GAS : 250;
}

/** Bytes of a proof that do not depend on the operands: record, model, table leaves, claimed leaf. */
const FIXED_BYTES = 900;
const NODE_BYTES = 32;
export const TRANSACTION_GAS = 16_777_216;

/** Predicts the worst element of a kernel that is not void: an upper estimate of one `convict` transaction. */
export function predictProof(
  kernel: Kernel,
  table: readonly TensorEntry[],
  context: ProofContext,
): ProofPrediction {
  const k = product(kernel.reduce);
  const inner = kernel.reduce.at(-1) ?? 1;
  const rows = k / inner;
  const expression = (code: readonly Instruction[]) =>
    code.reduce((sum, { op }) => sum + instructionGas(op), 0);
  const perStep = isDot(kernel) ? GAS.multiplyAdd : GAS.step + GAS.multiplyAdd + expression(kernel.body);
  let execution = GAS.fixed + k * perStep + expression(kernel.tail) + rows * kernel.loads.length * GAS.row;

  const openings = openingsOf(kernel, table);
  let leaves = 1;
  let nodes = 0;
  for (const { leafTotal, siblings } of openings) {
    leaves += leafTotal;
    nodes += siblings;
  }
  // The claimed leaf; the kernel in the program and in the trace; weights, table and record lists.
  const own = depthOf(leafCount({ count: product(kernel.shape), dtype: kernel.dtype }));
  nodes += own + depthOf(context.records) + 2 * depthOf(context.weights);
  nodes +=
    (2 + openings.length) * depthOf(context.kernels) +
    (1 + openings.length) * depthOf(context.kernels + context.weights);
  leaves += 1 + openings.length;
  const calldataBytes = FIXED_BYTES + descriptorBytes(kernel) + leaves * LEAF_BYTES + nodes * NODE_BYTES;
  execution += leaves * GAS.leaf + nodes * GAS.node;
  const gas = Math.ceil(execution + calldataBytes * GAS.calldataByte);
  return { gas, calldataBytes, transactions: Math.ceil(gas / TRANSACTION_GAS) };
}

/** The body the referee runs without stepping: a product of two loads, summed. */
function isDot({ body, reducer }: Kernel): boolean {
  const [a, b, multiply] = body.map(({ op }) => op);
  return reducer === "sum" && body.length === 3 && a === "load" && b === "load" && multiply === "f32.mul";
}

type Opening = { readonly leafTotal: number; readonly siblings: number };

/** Leaves and path siblings per opened tensor, ranges of one tensor proven together. */
function openingsOf(kernel: Kernel, table: readonly TensorEntry[]): Opening[] {
  const tensors = new Map<number, { leaves: number; ranges: number }>();
  for (const load of kernel.loads) {
    const known = tensors.get(load.tensor) ?? { leaves: 0, ranges: 0 };
    const one = rangesOf(kernel, load);
    tensors.set(load.tensor, { leaves: known.leaves + one.leaves, ranges: known.ranges + one.ranges });
  }
  return [...tensors].map(([tensor, { leaves, ranges }]) => {
    const total = leafCount(table[tensor] ?? { count: 1, dtype: "u8" });
    const depth = depthOf(total);
    let siblings = 0;
    // At each level a range leaves at most one sibling on either side, and no more than every second node is one.
    for (let level = 0; level < depth; level++) {
      siblings += Math.min((leaves === ranges ? 1 : 2) * ranges, Math.ceil(total / 2 ** (level + 1)));
    }
    return { leafTotal: Math.min(leaves, total), siblings };
  });
}

/** Contiguous runs of leaves a load touches, before any of them coincide. */
function rangesOf(kernel: Kernel, load: Load): { leaves: number; ranges: number } {
  const k = product(kernel.reduce);
  const inner = kernel.reduce.at(-1) ?? 1;
  const bytes = elementBytes(load.dtype);
  switch (accessOf(kernel, load)) {
    case "constant":
      return { leaves: 1, ranges: 1 };
    case "fixed-in-row":
      return { leaves: k / inner, ranges: k / inner };
    case "runs": {
      const leaves = Math.floor((inner * bytes + LEAF_BYTES - 1 - bytes) / LEAF_BYTES) + 1;
      return { leaves: (k / inner) * leaves, ranges: k / inner };
    }
    case "scattered": {
      // Steps smaller than a leaf share it with their neighbours.
      const first = kernel.shape.length + kernel.reduce.length - 1;
      const stride = Math.abs(load.dims.at(-1)?.coefficients[first] ?? 0);
      const others = load.dims.slice(0, -1).some(({ coefficients }) => coefficients[first] !== 0);
      const span = Math.floor((((inner - 1) * stride + 1) * bytes + LEAF_BYTES - 2) / LEAF_BYTES) + 1;
      const leaves = others || load.indexed !== undefined ? inner : Math.min(inner, span);
      return { leaves: (k / inner) * leaves, ranges: (k / inner) * leaves };
    }
  }
}

/** Length of the kernel's descriptor (docs/spec/program.md). */
function descriptorBytes({ shape, reduce, loads, body, tail }: Kernel): number {
  const code = [...body, ...tail].reduce((sum, { op }) => sum + 1 + operandBytes(opOperand(op)), 0);
  const dims = loads.flatMap((load) => load.dims);
  const coefficients = dims.reduce((sum, dim) => sum + dim.coefficients.filter((one) => one !== 0).length, 0);
  return (
    7 + 4 * (shape.length + reduce.length) + 12 * loads.length + 10 * dims.length + 4 * coefficients + code
  );
}
