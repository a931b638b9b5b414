import { plus, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { op, read } from "../ir/expr.js";
import type { Lowering } from "./scope.js";
import { windowOf } from "./window.js";

/** Conv, any rank and groups: a sum over window and channels, the bias in the tail. */
const conv: Lowering = (scope) => {
  const [x, weights, bias] = [scope.float(0), scope.float(1), scope.optional(2)];
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const [filters, depth, ...kernel] = weights.shape as [number, number, ...number[]];
  const groups = scope.int("group", 1);
  if (depth * groups !== channels || filters % groups !== 0) {
    throw scope.mismatch(
      `${channels} channels in ${groups} groups`,
      `${depth} channels a group and ${filters} filters`,
    );
  }
  const window = windowOf(scope, spatial, kernel);
  const filtersPerGroup = filters / groups;
  // The filter axis in two, so that the channel is affine in the group.
  const shape = [batch, groups, filtersPerGroup, ...window.output];
  const grouped = scope.values.reduction(scope.name(), {
    shape,
    reduce: [...kernel, depth],
    reducer: "sum",
    dtype: "f32",
    body: ([n, group, filter, ...at], over) => {
      const inside = over.slice(0, -1);
      const channel = over.at(-1) as Affine;
      const first = times(group as Affine, depth);
      const source = [n as Affine, plus(first, channel), ...window.source(at, inside)];
      const row = plus(times(group as Affine, filtersPerGroup), filter as Affine);
      return op("f32.mul", read(x, source), read(weights, [row, channel, ...inside]));
    },
    ...(bias === undefined
      ? {}
      : {
          tail: (sum, [, group, filter]) =>
            op("f32.add", sum, read(bias, [plus(times(group as Affine, filtersPerGroup), filter as Affine)])),
        }),
  });
  return [scope.values.reshape(scope.name(), grouped, [batch, filters, ...window.output])];
};

export const convolutionLowerings: Record<string, Lowering> = { Conv: conv };
