import { keccak_256 } from "@noble/hashes/sha3.js";

import { bodyType } from "../program/check-kernel.js";
import { elementBytes } from "../program/dtype.js";
import { product } from "../program/kernel.js";
import type { Kernel, Load } from "../program/kernel.js";
import { CALL_BYTES, predictProof } from "../program/predict-proof.js";
import { COST, reductionCost } from "../program/static-cost.js";
import { LEAF_BYTES, depthOf, leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { NODE_BYTES, leafAt } from "../trace/tree.js";
import { bytes32From } from "../types/bytes32.js";
import { ByteWriter } from "../types/byte-writer.js";
import { elementEvidence, elementEvidenceWithoutOperands, meaningOfKernel } from "./evidence.js";
import type { DisputedElement, Exhibit } from "./evidence.js";
import type { JobContext } from "./move.js";
import { openingMeter } from "./opening-meter.js";
import { elementReads, leafSet } from "./operand-leaves.js";
import type { ElementReads } from "./operand-leaves.js";
import { operandSource, tensorTree, writeOperand } from "./operand-source.js";
import type { OperandSource } from "./operand-source.js";

/** What one transaction of a proof takes at most: nodes refuse more than 128 KiB, and blocks are shared with others. */
export const MOST_PER_TRANSACTION = { gas: 12_000_000, calldataBytes: 120_000 } as const;

/** The next part of a job. `gas` is an upper bound, whatever the values are. */
export type Stage = {
  readonly first: number;
  readonly count: number;
  readonly evidence: Uint8Array;
  readonly gas: number;
  readonly calldataBytes: number;
};

/** How an element is proven wrong: by `convict`, or on the workbench. Evidence of a job is made when it is asked for. */
export type ProofPlan =
  | { readonly kind: "at-once"; readonly evidence: Uint8Array }
  | {
      readonly kind: "staged";
      readonly context: JobContext;
      readonly openEvidence: () => Uint8Array;
      /** The stage that begins with k = next, which is below the context's reduction; of at most `most` k, if given. */
      readonly stageFrom: (next: number, most?: number) => Stage;
      readonly finishEvidence: () => Uint8Array;
    };

/** One transaction where that is enough, else stages. */
export function proofPlan(exhibit: Exhibit, disputed: DisputedElement): ProofPlan {
  const meaning = meaningOfKernel(exhibit, disputed.kernel);
  if (!("kernel" in meaning)) return { kind: "at-once", evidence: elementEvidence(exhibit, disputed) };
  const { artifact } = exhibit.committed;
  const context = {
    kernels: artifact.kernels.length,
    weights: artifact.weights.length,
    records: exhibit.records.records.length,
  };
  if (predictProof(meaning.kernel, artifact.table, context).gas <= MOST_PER_TRANSACTION.gas) {
    const evidence = elementEvidence(exhibit, disputed);
    if (CALL_BYTES + evidence.length <= MOST_PER_TRANSACTION.calldataBytes)
      return { kind: "at-once", evidence };
  }
  return stagedProof(exhibit, disputed, meaning.kernel);
}

/** The proof of an element on the workbench; `kernel` is what the descriptor says, and not void. */
export function stagedProof(exhibit: Exhibit, disputed: DisputedElement, kernel: Kernel): StagedProof {
  const source = operandSource(exhibit);
  const { artifact } = exhibit.committed;
  const subject: Subject = {
    kernel,
    table: artifact.table,
    descriptor: artifact.kernels[disputed.kernel] as Uint8Array,
    operands: tensorsRead(kernel),
    source,
    reads: elementReads({ kernel, element: disputed.element, valueOf: source.valueOf }),
  };
  return {
    kind: "staged",
    context: jobContext(exhibit, disputed, subject),
    openEvidence: () => elementEvidenceWithoutOperands(exhibit, disputed, subject.operands),
    stageFrom: (next, most = Infinity) => stageFrom(subject, next, most),
    finishEvidence: () => {
      const { touch, leaves } = leafSet();
      subject.reads.tail(touch);
      return writeOperands(new ByteWriter(), subject, leaves()).finish();
    },
  };
}

export type StagedProof = Extract<ProofPlan, { kind: "staged" }>;

type Subject = {
  readonly kernel: Kernel;
  readonly table: readonly TensorEntry[];
  readonly descriptor: Uint8Array;
  /** Tensors that any stage may open, ascending. */
  readonly operands: readonly number[];
  readonly source: OperandSource;
  readonly reads: ElementReads;
};

function jobContext(
  { committed, trace }: Exhibit,
  { kernel, element }: DisputedElement,
  subject: Subject,
): JobContext {
  const bytes = elementBytes(subject.kernel.dtype);
  const at = element * bytes;
  const leaf = leafAt(tensorTree(trace, "trace", kernel), Math.floor(at / LEAF_BYTES));
  const stored = leaf.subarray(at % LEAF_BYTES, (at % LEAF_BYTES) + bytes);
  return {
    descriptorHash: bytes32From(keccak_256(subject.descriptor)),
    element,
    committed: stored.reduceRight((value, byte) => value * 256 + byte, 0),
    reduction: product(subject.kernel.reduce),
    bodyIsFloat: bodyType(subject.kernel) === "f32",
    operands: subject.operands.map((tensor) => ({
      root: bytes32From(subject.source.root(tensor)),
      loads: subject.kernel.loads.reduce(
        (bits, load, j) => (load.tensor === tensor ? bits | (1 << j) : bits),
        0,
      ),
      depth: depthOf(leafCount(committed.artifact.table[tensor] as TensorEntry)),
    })),
  };
}

/**
 * As many k as fit a transaction. What they cost is what the static cost says of them, with the leaves that they do
 * read in place of those that they might: units are gas at the worst values. One k always fits: 8 leaves and their
 * paths are under 7,000 bytes, a body of 64 instructions under 200,000 units.
 */
function stageFrom(subject: Subject, first: number, most: number): Stage {
  const { kernel, reads } = subject;
  const { step, row } = reductionCost(kernel);
  const inner = kernel.reduce.at(-1) ?? 1;
  const size = stageSize(subject);
  const taken = leafSet();
  let gas: number = COST.kernel;
  let count = 0;
  let bytes = 0;
  let openings = 0;
  const end = Math.min(first + most, product(kernel.reduce));
  for (let k = first; k < end; k++) {
    const added: [tensor: number, leaf: number][] = [];
    reads.step(k, (tensor, leaf) => {
      if (size.add(tensor, leaf)) added.push([tensor, leaf]);
    });
    const more = step + (count === 0 || k % inner === 0 ? row : 0);
    const fits =
      gas + more + size.gas() <= MOST_PER_TRANSACTION.gas &&
      size.calldataBytes() <= MOST_PER_TRANSACTION.calldataBytes;
    if (!fits && count > 0) break;
    for (const [tensor, leaf] of added) taken.touch(tensor, leaf);
    gas += more;
    bytes = size.calldataBytes();
    openings = size.gas();
    count++;
  }
  const writer = writeOperands(new ByteWriter().u32(first).u32(count), subject, taken.leaves());
  return { first, count, evidence: writer.finish(), gas: gas + openings, calldataBytes: bytes };
}

/** Of `advance`: selector, claim, beneficiary, the places of context and evidence, a context, the length of the evidence. */
const callBytes = (operands: number): number => 4 + 32 * (7 + 1 + 2 + 7 + 3 * operands + 1) + 31;
/** First k, count, and the length of the descriptor. */
const STAGE_HEAD_BYTES = 4 + 4 + 2;
/** First leaf and leaves. */
const RANGE_BYTES = 8;

/** Gas and calldata of the openings of a growing stage. */
function stageSize({ operands, table, descriptor }: Subject) {
  const meters = new Map(
    operands.map((tensor) => [tensor, openingMeter(depthOf(leafCount(table[tensor] as TensorEntry)))]),
  );
  const sum = (of: "leaves" | "siblings" | "ranges"): number => {
    let total = 0;
    for (const meter of meters.values()) total += meter[of]();
    return total;
  };
  const fixed = callBytes(operands.length) + STAGE_HEAD_BYTES + descriptor.length + 2 * operands.length;
  return {
    add: (tensor: number, leaf: number): boolean => meters.get(tensor)?.add(leaf) ?? false,
    gas: () => sum("leaves") * COST.leaf + sum("siblings") * COST.node,
    calldataBytes: () =>
      fixed + sum("leaves") * LEAF_BYTES + sum("siblings") * NODE_BYTES + sum("ranges") * RANGE_BYTES,
  };
}

/** Descriptor and operands, those without leaves included. */
function writeOperands(
  writer: ByteWriter,
  { descriptor, operands, source }: Subject,
  leaves: ReadonlyMap<number, readonly number[]>,
): ByteWriter {
  writer.u16(descriptor.length).bytes(descriptor);
  for (const tensor of operands) {
    const positions = leaves.get(tensor);
    // The bytes of a tensor that is not read need not be at hand.
    if (positions === undefined) writer.u16(0);
    else writeOperand(writer, source.tree(tensor), positions);
  }
  return writer;
}

/** The tensors whose values instructions ask for, or whose values say where others are read; ascending. */
function tensorsRead({ loads, body, tail }: Kernel): number[] {
  const asked = [...body, ...tail].flatMap(({ op, arg = 0 }) => {
    if (op !== "load" && op !== "in_range") return [];
    const index = loads[arg]?.indexed?.load;
    return [...(op === "load" ? [arg] : []), ...(index === undefined ? [] : [index])];
  });
  const tensors = new Set(asked.map((number) => (loads[number] as Load).tensor));
  return [...tensors].sort((a, b) => a - b);
}
