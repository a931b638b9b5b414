import { plus, shifted, times } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import type { Scope } from "./scope.js";

/** A sliding window over the spatial axes: output extents, and where position `at` and window position `over` read. */
export type Window = {
  readonly kernel: readonly number[];
  readonly output: readonly number[];
  readonly padBefore: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly source: (at: readonly Affine[], over: readonly Affine[]) => Affine[];
};

/** Reads kernel_shape, strides, dilations, pads, auto_pad and ceil_mode of a convolution or a pooling. */
export function windowOf(scope: Scope, input: readonly number[], kernel: readonly number[]): Window {
  const rank = input.length;
  const strides = scope.attribute("strides", "ints") ?? input.map(() => 1);
  const dilations = scope.attribute("dilations", "ints") ?? input.map(() => 1);
  const reach = kernel.map((extent, axis) => (extent - 1) * (dilations[axis] as number) + 1);
  const auto = scope.attribute("auto_pad", "string") ?? "NOTSET";
  const given = scope.attribute("pads", "ints") ?? [...input, ...input].map(() => 0);
  const roundUp = scope.int("ceil_mode", 0) === 1;
  const padBefore: number[] = [];
  const output = input.map((extent, axis) => {
    const [stride, window] = [strides[axis] as number, reach[axis] as number];
    if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
      const positions = Math.ceil(extent / stride);
      const pads = Math.max(0, (positions - 1) * stride + window - extent);
      padBefore.push(auto === "SAME_UPPER" ? Math.floor(pads / 2) : Math.ceil(pads / 2));
      return positions;
    }
    if (auto !== "NOTSET" && auto !== "VALID")
      throw scope.refuseAttribute("auto_pad", "NOTSET, VALID or SAME");
    const [before, after] = auto === "VALID" ? [0, 0] : [given[axis] as number, given[axis + rank] as number];
    padBefore.push(before);
    const free = extent + before + after - window;
    const positions = (roundUp ? Math.ceil(free / stride) : Math.floor(free / stride)) + 1;
    // A window that would start in the padding behind the input is left out.
    return roundUp && (positions - 1) * stride >= extent + before ? positions - 1 : positions;
  });
  if (output.some((extent) => extent < 1)) {
    throw scope.mismatch(`[${input.join(", ")}]`, `at least the window [${reach.join(", ")}]`);
  }
  return {
    kernel,
    output,
    padBefore,
    strides,
    dilations,
    source: (at, over) =>
      input.map((_, axis) => {
        const start = times(at[axis] as Affine, strides[axis] as number);
        const inside = times(over[axis] as Affine, dilations[axis] as number);
        return shifted(plus(start, inside), -(padBefore[axis] as number));
      }),
  };
}
