import { whyVoid } from "../../src/program/check-kernel.js";
import type { Dtype } from "../../src/program/dtype.js";
import type { Instruction } from "../../src/program/instruction.js";
import type { Dim, Load } from "../../src/program/kernel.js";
import { finish } from "./kernel-generator.js";
import type { Nest, RandomKernel } from "./kernel-generator.js";
import { Random } from "./random.js";

/** A random sum of products in one of the shapes that real models have, every extent odd now and then. */
export function randomProduct(seed: number): RandomKernel {
  for (let attempt = 0; ; attempt++) {
    const random = new Random(seed + attempt * 0x10001);
    const made = random.pick([matmul, convolution, convolution, depthwise])(random);
    if (whyVoid(made.kernel, made.data.length, made.table) === undefined) return made;
  }
}

const extent = (random: Random): number =>
  random.chance(80) ? random.between(1, 17) : random.between(18, 45);

type Factors = { readonly nest: Nest; readonly x: Dim[]; readonly w: Dim[] };

function productOf(random: Random, { nest, x, w }: Factors): RandomKernel {
  const isFloat = random.chance(70);
  const dtype = (): Dtype => (isFloat ? "f32" : random.pick<Dtype>(["u8", "i8"]));
  const load = (tensor: number, dims: Dim[]): Load => ({ tensor, dims, dtype: dtype(), pad: 0 });
  const pad = isFloat && random.chance(25) ? random.floatBits() : 0;
  const loads = [{ ...load(0, x), pad }, load(1, w)];
  // What the tail adds: a value for each output, read along all of its axes.
  let stride = 1;
  const coefficients = [...nest.shape]
    .reverse()
    .map((size) => {
      const one = stride;
      stride *= size;
      return one;
    })
    .reverse();
  if (random.chance(50)) {
    const size = stride;
    loads.push({
      tensor: 2,
      dtype: isFloat ? "f32" : "i32",
      pad: 0,
      dims: [{ size, offset: 0, coefficients }],
    });
  }
  const order = random.chance(50) ? [0, 1] : [1, 0];
  const body: Instruction[] = [
    ...order.map((arg): Instruction => ({ op: "load", arg })),
    { op: isFloat ? "f32.mul" : "i32.mul" },
  ];
  const axes = nest.shape.length + nest.reduce.length;
  const padded = loads.map((one) => ({
    ...one,
    dims: one.dims.map((dim) => ({
      ...dim,
      coefficients: Array.from({ length: axes }, (_, axis) => dim.coefficients[axis] ?? 0),
    })),
  }));
  const made = finish(random, nest, padded, "sum", body);
  // Boundary values make most long sums NaN; ordinary ones show every rounding.
  if (random.chance(75)) {
    for (const data of made.data) {
      if (data instanceof Float32Array)
        data.forEach((_, at) => (data[at] = (random.word() / 2 ** 31 - 1) ** 3));
    }
    const [first] = made.data;
    if (first instanceof Float32Array && random.chance(30)) first[random.below(first.length)] = Infinity;
  }
  return made;
}

/** [batch, rows, columns] or with rows and columns changed; both factors contiguous along k, or one along its columns. */
function matmul(random: Random): RandomKernel {
  const [batch, rows, columns, k] = [random.between(1, 3), extent(random), extent(random), extent(random)];
  const isSwapped = random.chance(30);
  const row = isSwapped ? 2 : 1;
  const column = isSwapped ? 1 : 2;
  const at = (axis: number, step: number) => Array.from({ length: 4 }, (_, one) => (one === axis ? step : 0));
  const sum = (...parts: number[][]) =>
    parts[0]?.map((_, axis) => parts.reduce((all, one) => all + (one[axis] ?? 0), 0)) ?? [];
  const isTransposed = random.chance(30);
  const isShared = random.chance(40);
  const x: Dim[] = [
    { size: batch, offset: 0, coefficients: at(0, 1) },
    { size: rows, offset: 0, coefficients: at(row, 1) },
    { size: k, offset: 0, coefficients: at(3, 1) },
  ];
  // A row of weights carries its bias behind it.
  const width = k + random.between(0, 1);
  const w: Dim[] = isTransposed
    ? [{ size: k * columns, offset: 0, coefficients: sum(at(3, columns), at(column, 1)) }]
    : [{ size: columns * width, offset: 0, coefficients: sum(at(column, width), at(3, 1)) }];
  if (!isShared) w.unshift({ size: batch, offset: 0, coefficients: at(0, 1) });
  const shape = isSwapped ? [batch, columns, rows] : [batch, rows, columns];
  return productOf(random, { nest: { shape, reduce: [k] }, x, w });
}

/** Channels-last with windows as clipped runs, or channels-first with a run for each channel and row of the window. */
function convolution(random: Random): RandomKernel {
  const [height, width] = [random.between(1, 7), random.between(1, 9)];
  const [channels, filters] = [random.between(1, 5), extent(random)];
  const [kernelHeight, kernelWidth] = [random.between(1, 3), random.between(1, 3)];
  const [stride, dilation, pad] = [random.between(1, 2), random.between(1, 2), random.between(0, 2)];
  const isLast = random.chance(60);
  const filtersFirst = random.chance(30);
  const shape = filtersFirst ? [filters, height, width] : [height, width, filters];
  const [y, x, f] = filtersFirst ? [1, 2, 0] : [0, 1, 2];
  const inHeight = Math.max(1, (height - 1) * stride + dilation * (kernelHeight - 1) + 1 - pad);
  const inWidth = Math.max(1, (width - 1) * stride + kernelWidth - pad);
  const at = (steps: Record<number, number>) => Array.from({ length: 6 }, (_, axis) => steps[axis] ?? 0);
  if (isLast) {
    const run = kernelWidth * channels;
    return productOf(random, {
      nest: { shape, reduce: [kernelHeight, run] },
      x: [
        { size: inHeight, offset: -pad, coefficients: at({ [y]: stride, 3: dilation }) },
        {
          size: inWidth * channels,
          offset: -pad * channels,
          coefficients: at({ [x]: stride * channels, 4: 1 }),
        },
      ],
      w: [
        {
          size: filters * kernelHeight * run,
          offset: 0,
          coefficients: at({ [f]: kernelHeight * run, 3: run, 4: 1 }),
        },
      ],
    });
  }
  const window = kernelHeight * kernelWidth;
  return productOf(random, {
    nest: { shape, reduce: [channels, kernelHeight, kernelWidth] },
    x: [
      { size: channels, offset: 0, coefficients: at({ 3: 1 }) },
      { size: inHeight, offset: -pad, coefficients: at({ [y]: stride, 4: dilation }) },
      { size: inWidth, offset: -pad, coefficients: at({ [x]: stride, 5: 1 }) },
    ],
    w: [
      {
        size: filters * channels * window,
        offset: 0,
        coefficients: at({ [f]: channels * window, 3: window, 4: kernelWidth, 5: 1 }),
      },
    ],
  });
}

/** One filter for each channel: both factors depend on the channel. */
function depthwise(random: Random): RandomKernel {
  const [height, width, channels] = [random.between(1, 6), random.between(1, 6), extent(random)];
  const [kernelHeight, kernelWidth] = [random.between(1, 5), random.between(1, 5)];
  const [stride, pad] = [random.between(1, 2), random.between(0, 2)];
  const channelsFirst = random.chance(30);
  const shape = channelsFirst ? [channels, height, width] : [height, width, channels];
  const [y, x, c] = channelsFirst ? [1, 2, 0] : [0, 1, 2];
  const inHeight = Math.max(1, (height - 1) * stride + kernelHeight - pad);
  const inWidth = Math.max(1, (width - 1) * stride + kernelWidth - pad);
  const at = (steps: Record<number, number>) => Array.from({ length: 5 }, (_, axis) => steps[axis] ?? 0);
  const window = kernelHeight * kernelWidth + 1;
  return productOf(random, {
    nest: { shape, reduce: [kernelHeight, kernelWidth] },
    x: [
      { size: inHeight, offset: -pad, coefficients: at({ [y]: stride, 3: 1 }) },
      {
        size: inWidth * channels,
        offset: -pad * channels,
        coefficients: at({ [x]: stride * channels, [c]: 1, 4: channels }),
      },
    ],
    w: [{ size: channels * window, offset: 0, coefficients: at({ [c]: window, 3: kernelWidth, 4: 1 }) }],
  });
}
