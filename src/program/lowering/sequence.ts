import type { Value } from "../ir/value.js";
import { stacked } from "./control.js";
import { chosenAlong } from "./indexing.js";
import { joinedAlong } from "./movement.js";
import { countOf } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";

/** A position in a sequence, counted from the end when negative; `fallback` where none is given. */
function placeOf(
  scope: Scope,
  index: number,
  { length, fallback }: { length: number; fallback: number },
): number {
  const given = scope.integers(index)?.[0] ?? fallback;
  const place = given < 0 ? given + length : given;
  if (place < 0 || place > length) throw scope.refuse(`names place ${given} of ${length}`);
  return place;
}

const construct: Lowering = (scope) => [
  scope.values.sequence(
    scope.name(),
    Array.from({ length: scope.inputCount }, (_, index) => scope.input(index)),
  ),
];

const insert: Lowering = (scope) => {
  const items = scope.sequence(0);
  const place = placeOf(scope, 2, { length: items.length, fallback: items.length });
  return [scope.values.sequence(scope.name(), items.toSpliced(place, 0, scope.input(1)))];
};

const erase: Lowering = (scope) => {
  const items = scope.sequence(0);
  const place = placeOf(scope, 1, { length: items.length, fallback: items.length - 1 });
  return [scope.values.sequence(scope.name(), items.toSpliced(place, 1))];
};

const at: Lowering = (scope) => {
  const items = scope.sequence(0);
  const item = items[placeOf(scope, 1, { length: items.length, fallback: 0 })];
  if (item === undefined) throw scope.refuse(`takes an item from a sequence of ${items.length}`);
  return [item];
};

const split: Lowering = (scope) => {
  const of = scope.input(0);
  const axis = scope.axis(scope.int("axis", 0), of.shape.length);
  const extent = of.shape[axis] as number;
  const given = scope.optional(1);
  const lengths = given && Array.from(scope.knownData(given, 1), Number);
  const keeps = scope.int("keepdims", 1) === 1;
  // One number is the length of each part but the last.
  const each =
    given === undefined ? 1 : countOf(given) === 1 && given.shape.length === 0 ? lengths?.[0] : undefined;
  const sizes =
    each === undefined
      ? (lengths ?? [])
      : Array.from({ length: Math.ceil(extent / each) }, (_, part) => Math.min(each, extent - part * each));
  let start = 0;
  const items = sizes.map((size): Value => {
    const positions = Array.from({ length: size }, (_, step) => start + step);
    start += size;
    const part = chosenAlong(scope, of, { axis, positions });
    if (given !== undefined || keeps) return part;
    return scope.values.reshape(
      part.name,
      part,
      part.shape.filter((_, other) => other !== axis),
    );
  });
  return [scope.values.sequence(scope.name(), items)];
};

const join: Lowering = (scope) => {
  const items = scope.sequence(0);
  const [first] = items;
  if (first === undefined) throw scope.refuse("joins a sequence without items");
  const isNew = scope.int("new_axis", 0) === 1;
  const axis = scope.axis(scope.int("axis", 0), first.shape.length + (isNew ? 1 : 0));
  return [isNew ? stacked(scope, items, axis) : joinedAlong(scope, items, axis)];
};

export const sequenceLowerings: Record<string, Lowering> = {
  ConcatFromSequence: join,
  SequenceAt: at,
  SequenceConstruct: construct,
  SequenceEmpty: (scope) => [scope.values.sequence(scope.name(), [])],
  SequenceErase: erase,
  SequenceInsert: insert,
  SequenceLength: (scope) => [
    scope.values.constant(scope.name(), [], "i32", Int32Array.of(scope.sequence(0).length)),
  ],
  SplitToSequence: split,
};
