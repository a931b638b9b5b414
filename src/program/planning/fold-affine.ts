import { f32, mapLeaves, op } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Fused } from "./expand.js";
import { axesOf, isConstantExpr } from "./pack.js";

/**
 * Moves constant factors and addends that follow a sum of products into its weights and one bias:
 * (Σ x·w + b) · s + t = Σ x·(w·s) + (b·s + t). Batch normalisation and the scales after it cost nothing then.
 * Rounds differently from the graph, in the last bits, as every inference runtime's own folding does.
 */
export function foldAffine(fused: Fused): Fused {
  const { body, tail, reducer } = fused;
  if (reducer !== "sum" || body.kind !== "operation" || body.op !== "f32.mul") return fused;
  const [a, b] = body.args as [Expr, Expr];
  const weights = isConstantExpr(b) ? b : isConstantExpr(a) ? a : undefined;
  if (weights === undefined || weights.kind === "constant") return fused;
  const other = weights === b ? a : b;
  const rows = axesOf(weights);

  const parents = parentsOf(tail);
  let end = [...parents.keys()].find((expr) => expr.kind === "accumulator") as Expr;
  let scale: Expr | undefined;
  let bias: Expr | undefined;
  for (;;) {
    const [parent, ...more] = parents.get(end) ?? [];
    if (parent === undefined || more.length > 0 || parent.kind !== "operation") break;
    const [left, right] = parent.args as [Expr, Expr | undefined];
    const constant = right === undefined ? undefined : left === end ? right : left;
    if (constant === undefined || constant === end || !isConstantExpr(constant)) break;
    const isScale = parent.op === "f32.mul" || (parent.op === "f32.div" && left === end);
    const isShift = parent.op === "f32.add" || (parent.op === "f32.sub" && left === end);
    if (isScale) {
      if (![...axesOf(constant)].every((axis) => rows.has(axis))) break;
      const apply = (expr: Expr | undefined) =>
        expr === undefined ? undefined : op(parent.op as "f32.mul", expr, constant);
      scale = apply(scale ?? f32(1));
      bias = apply(bias);
    } else if (isShift) {
      bias =
        bias === undefined && parent.op === "f32.add"
          ? constant
          : op(parent.op as "f32.add", bias ?? f32(0), constant);
    } else {
      break;
    }
    end = parent;
  }
  if (scale === undefined && bias === undefined) return fused;
  const sum = accumulatorOf(tail);
  const replacement = bias === undefined ? sum : op("f32.add", sum, bias);
  const scaled = scale === undefined ? weights : op("f32.mul", weights, scale);
  return {
    ...fused,
    body: op("f32.mul", other, scaled),
    tail: tail === end ? replacement : mapNodes(tail, end, replacement),
  };
}

const accumulatorOf = (expr: Expr): Expr =>
  [...parentsOf(expr).keys()].find((one) => one.kind === "accumulator") as Expr;

/** The distinct expressions that use each expression below `root`. */
function parentsOf(root: Expr): Map<Expr, Expr[]> {
  const parents = new Map<Expr, Expr[]>([[root, []]]);
  const visit = (expr: Expr) => {
    if (expr.kind !== "operation") return;
    for (const arg of new Set(expr.args)) {
      const known = parents.get(arg);
      if (known === undefined) {
        parents.set(arg, [expr]);
        visit(arg);
      } else {
        known.push(expr);
      }
    }
  };
  visit(root);
  return parents;
}

/** Replaces one shared node of an expression. */
function mapNodes(root: Expr, node: Expr, replacement: Expr): Expr {
  const done = new Map<Expr, Expr>([[node, replacement]]);
  return mapLeaves(root, (leaf) => leaf, done);
}
