import { bodyType } from "./check-kernel.js";
import type { Instruction, Op } from "./instruction.js";
import { product } from "./kernel.js";
import type { Kernel } from "./kernel.js";
import { proofSize } from "./proof-size.js";
import type { ProofContext } from "./proof-size.js";
import { accessOf } from "./static-cost.js";
import type { TensorEntry } from "./tensor-table.js";

export type ProofPrediction = {
  /** Worst-case gas of the whole transaction. */
  readonly gas: number;
  readonly calldataBytes: number;
  readonly transactions: number;
};

/** The cap of one transaction (EIP-7825). */
export const TRANSACTION_GAS = 16_777_216;

/**
 * Upper estimates of the first referee, in gas at the worst values, and of the chain's own prices. They decide what the
 * importer splits and what a person is told, never what a kernel means: they may improve at any time.
 * `test/properties/predict-proof.test.ts` holds them against measurements of a kernel of every form.
 */
const GAS = {
  /** A transaction, a byte of its calldata that is not zero, and the least that such a byte costs (EIP-7623). */
  transaction: 21_000,
  byte: 16,
  floorByte: 40,
  /** What the claim book does after the verdict: the slash, the shares, the records around it. */
  conviction: 65_000,
  /** Reading record, model and table; three contracts called. */
  judging: 60_000,
  /** Read twice, bound to the element, its tensor's entry and root opened; each of its dims. */
  load: 7_000,
  dim: 1_500,
  /** Read twice, checked, dispatched once. */
  instruction: 2_000,
  /** Hashed and copied; a sibling hashed; a range checked, and found again for every read. */
  leaf: 550,
  node: 320,
  range: 1_900,
  /**
   * Base, step and valid interval of one load: per row of the innermost reduction axis, and per dim of it; and for each
   * of the outer reduction axes, of which importers make one or none, per row, and per dim of it.
   */
  row: 2_200,
  rowDim: 420,
  rowAxis: 200,
  rowDimAxis: 70,
  /** Per k of a sum of products of two loads, of f32 and of bytes. */
  floatProduct: 680,
  byteProduct: 30,
  /** Per k and load: from a run, or with an address of its own. */
  element: 130,
  scatteredElement: 450,
} as const;

/** Per k, what the reducer adds to the body. */
const STEP = {
  none: 0,
  sum: { f32: 700, i32: 200 },
  max: { f32: 150, i32: 260 },
  min: { f32: 150, i32: 260 },
  argmax: { f32: 420, i32: 300 },
  argmin: { f32: 420, i32: 300 },
} as const;

/** One execution of an instruction over many k, at the worst values; what only pushes costs nothing per k. */
const INSTRUCTIONS: Readonly<Partial<Record<Op, number>>> = {
  "f32.exp": 1_500,
  "f32.log": 1_500,
  "f32.tanh": 1_500,
  "f32.erf": 1_500,
  "f32.sin": 1_500,
  "f32.cos": 1_500,
  "f32.add": 790,
  "f32.sub": 790,
  "f32.div": 790,
  "f32.mul": 600,
  "f32.sqrt": 540,
  load: 0,
  "f32.const": 0,
  "i32.const": 0,
  acc: 0,
  in_range: 300,
};

const instructionGas = (op: Op): number => INSTRUCTIONS[op] ?? (op.startsWith("f32.") ? 400 : 270);

/** Selector, claim, beneficiary, and the padded length of the evidence, in bytes. */
export const CALL_BYTES = 4 + 7 * 32 + 3 * 32 + 31;

/** Predicts one `convict` transaction for the dearest element of a kernel that is not void: an upper estimate. */
export function predictProof(
  kernel: Kernel,
  table: readonly TensorEntry[],
  context: ProofContext,
): ProofPrediction {
  const sizes = sampledElements(kernel).map((element) => proofSize(kernel, table, { context, element }));
  const calldataBytes = CALL_BYTES + Math.max(...sizes.map(({ evidenceBytes }) => evidenceBytes));
  const hashing = Math.max(
    ...sizes.map(({ leaves, nodes, ranges }) => leaves * GAS.leaf + nodes * GAS.node + ranges * GAS.range),
  );
  const execution = GAS.judging + reading(kernel) + hashing + computing(kernel);
  const gas =
    GAS.transaction +
    Math.max(calldataBytes * GAS.floorByte, calldataBytes * GAS.byte + GAS.conviction + execution);
  return { gas, calldataBytes, transactions: Math.ceil(gas / TRANSACTION_GAS) };
}

/** Gas of what a kernel costs once, whatever K is. */
function reading({ loads, body, tail }: Kernel): number {
  const dims = loads.reduce((sum, load) => sum + load.dims.length, 0);
  return loads.length * GAS.load + dims * GAS.dim + (body.length + tail.length) * GAS.instruction;
}

/** Gas of body, reduction and tail. */
function computing(kernel: Kernel): number {
  const { reduce, reducer, loads, body, tail } = kernel;
  const steps = product(reduce);
  const rows = steps / (reduce.at(-1) ?? 1);
  const priced = (code: readonly Instruction[]) => code.reduce((sum, { op }) => sum + instructionGas(op), 0);
  const outer = Math.max(0, reduce.length - 1);
  const rowGas = GAS.row + outer * GAS.rowAxis;
  const dimGas = GAS.rowDim + outer * GAS.rowDimAxis;
  const addressed = loads.reduce((sum, load) => {
    // An index that moves along the innermost axis makes every k a row of its own.
    const isScattered = load.indexed !== undefined && accessOf(kernel, load) === "scattered";
    return sum + (isScattered ? steps : rows) * (rowGas + load.dims.length * dimGas);
  }, priced(tail));
  if (reducer === "none") return addressed + priced(body);
  const elements = loads.reduce((sum, load) => {
    const access = accessOf(kernel, load);
    if (access === "constant") return sum;
    return sum + (access === "scattered" && load.indexed === undefined ? GAS.scatteredElement : GAS.element);
  }, 0);
  if (isProduct(kernel, "f32.mul")) {
    return addressed + steps * (GAS.floatProduct + (elements >= GAS.scatteredElement ? elements : 0));
  }
  const [a, b] = loads;
  const areBytes = a?.dtype !== "i32" && b?.dtype !== "i32";
  if (isProduct(kernel, "i32.mul") && areBytes) return addressed + steps * GAS.byteProduct;
  return addressed + steps * (STEP[reducer][bodyType(kernel)] + elements + priced(body));
}

/** The body the referee hands to its reductions as it stands in the tensors. */
const isProduct = ({ reducer, body, loads }: Kernel, multiply: Op): boolean =>
  reducer === "sum" &&
  body.map(({ op }) => op).join(" ") === `load load ${multiply}` &&
  loads.every(({ indexed }) => indexed === undefined);

/** Steps of all sampled elements together: what keeps a prediction quick. */
const WORK = 2 ** 18;

/**
 * Elements among which the dearest proof is looked for: the ends and the middle of every axis, where windows are
 * clipped least and most, and others at positions without a pattern, where runs lie across leaves in every way.
 */
function sampledElements({ shape, reduce, loads }: Kernel): number[] {
  const count = product(shape);
  const budget = Math.floor(WORK / (product(reduce) * Math.max(1, loads.length)));
  const wanted = Math.max(4, Math.min(64, budget));
  const corners = shape.reduce<number[]>(
    (flat, extent) => {
      const places = [...new Set([extent >> 1, 0, extent - 1])];
      return places.flatMap((place) => flat.map((outer) => outer * extent + place));
    },
    [0],
  );
  const chosen = new Set(corners.slice(0, Math.ceil(wanted / 2)));
  // Multiples of the golden ratio: spread evenly, repeated never within 2^32.
  for (let turn = 1; turn <= wanted; turn++) chosen.add((Math.imul(turn, 0x9e3779b1) >>> 0) % count);
  return [...chosen];
}
