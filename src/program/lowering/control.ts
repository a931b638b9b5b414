import { read, select } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { broadcast } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";
import { joinedAlong } from "./movement.js";
import { chosenAlong } from "./indexing.js";

/** One of two graphs, where the condition is known at import; otherwise both, and the run picks elements. */
const conditional: Lowering = (scope) => {
  const condition = scope.input(0);
  const known = scope.values.known(condition);
  if (known !== undefined) return scope.body(known[0] === 0 ? "else_branch" : "then_branch");
  const yes = scope.body("then_branch");
  const no = scope.body("else_branch");
  const chosen = scope.values.reshape(condition.name, condition, []);
  return yes.map((one, output) => {
    const other = no[output] as Value;
    if (one.items !== undefined || other.items !== undefined) scope.knownData(condition, 0);
    if (one.shape.join() !== other.shape.join() || one.dtype !== other.dtype) scope.knownData(condition, 0);
    return scope.values.map(scope.name(output), one.shape, one.dtype, (at) =>
      select(broadcast(chosen, at), read(one, at), read(other, at)),
    );
  });
};

/** Values of one shape, one after the other along a new axis. */
export function stacked(scope: Scope, values: readonly Value[], axis: number): Value {
  const rows = values.map((value) =>
    scope.values.reshape(value.name, value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)]),
  );
  return joinedAlong(scope, rows, axis);
}

/** More rounds than this are no program any more. */
const ROUNDS = 4_096;

/** A loop whose rounds are known at import, unrolled. */
const loop: Lowering = (scope) => {
  const [count, condition] = [scope.optional(0), scope.optional(1)];
  const most = count === undefined ? Infinity : Number(scope.knownData(count, 0)[0]);
  let goesOn = condition === undefined || scope.knownData(condition, 1)[0] !== 0;
  let carried = Array.from({ length: scope.inputCount - 2 }, (_, index) => scope.whatever(index + 2));
  const truth = scope.values.constant(`${scope.name()} goes on`, [], "u8", Uint8Array.of(1));
  const scans: Value[][] = scope.node.outputs.slice(carried.length).map(() => []);
  for (let round = 0; goesOn && round < most; round++) {
    if (round === ROUNDS) throw scope.refuse(`takes more than ${ROUNDS} rounds`);
    const at = scope.values.constant(`${scope.name()} round`, [], "i32", Int32Array.of(round));
    const [again, ...made] = scope.body("body", [at, truth, ...carried]);
    carried = made.slice(0, carried.length);
    for (const [index, scan] of scans.entries()) scan.push(made[carried.length + index] as Value);
    goesOn = scope.knownData(again as Value, 1)[0] !== 0;
  }
  return [
    ...carried,
    ...scans.map((rows) => {
      if (rows.length === 0) throw scope.refuse("takes no round, which leaves its scans without elements");
      return stacked(scope, rows, 0);
    }),
  ];
};

/** A scan over an axis, unrolled. Until opset 8 a batch axis goes before everything, and each of it is on its own. */
const scan: Lowering = (scope) => {
  if (scope.opset < 9) return batchedScan(scope);
  const states = scope.inputCount - scope.int("num_scan_inputs", 1);
  const given = Array.from({ length: scope.inputCount }, (_, index) => scope.input(index));
  return scanned(scope, { states: given.slice(0, states), inputs: given.slice(states) });
};

function batchedScan(scope: Scope): Value[] {
  if (scope.optional(0) !== undefined) throw scope.refuse("has lengths of its sequences");
  const given = Array.from({ length: scope.inputCount - 1 }, (_, index) => scope.input(index + 1));
  const states = given.length - scope.int("num_scan_inputs", 1);
  const batch = (given[0] as Value).shape[0] as number;
  const rows = Array.from({ length: batch }, (_, row) => {
    const own = given.map((value) => positionOf(scope, value, 0, row));
    return scanned(scope, { states: own.slice(0, states), inputs: own.slice(states) });
  });
  return scope.node.outputs.map((_, output) =>
    stacked(
      scope,
      rows.map((row) => row[output] as Value),
      0,
    ),
  );
}

/** The part of a value at one position of an axis, without that axis. */
function positionOf(scope: Scope, value: Value, axis: number, at: number): Value {
  const one = chosenAlong(scope, value, { axis, positions: [at] });
  return scope.values.reshape(
    value.name,
    one,
    value.shape.filter((_, other) => other !== axis),
  );
}

function scanned(
  scope: Scope,
  { states, inputs }: { states: readonly Value[]; inputs: readonly Value[] },
): Value[] {
  const outputs = scope.node.outputs.length - states.length;
  const listed = (name: string, count: number) =>
    scope.attribute(name, "ints") ?? Array.from({ length: count }, () => 0);
  const axes = listed("scan_input_axes", inputs.length).map((axis, index) =>
    scope.axis(axis, (inputs[index] as Value).shape.length),
  );
  const turned = listed(scope.opset < 9 ? "directions" : "scan_input_directions", inputs.length);
  const outputTurned = listed("scan_output_directions", outputs);
  const outputAxes = listed("scan_output_axes", outputs);
  const length = (inputs[0] as Value).shape[axes[0] as number] as number;
  let carried = states;
  const scans: Value[][] = outputAxes.map(() => []);
  for (let round = 0; round < length; round++) {
    const parts = inputs.map((value, index) =>
      positionOf(scope, value, axes[index] as number, turned[index] === 1 ? length - 1 - round : round),
    );
    const made = scope.body("body", [...carried, ...parts]);
    carried = made.slice(0, states.length);
    for (const [index, rows] of scans.entries()) {
      const value = made[states.length + index] as Value;
      if (outputTurned[index] === 1) rows.unshift(value);
      else rows.push(value);
    }
  }
  return [
    ...carried,
    ...scans.map((rows, index) => {
      const rank = (rows[0] as Value).shape.length + 1;
      return stacked(scope, rows, scope.axis(outputAxes[index] as number, rank));
    }),
  ];
}

export const controlLowerings: Record<string, Lowering> = { If: conditional, Loop: loop, Scan: scan };
