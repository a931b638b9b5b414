import { constantAt } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { read } from "../ir/expr.js";
import { typed } from "./pointwise.js";
import type { Lowering, Scope } from "./scope.js";

/** Letters of each operand and of the result; the axes of an ellipsis have the names 0, 1, … counted from its end. */
function termsOf(scope: Scope): { operands: readonly string[][]; result: readonly string[] } {
  const equation = (scope.attribute("equation", "string") ?? "").replaceAll(" ", "");
  const [left = "", right] = equation.split("->");
  const ellipsis = (count: number) => Array.from({ length: count }, (_, at) => String(count - 1 - at));
  const spread = (term: string, count: number): string[] => {
    const [before = "", after] = term.split("...");
    return after === undefined ? [...before] : [...before, ...ellipsis(count), ...after];
  };
  const ranks = left.split(",").map((term, index) => {
    const letters = term.replace("...", "").length;
    return term.includes("...") ? scope.input(index).shape.length - letters : 0;
  });
  const widest = Math.max(...ranks);
  const operands = left.split(",").map((term, index) => spread(term, ranks[index] as number));
  if (right !== undefined) return { operands, result: spread(right, widest) };
  const all = operands.flat();
  // Without a result: the ellipsis, then letters that stand once, in order.
  const once = [...new Set(all)].filter((letter) => all.filter((one) => one === letter).length === 1);
  const letters = once.filter((letter) => letter > "9").sort();
  return { operands, result: [...ellipsis(widest), ...letters] };
}

/** A sum of products over the letters that the result does not have. */
const einsum: Lowering = (scope) => {
  const { operands, result } = termsOf(scope);
  const extents = new Map<string, number>();
  for (const [index, letters] of operands.entries()) {
    const { shape } = scope.input(index);
    if (shape.length !== letters.length)
      throw scope.mismatch(`${shape.length} axes in input ${index}`, `${letters.length} letters`);
    for (const [axis, letter] of letters.entries()) {
      const [known, own] = [extents.get(letter) ?? 1, shape[axis] as number];
      if (known !== 1 && own !== 1 && known !== own)
        throw scope.mismatch(`extents ${known} and ${own} of ${letter}`, "equal ones");
      extents.set(letter, Math.max(known, own));
    }
  }
  const summed = [...extents.keys()].filter((letter) => !result.includes(letter));
  const extentOf = (letter: string) => extents.get(letter) as number;
  const product = (at: readonly Affine[], over: readonly Affine[]) => {
    const place = (letter: string): Affine =>
      (result.includes(letter) ? at[result.indexOf(letter)] : over[summed.indexOf(letter)]) as Affine;
    return operands
      .map((letters, index) => {
        const value = scope.input(index);
        const coordinates = letters.map((letter, axis) =>
          value.shape[axis] === 1 ? constantAt(0) : place(letter),
        );
        return read(value, coordinates);
      })
      .reduce((a, b) => typed("mul")(a, b));
  };
  const { dtype } = scope.input(0);
  const shape = result.map(extentOf);
  if (summed.length === 0) return [scope.values.map(scope.name(), shape, dtype, (at) => product(at, []))];
  const reduce = summed.map(extentOf);
  return [scope.values.reduction(scope.name(), { shape, reduce, reducer: "sum", dtype, body: product })];
};

export const einsumLowerings: Record<string, Lowering> = { Einsum: einsum };
