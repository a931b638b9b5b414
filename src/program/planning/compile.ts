import { OnusError } from "../../errors/onus-error.js";
import type { Dtype } from "../dtype.js";
import { LIMITS, product } from "../kernel.js";
import { bitsOf, mapLeaves, readsOf } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Definition, Value } from "../ir/value.js";
import { isKnown } from "../lowering/scope.js";
import type { Values } from "../lowering/scope.js";
import { predictProof } from "../predict-proof.js";
import type { ProofPrediction } from "../predict-proof.js";
import type { ProofContext } from "../proof-size.js";
import { TooLarge, draftKernel } from "./draft.js";
import type { Draft, Source } from "./draft.js";
import { KeepApart, MakeInstead, expand } from "./expand.js";
import type { Fused, Stage } from "./expand.js";
import { foldAffine } from "./fold-affine.js";
import type { Folder } from "./fold.js";
import { baseOf, chooseLayouts, rowMajor } from "./layout.js";
import { axesOf, isConstantExpr } from "./pack.js";
import { planStages } from "./plan.js";
import { blockCount, splitReduction } from "./split.js";
import { isMovement } from "./view.js";

/** No element may cost more to prove. */
export const BUDGET = { gas: 8_000_000, calldataBytes: 100_000 } as const;

/**
 * Beyond this a reduction is split wherever that is cheap, in steps of a body and in bytes of calldata, and cheap is a
 * tensor of at most so many blocks. Not gas: what a program looks like must not change when a prediction improves.
 */
const COMFORT = {
  steps: 1_024,
  stepsOfOtherBodies: 512,
  /** Where a position is looked for, a split doubles the work. */
  stepsToPosition: 4_096,
  calldataBytes: 40_000,
  blocks: 2 ** 20,
} as const;

/**
 * Plans, fuses, lays out and drafts all kernels. Each attempt may learn that a value has to be made, that two nests have
 * to stay apart or that a reduction is too long to prove; then the next attempt respects it.
 */
export function compile(
  outputs: readonly Value[],
  { values, folder }: { values: Values; folder: Folder },
): readonly Draft[] {
  const make = new Set<Value>();
  const keepApart = new Set<Value>();
  const definitions = new Map<Value, Definition>();
  const definitionOf = (value: Value): Definition => definitions.get(value) ?? value.definition;

  for (;;) {
    const stages = planStages(outputs, { make, keepApart, definitionOf });
    try {
      const drafts = draftAll(stages, outputs, { folder, definitionOf });
      const context: ProofContext = { kernels: drafts.length, weights: drafts.length, records: 1 };
      if (!splitLongOnes(drafts, { stages, definitions, definitionOf, values, context })) return drafts;
    } catch (error) {
      if (error instanceof MakeInstead && !make.has(error.value)) make.add(error.value);
      else if (error instanceof KeepApart && !keepApart.has(error.reduction)) keepApart.add(error.reduction);
      else if (error instanceof TooLarge) {
        if (!splitEndless(error, { stages, definitions, definitionOf, values }))
          relieve(error, { stages, definitionOf, make });
      } else throw error;
    }
  }
}

type Splitting = {
  readonly stages: readonly Stage[];
  readonly definitions: Map<Value, Definition>;
  readonly definitionOf: (value: Value) => Definition;
  readonly values: Values;
  readonly context: ProofContext;
};

/** Splits every reduction that is too dear to prove, or dearer than comfortable and cheap to split; true if any was. */
function splitLongOnes(drafts: readonly Draft[], c: Splitting): boolean {
  let any = false;
  for (const draft of drafts) {
    const { gas, calldataBytes } = predictDraft(draft, c.context);
    const reduction = c.stages.find(({ value }) => value === draft.value)?.reduction;
    const isComfortable = stepsOf(draft) <= comfortableSteps(draft) && calldataBytes <= COMFORT.calldataBytes;
    if (reduction === undefined || isComfortable) continue;
    const definition = c.definitionOf(reduction);
    if (definition.kind !== "nest") continue;
    const blocks = blockCount(definition.nest);
    const isNeeded = gas > BUDGET.gas || calldataBytes > BUDGET.calldataBytes;
    if (!isNeeded && product(reduction.shape) * blocks > COMFORT.blocks) continue;
    const split = splitReduction(reduction, definition.nest, c.values);
    if (split === undefined) continue;
    c.definitions.set(reduction, split);
    any = true;
  }
  return any;
}

/** Splits a reduction of more steps than any kernel has; false if that is not what is wrong. */
function splitEndless({ fused }: TooLarge, c: Omit<Splitting, "context">): boolean {
  const reduction = c.stages.find(({ value }) => value === fused.value)?.reduction;
  const definition = reduction && c.definitionOf(reduction);
  if (reduction === undefined || definition?.kind !== "nest") return false;
  if (product(definition.nest.reduce.map(({ extent }) => extent)) <= LIMITS.reduction) return false;
  const split = splitReduction(reduction, definition.nest, c.values);
  if (split !== undefined) c.definitions.set(reduction, split);
  return split !== undefined;
}

const stepsOf = ({ kernel }: Draft): number => product(kernel.reduce);

/** Sums of products and everything that only loads is stepped through many at a time. */
function comfortableSteps({ kernel: { body, reducer } }: Draft): number {
  if (reducer === "argmax" || reducer === "argmin") return COMFORT.stepsToPosition;
  return body.every(({ op }) => op === "load" || op === "f32.mul")
    ? COMFORT.steps
    : COMFORT.stepsOfOtherBodies;
}

export const entryOf = (source: Source): { count: number; dtype: Dtype } =>
  source.kind === "value"
    ? { count: product(source.value.shape), dtype: source.value.dtype }
    : { count: source.packed.count, dtype: source.packed.dtype };

/** A draft's loads number its own sources, so those are its table. */
const predictDraft = ({ kernel, sources }: Draft, context: ProofContext): ProofPrediction =>
  predictProof(kernel, sources.map(entryOf), context);

function draftAll(
  stages: readonly Stage[],
  outputs: readonly Value[],
  { folder, definitionOf }: { folder: Folder; definitionOf: (value: Value) => Definition },
): Draft[] {
  const madeValues = new Set(stages.map(({ value }) => value));
  const made = {
    definitionOf,
    isMade: (value: Value) => madeValues.has(value),
    fold: (value: Value) => folder.constant(value),
  };
  const fused = inOrder(
    stages.map((stage) => foldAffine(withoutScalars(withoutLoss(expand(stage, made)), folder))),
    outputs,
  );
  const layouts = chooseLayouts(fused, new Set(outputs));
  const layoutOf = (value: Value) => layouts.get(value) ?? rowMajor(value);
  return fused.map((one) => draftKernel(one, layoutOf));
}

/** Refuses integers that lost bits: as parameters of an operator they may saturate, as operands they may not. */
function withoutLoss(fused: Fused): Fused {
  for (const { value } of [...readsOf(fused.body), ...readsOf(fused.tail)]) {
    const { definition } = value;
    if (definition.kind === "constant" && definition.lossy !== undefined) {
      throw new OnusError("INTEGER_TOO_WIDE", { tensor: value.name, value: definition.lossy });
    }
  }
  return fused;
}

/** Constant expressions that are the same everywhere become numbers in the code. */
function withoutScalars(fused: Fused, folder: Folder): Fused {
  const done = new Map<Expr, Expr>();
  const visit = (expr: Expr): Expr => {
    const known = done.get(expr);
    if (known !== undefined) return known;
    let result = expr;
    if (expr.kind !== "constant" && isConstantExpr(expr) && axesOf(expr).size === 0) {
      const [value = 0] = folder.tabulate(expr, [], expr.type);
      result = { kind: "constant", type: expr.type, bits: expr.type === "f32" ? bitsOf(value) : value >>> 0 };
    } else if (expr.kind === "operation") {
      for (const arg of expr.args) done.set(arg, visit(arg));
      result = mapLeaves(expr, (leaf) => leaf, new Map(expr.args.map((arg) => [arg, done.get(arg) as Expr])));
    }
    done.set(expr, result);
    return result;
  };
  return { ...fused, body: visit(fused.body), tail: visit(fused.tail) };
}

/** Only what the outputs need, operands first, the outputs last and in their order. */
function inOrder(fused: readonly Fused[], outputs: readonly Value[]): Fused[] {
  const byValue = new Map(fused.map((one) => [one.value, one]));
  const done = new Set<Value>();
  const ordered: Fused[] = [];
  const visit = (value: Value) => {
    const one = byValue.get(value) ?? byValue.get(baseOf(value));
    if (one === undefined || done.has(one.value)) return;
    done.add(one.value);
    for (const { value: operand } of [...readsOf(one.body), ...readsOf(one.tail)]) visit(operand);
    ordered.push(one);
  };
  outputs.forEach(visit);
  const last = new Set(outputs);
  return [
    ...ordered.filter(({ value }) => !last.has(value)),
    ...outputs.map((output) => byValue.get(output) as Fused),
  ];
}

/**
 * A nest with too many loads, instructions or axes: its elementwise operands become tensors of their own, and where it
 * has none, those that only move.
 */
function relieve(
  { fused, refusal }: TooLarge,
  c: { stages: readonly Stage[]; definitionOf: (value: Value) => Definition; make: Set<Value> },
): void {
  const before = c.make.size;
  const isMade = (value: Value) => c.stages.some((stage) => stage.value === value);
  const moving = new Set<Value>();
  const visit = (value: Value) => {
    const definition = c.definitionOf(value);
    if (definition.kind === "reshape") return visit(definition.of);
    if (definition.kind !== "nest") return;
    for (const { value: operand } of [...readsOf(definition.nest.body), ...readsOf(definition.nest.tail)]) {
      if (isMade(operand)) continue;
      const inner = c.definitionOf(operand);
      if (isMovement(inner)) {
        if (!isKnown(operand)) moving.add(operand);
        visit(operand);
      } else if (inner.kind === "nest") c.make.add(operand);
    }
  };
  visit(fused.value);
  if (c.make.size === before) for (const value of moving) if (!isMade(value)) c.make.add(value);
  if (c.make.size === before) throw refusal;
}
