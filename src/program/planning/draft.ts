import { OnusError } from "../../errors/onus-error.js";
import type { Dtype } from "../dtype.js";
import type { Instruction } from "../instruction.js";
import { LIMITS, product } from "../kernel.js";
import type { Kernel, Load } from "../kernel.js";
import { coefficientOf, isWithin, newAxis, plus, times } from "../ir/affine.js";
import type { Affine, Axis } from "../ir/affine.js";
import { readKey, readsOf } from "../ir/expr.js";
import type { Expr, Read } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { isKnown } from "../lowering/scope.js";
import type { Fused } from "./expand.js";
import type { Layout } from "./layout.js";
import { isConstantExpr, packConstants, packWhole } from "./pack.js";
import type { Packed } from "./pack.js";

/** What a load of a draft names: a made value or input, or a packed constant. */
export type Source =
  { readonly kind: "value"; readonly value: Value } | { readonly kind: "packed"; readonly packed: Packed };

/** A kernel whose loads name sources by their number in `sources`; tensor ids come last. */
export type Draft = { readonly value: Value; readonly kernel: Kernel; readonly sources: readonly Source[] };

/** Thrown when a nest has more loads or instructions than a kernel may. */
export class TooLarge extends Error {
  readonly fused: Fused;
  readonly refusal: OnusError<"KERNEL_TOO_LARGE">;
  constructor(fused: Fused, what: string, actual: number, limit: number) {
    super(what);
    this.fused = fused;
    this.refusal = new OnusError("KERNEL_TOO_LARGE", { tensor: fused.value.name, what, actual, limit });
  }
}

type Dim = {
  readonly size: number;
  readonly form: Affine;
  /** The number of the load that gives the coordinate instead. */
  readonly index?: number;
};
type Operand = {
  readonly source: Source;
  readonly dtype: Dtype;
  readonly dims: readonly Dim[];
  readonly pad: number;
};

/**
 * Turns a fused nest into a kernel: stored axis order, reduction order, loads with merged dims, merged axes, code.
 * Constants are packed for this kernel, unless `raw` asks for them as they are, row-major.
 */
export function draftKernel(fused: Fused, layoutOf: (value: Value) => Layout, raw = false): Draft {
  const layout = layoutOf(fused.value);
  const stored = fused.groups === undefined ? fused.axes : layout.flatMap((dim) => fused.groups?.[dim] ?? []);
  const output = stored.filter(({ extent }) => extent > 1);
  const reduce = reductionOrder(fused, layoutOf).filter(({ extent }) => extent > 1);

  const constants = raw ? [] : maximalConstants([fused.body, fused.tail]);
  const packed = packConstants(constants, { output, reduce });
  const operands: Operand[] = [];
  const numbers = new Map<string, number>();
  const number = (key: string, make: () => Operand): number => {
    let known = numbers.get(key);
    if (known === undefined) {
      numbers.set(key, (known = operands.length));
      operands.push(make());
    }
    return known;
  };
  const numberOf = (expr: Expr): number => {
    const place = packed.get(expr);
    if (place !== undefined) {
      return number(`c${constants.indexOf(expr)}`, () => ({
        source: { kind: "packed", packed: place.packed },
        dtype: place.packed.dtype,
        dims: [{ size: place.packed.count, form: place.at }],
        pad: 0,
      }));
    }
    if (expr.kind !== "read" && expr.kind !== "inRange") throw new TypeError(`no operand is a ${expr.kind}`);
    // What gives an index has the smaller number.
    const index = expr.read.index === undefined ? undefined : numberOf(expr.read.index.at);
    const whole = raw || !isKnown(expr.read.value) ? undefined : packWhole(expr.read.value);
    return number(readKey(expr.read), () => operandOf(expr.read, { layoutOf, index, whole }));
  };

  const write = (root: Expr) => code(root, { numberOf, isConstant: (expr) => packed.has(expr) });
  const draft = { body: write(fused.body), tail: write(fused.tail) };
  const positions = [...positionsIn(fused.body), ...positionsIn(fused.tail)];
  const merged = mergeAxes({
    output,
    reduce,
    forms: [...operands.flatMap(({ dims }) => dims.map(({ form }) => form)), ...positions],
  });
  const axes = [...merged.output, ...merged.reduce];
  const loads = operands.map((operand, tensor): Load => ({
    tensor,
    dtype: operand.dtype,
    pad: operand.pad,
    dims: operand.dims.map(({ size, form }) => {
      const renamed = merged.rename(form);
      return { size, offset: renamed.offset, coefficients: axes.map((axis) => coefficientOf(renamed, axis)) };
    }),
    ...indexOf(operand),
  }));
  // A single element has an axis all the same: those of the reduction are numbered from 1.
  const numbered = merged.output.length === 0 ? [undefined, ...axes] : axes;
  const link = (one: Code): Instruction[] =>
    one.flatMap((step) => ("op" in step ? [step] : indexCode(merged.rename(step.of), numbered)));

  const kernel: Kernel = {
    shape: merged.output.length === 0 ? [1] : merged.output.map(({ extent }) => extent),
    reduce: merged.reduce.map(({ extent }) => extent),
    loads: merged.output.length === 0 ? loads.map((load) => withUnitAxis(load)) : loads,
    body: link(draft.body),
    reducer: fused.reducer,
    tail: link(draft.tail),
    dtype: fused.dtype,
  };
  const limits = [
    ["loads", kernel.loads.length, LIMITS.loads],
    ["body instructions", kernel.body.length, LIMITS.instructions],
    ["tail instructions", kernel.tail.length, LIMITS.instructions],
    ["output axes", kernel.shape.length, LIMITS.shapeAxes],
    ["reduction axes", kernel.reduce.length, LIMITS.reduceAxes],
    ["elements", product(kernel.shape), LIMITS.elements],
    ["reduction steps", product(kernel.reduce), LIMITS.reduction],
  ] as const;
  for (const [what, actual, limit] of limits)
    if (actual > limit) throw new TooLarge(fused, what, actual, limit);
  return { value: fused.value, kernel, sources: operands.map(({ source }) => source) };
}

/** A kernel needs an output axis: a single element gets one of extent 1, in front. */
const withUnitAxis = (load: Load): Load => ({
  ...load,
  dims: load.dims.map((dim) => ({ ...dim, coefficients: [0, ...dim.coefficients] })),
});

/**
 * Sums, maxima and minima may run in any order: the one in which the first stored operand lies. The position that
 * argmax and argmin give depends on the order, so theirs stays.
 */
function reductionOrder(
  { body, reduce, reducer }: Fused,
  layoutOf: (value: Value) => Layout,
): readonly Axis[] {
  if (reducer === "argmax" || reducer === "argmin") return reduce;
  const primary = readsOf(body).find(({ value, coordinates }) => !isKnown(value) && coordinates.length > 1);
  if (primary === undefined) return reduce;
  const layout = layoutOf(primary.value);
  const place = (axis: Axis) =>
    layout.findIndex((dim) => (primary.coordinates[dim] as Affine).terms.some((term) => term.axis === axis));
  return reduce.toSorted((a, b) => place(a) - place(b) || reduce.indexOf(a) - reduce.indexOf(b));
}

function operandOf(
  { value, coordinates, pad, index: lookup }: Read,
  {
    layoutOf,
    index,
    whole,
  }: {
    layoutOf: (value: Value) => Layout;
    index: number | undefined;
    /** The constant that is read, where it is not packed for this kernel. */
    whole: Packed | undefined;
  },
): Operand {
  const layout = layoutOf(value);
  const dims = layout
    .map((axis): Dim => ({
      size: value.shape[axis] as number,
      form: coordinates[axis] as Affine,
      ...(index !== undefined && lookup?.axis === axis ? { index } : {}),
    }))
    .filter((dim) => dim.index !== undefined || dim.size !== 1 || !isWithin(dim.form, 1));
  const source: Source = whole === undefined ? { kind: "value", value } : { kind: "packed", packed: whole };
  return { source, dtype: value.dtype, dims: mergeDims(dims), pad };
}

/**
 * Joins a dim with the one inside it wherever the inner coordinate never leaves its dim: the joint coordinate lies in
 * the joint dim exactly when the outer one lies in its own. A padded window row becomes one clipped run this way.
 */
function mergeDims(dims: readonly Dim[]): Dim[] {
  const merged: Dim[] = [];
  for (const outer of dims.toReversed()) {
    const inner = merged[0];
    const areAffine = inner?.index === undefined && outer.index === undefined;
    if (inner !== undefined && areAffine && isWithin(inner.form, inner.size)) {
      merged[0] = { size: outer.size * inner.size, form: plus(times(outer.form, inner.size), inner.form) };
    } else {
      merged.unshift(outer);
    }
  }
  return merged.length === 0 ? [{ size: 1, form: { offset: 0, terms: [] } }] : merged;
}

/** The dim that is looked up, if one is. */
function indexOf({ dims }: Operand): Pick<Load, "indexed"> {
  const dim = dims.findIndex(({ index }) => index !== undefined);
  const load = dims[dim]?.index;
  return load === undefined ? {} : { indexed: { dim, load } };
}

/** Expressions over constants alone that no larger one contains; plain numbers stay in the code. */
function maximalConstants(roots: readonly Expr[]): Expr[] {
  const found = new Set<Expr>();
  const seen = new Set<Expr>();
  const visit = (expr: Expr) => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (isConstantExpr(expr)) {
      if (readsOf(expr).length > 0) found.add(expr);
    } else if (expr.kind === "operation") {
      expr.args.forEach(visit);
    } else if ((expr.kind === "read" || expr.kind === "inRange") && expr.read.index !== undefined) {
      visit(expr.read.index.at);
    }
  };
  roots.forEach(visit);
  return [...found];
}

/** Instructions, with positions still as affine forms. */
type Code = readonly (Instruction | { readonly of: Affine })[];

function code(
  root: Expr,
  c: { numberOf: (expr: Expr) => number; isConstant: (expr: Expr) => boolean },
): Code {
  const write = (expr: Expr): Code => {
    if (c.isConstant(expr)) return [{ op: "load", arg: c.numberOf(expr) }];
    switch (expr.kind) {
      case "constant":
        return [{ op: expr.type === "f32" ? "f32.const" : "i32.const", arg: expr.bits }];
      case "read":
        return [{ op: "load", arg: c.numberOf(expr) }];
      case "inRange":
        return [{ op: "in_range", arg: c.numberOf(expr) }];
      case "accumulator":
        return [{ op: "acc" }];
      case "position":
        return [{ of: expr.of }];
      case "operation":
        return [...expr.args.flatMap(write), { op: expr.op }];
    }
  };
  return write(root);
}

const positionsIn = (expr: Expr): Affine[] => {
  if (expr.kind === "position") return [expr.of];
  return expr.kind === "operation" ? expr.args.flatMap(positionsIn) : [];
};

function indexCode({ offset, terms }: Affine, axes: readonly (Axis | undefined)[]): Instruction[] {
  const start: Instruction[] = [{ op: "i32.const", arg: offset >>> 0 }];
  return terms.reduce<Instruction[]>(
    (done, { axis, coefficient }) => [
      ...done,
      { op: "index", arg: axes.indexOf(axis) },
      { op: "i32.const", arg: coefficient >>> 0 },
      { op: "i32.mul" },
      { op: "i32.add" },
    ],
    start,
  );
}

type Merge = {
  readonly output: readonly Axis[];
  readonly reduce: readonly Axis[];
  readonly forms: readonly Affine[];
};

/** Joins neighbouring axes that every form walks as one: fewer, longer loops, and longer runs. */
function mergeAxes({ output, reduce, forms }: Merge): {
  output: Axis[];
  reduce: Axis[];
  rename: (form: Affine) => Affine;
} {
  const replaced = new Map<Axis, Axis>();
  const gone = new Set<Axis>();
  const rename = (form: Affine): Affine => {
    let result = form;
    for (let previous: Affine | undefined; previous !== result;) {
      previous = result;
      if (!result.terms.some(({ axis }) => replaced.has(axis) || gone.has(axis))) break;
      result = {
        offset: result.offset,
        terms: result.terms
          .filter(({ axis }) => !gone.has(axis))
          .map((term) => ({ ...term, axis: replaced.get(term.axis) ?? term.axis })),
      };
    }
    return result;
  };
  const join = (axes: readonly Axis[]): Axis[] => {
    const joined: Axis[] = [];
    for (const axis of axes) {
      const outer = joined.at(-1);
      const renamed = forms.map(rename);
      const walksAsOne =
        outer !== undefined &&
        renamed.every((form) => coefficientOf(form, outer) === axis.extent * coefficientOf(form, axis));
      if (!walksAsOne) {
        joined.push(axis);
        continue;
      }
      const both = newAxis(outer.extent * axis.extent);
      gone.add(outer);
      replaced.set(axis, both);
      joined[joined.length - 1] = both;
    }
    return joined;
  };
  return { output: join(output), reduce: join(reduce), rename };
}
