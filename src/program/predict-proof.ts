import type { Instruction, Op } from "./instruction.js";
import { product } from "./kernel.js";
import type { Kernel } from "./kernel.js";
import { descriptorBytes, proofSize } from "./proof-size.js";
import type { ProofContext } from "./proof-size.js";
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
 */
const GAS = {
  /** A transaction, a byte of its calldata that is not zero, and the least that such a byte costs (EIP-7623). */
  transaction: 21_000,
  byte: 16,
  floorByte: 40,
  /** What the claim book does after the verdict: the slash, the shares, the records around it. */
  conviction: 65_000,
  /** Reading record, model and table. */
  judging: 45_000,
  descriptorByte: 460,
  /** A leaf: copied, hashed, found again and its lanes decoded. */
  leaf: 2_800,
  node: 250,
  /** A row of the innermost reduction axis, per load: base, stride and valid interval. */
  row: 2_900,
  /** Per k of a sum of products of two loads, or of single loads: the worst finite values found. */
  multiplyAdd: 703,
  sum: 703,
  /** Per k of any other reduction, beside the instructions of its body. */
  step: 700,
} as const;

/** Per execution: once an element, and per k, where many are decoded and dispatched together. */
type Price = { readonly once: number; readonly perStep: number };

const PRICES = {
  load: { once: 3_000, perStep: 700 },
  rounded: { once: 3_000, perStep: 800 },
  root: { once: 4_000, perStep: 1_800 },
  transcendental: { once: 5_000, perStep: 2_500 },
  other: { once: 600, perStep: 300 },
} as const satisfies Record<string, Price>;

const TRANSCENDENTAL: ReadonlySet<Op> = new Set([
  "f32.exp",
  "f32.log",
  "f32.tanh",
  "f32.erf",
  "f32.sin",
  "f32.cos",
]);
const ROUNDED: ReadonlySet<Op> = new Set(["f32.add", "f32.sub", "f32.mul", "f32.div", "i2f", "f2i"]);

function priceOf(op: Op): Price {
  if (op === "load" || op === "in_range") return PRICES.load;
  if (ROUNDED.has(op)) return PRICES.rounded;
  if (op === "f32.sqrt") return PRICES.root;
  return TRANSCENDENTAL.has(op) ? PRICES.transcendental : PRICES.other;
}

/** Selector, claim, beneficiary, and the padded length of the evidence, in bytes. */
const CALL_BYTES = 4 + 7 * 32 + 3 * 32 + 31;

/** Predicts one `convict` transaction for the dearest element of a kernel that is not void: an upper estimate. */
export function predictProof(
  kernel: Kernel,
  table: readonly TensorEntry[],
  context: ProofContext,
): ProofPrediction {
  const sizes = sampledElements(kernel).map((element) => proofSize(kernel, table, { context, element }));
  const calldataBytes = CALL_BYTES + Math.max(...sizes.map(({ evidenceBytes }) => evidenceBytes));
  const hashing = Math.max(...sizes.map(({ leaves, nodes }) => leaves * GAS.leaf + nodes * GAS.node));
  const execution = GAS.judging + descriptorBytes(kernel) * GAS.descriptorByte + hashing + computing(kernel);
  const gas =
    GAS.transaction +
    Math.max(calldataBytes * GAS.floorByte, calldataBytes * GAS.byte + GAS.conviction + execution);
  return { gas, calldataBytes, transactions: Math.ceil(gas / TRANSACTION_GAS) };
}

/** Gas of body, reduction and tail. */
function computing({ reduce, reducer, loads, body, tail }: Kernel): number {
  const steps = product(reduce);
  const rows = steps / (reduce.at(-1) ?? 1);
  const priced = (code: readonly Instruction[], price: keyof Price) =>
    code.reduce((sum, { op }) => sum + priceOf(op)[price], 0);
  const ends = priced(tail, "once") + rows * loads.length * GAS.row;
  if (reducer === "none") return ends + priced(body, "once");
  const shape = body.map(({ op }) => op).join(" ");
  if (reducer === "sum" && shape === "load load f32.mul") return ends + steps * GAS.multiplyAdd;
  if (reducer === "sum" && shape === "load") return ends + steps * GAS.sum;
  return ends + steps * (GAS.step + priced(body, "perStep"));
}

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
