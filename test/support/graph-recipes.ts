import type { GraphMaker, Recipe, Tensor } from "./graph-generator.js";

/** No tensor grows beyond this, so that graphs stay quick to interpret. */
const MOST = 400;

const countOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

const withExtent = (shape: readonly number[], axis: number, extent: number): number[] =>
  shape.map((whole, other) => (other === axis ? extent : whole));

/** The extents of [N, C, H, W], undefined for other ranks. */
const asImage = ({ shape }: Tensor): readonly [number, number, number, number] | undefined =>
  shape.length === 4 ? (shape as [number, number, number, number]) : undefined;

/** Whole numbers of the run, -1, 0 or 1 each: the same for everybody, for the graph's input is what they come from. */
const smallIndices = ({ tensors, aside }: GraphMaker, shape: readonly number[]): Tensor | undefined => {
  const x = tensors[0] as Tensor;
  if (countOf(shape) !== countOf(x.shape)) return undefined;
  const whole = aside("Cast", [x.name], x.shape, { to: 7 });
  return { ...whole, shape };
};

/**
 * Operators that become several nests, look positions up, or are unrolled. Ones that jump where their operand moves by a
 * bit (sorting, rounding) are left to tests with chosen operands.
 */
export const compositeRecipes: readonly Recipe[] = [
  (x, { random, emit }) =>
    emit(
      random.pick(["Abs", "Erf", "Softsign", "HardSwish", "Elu", "Softplus", "Atan", "Sin", "Cos"]),
      [x.name],
      x.shape,
    ),
  (x, { random, emit, integers }) => {
    const axis = random.below(x.shape.length);
    const extent = x.shape[axis] as number;
    const chosen = Array.from({ length: random.between(1, 5) }, () => random.between(-extent, extent - 1));
    const shape = withExtent(x.shape, axis, chosen.length);
    return countOf(shape) > MOST ? undefined : emit("Gather", [x.name, integers(chosen)], shape, { axis });
  },
  (x, maker) => {
    // As many indices as the input has elements, of a tensor with two positions or more along the axis.
    const axis = x.shape.findIndex((extent) => extent > 1);
    const start = maker.tensors[0] as Tensor;
    const shape = [...x.shape.slice(0, axis), ...start.shape, ...x.shape.slice(axis + 1)];
    if (axis < 0 || countOf(shape) > MOST || shape.length > 6) return undefined;
    const indices = smallIndices(maker, start.shape);
    return indices && maker.emit("Gather", [x.name, indices.name], shape, { axis });
  },
  (x, { random, emit, integers }) => {
    const axis = random.below(x.shape.length);
    const extent = x.shape[axis] as number;
    const indices = Array.from({ length: countOf(x.shape) }, () => random.between(-extent, extent - 1));
    return emit("GatherElements", [x.name, integers(indices, x.shape)], x.shape, { axis });
  },
  (x, { random, emit, integers, constant }) => {
    const rows = x.shape[0] as number;
    const order = Array.from({ length: rows }, (_, row) => row).filter(() => random.chance(50));
    if (order.length === 0) return undefined;
    const updates = constant([order.length, ...x.shape.slice(1)]);
    return emit("ScatterND", [x.name, integers(order, [order.length, 1]), updates], x.shape);
  },
  (x, { random, emit, integers }) => {
    const mode = random.pick(["reflect", "edge"]);
    const pads = [...x.shape, ...x.shape].map((extent) => (extent > 2 ? random.below(3) : 0));
    const rank = x.shape.length;
    const shape = x.shape.map(
      (extent, axis) => extent + (pads[axis] as number) + (pads[axis + rank] as number),
    );
    return countOf(shape) > MOST ? undefined : emit("Pad", [x.name, integers(pads)], shape, { mode });
  },
  (x, { random, emit, integers }) => {
    const repeats = x.shape.map(() => random.pick([1, 1, 2]));
    const shape = x.shape.map((extent, axis) => extent * (repeats[axis] as number));
    return countOf(shape) > MOST ? undefined : emit("Tile", [x.name, integers(repeats)], shape);
  },
  (x, { random, emit, integers }) => {
    const axis = random.below(x.shape.length);
    const extent = x.shape[axis] as number;
    if (extent < 2) return undefined;
    const from = random.between(1, extent - 1);
    const step = random.pick([-1, -2]);
    const shape = withExtent(x.shape, axis, Math.ceil((from + 1) / -step));
    const ends = integers([-1000]);
    return emit("Slice", [x.name, integers([from]), ends, integers([axis]), integers([step])], shape);
  },
  (x, { random, emit, floats }) => {
    const image = asImage(x);
    if (image === undefined) return undefined;
    const scales = [1, 1, random.pick([2, 1.5, 0.6]), random.pick([2, 3, 0.8])];
    const shape = image.map((extent, axis) => Math.floor(extent * Math.fround(scales[axis] as number)));
    if (countOf(shape) > MOST || shape.includes(0)) return undefined;
    const mode = random.pick(["nearest", "linear", "cubic"]);
    const transformation = random.pick(["half_pixel", "asymmetric", "pytorch_half_pixel"]);
    const attributes = { mode, coordinate_transformation_mode: transformation, nearest_mode: "floor" };
    return emit("Resize", [x.name, "", floats(scales)], shape, attributes);
  },
  (x, { random, emit, constant }) => {
    const image = asImage(x);
    if (image === undefined) return undefined;
    const [batch, channels, height, width] = image;
    const [filters, stride] = [random.between(1, 3), random.between(1, 3)];
    const kernel = [random.between(1, 3), random.between(1, 3)] as const;
    const shape = [batch, filters, (height - 1) * stride + kernel[0], (width - 1) * stride + kernel[1]];
    if (countOf(shape) > MOST) return undefined;
    const weights = constant([channels, filters, ...kernel]);
    return emit("ConvTranspose", [x.name, weights, constant([filters])], shape, {
      strides: [stride, stride],
    });
  },
  (x, { random, emit }) => {
    const image = asImage(x);
    if (image === undefined || image[2] < 2 || image[3] < 2) return undefined;
    const [batch, channels, height, width] = image;
    const pads = random.pick([
      [0, 0, 0, 0],
      [1, 0, 0, 1],
    ]);
    const out = (extent: number, axis: number) =>
      Math.floor((extent + (pads[axis] as number) + (pads[axis + 2] as number) - 2) / 2) + 1;
    const shape = [batch, channels, out(height, 0), out(width, 1)];
    const attributes = { kernel_shape: [2, 2], strides: [2, 2], pads };
    return emit(random.pick(["MaxPool", "AveragePool", "LpPool"]), [x.name], shape, attributes);
  },
  (x, { emit }) => {
    const image = asImage(x);
    if (image === undefined || image[1] % 4 !== 0) return undefined;
    const [batch, channels, height, width] = image;
    return emit("DepthToSpace", [x.name], [batch, channels / 4, height * 2, width * 2], { blocksize: 2 });
  },
  (x, { emit }) => {
    const image = asImage(x);
    if (image === undefined || image[2] % 2 !== 0 || image[3] % 2 !== 0) return undefined;
    const [batch, channels, height, width] = image;
    return emit("SpaceToDepth", [x.name], [batch, channels * 4, height / 2, width / 2], { blocksize: 2 });
  },
  (x, { random, emit, integers }) => {
    const axis = random.below(x.shape.length);
    const attributes = { exclusive: random.below(2), reverse: random.below(2) };
    return emit("CumSum", [x.name, integers([axis], [])], x.shape, attributes);
  },
  (x, { random, emit }) => {
    const axis = random.below(x.shape.length);
    const operator = random.pick(["ReduceProd", "ReduceLogSumExp", "ReduceL2", "ReduceMin"]);
    return emit(operator, [x.name], withExtent(x.shape, axis, 1), { axes: [axis], keepdims: 1 });
  },
  (x, { random, emit, integers }) => {
    if (x.shape.length < 2) return undefined;
    return emit("Trilu", [x.name, integers([random.between(-1, 1)], [])], x.shape, {
      upper: random.below(2),
    });
  },
  (x, { emit, constant }) => {
    const width = x.shape.at(-1) as number;
    const [scale, bias] = [constant([width], 0.5, 1.5), constant([width])];
    return emit("LayerNormalization", [x.name, scale, bias], x.shape, { epsilon: { float: 0.1 } });
  },
  (x, { random, tensors, emit, aside, constant }) => {
    const alike = tensors.filter(({ shape }) => shape.join() === x.shape.join());
    const limit = aside("Greater", [x.name, constant([])], x.shape);
    return emit("Where", [limit.name, x.name, random.pick(alike).name], x.shape);
  },
  (x, { emit, constant }) => {
    if (x.shape.length !== 3) return undefined;
    const [batch, rows, inner] = x.shape as [number, number, number];
    const attributes = { equation: "bij,kj->bki" };
    return emit("Einsum", [x.name, constant([3, inner])], [batch, 3, rows], attributes);
  },
  (x, { random, emit, constant }) => {
    if (x.shape.length !== 3) return undefined;
    const [length, batch, width] = x.shape as [number, number, number];
    const [operator, gates] = random.pick([
      ["LSTM", 4],
      ["GRU", 3],
      ["RNN", 1],
    ] as const);
    const weights = [constant([1, gates * 2, width]), constant([1, gates * 2, 2]), constant([1, gates * 4])];
    const direction = random.pick(["forward", "reverse"]);
    const attributes = { hidden_size: 2, direction };
    return emit(operator, [x.name, ...weights], [length, 1, batch, 2], attributes);
  },
];
