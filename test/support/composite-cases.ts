import { binary, floats, ints, reduction, scalar, unary } from "./lowering-case.js";
import type { Case } from "./lowering-case.js";
import type { TinyAttribute, TinyNode, TinyTensor } from "./onnx-file.js";

type Named = readonly [title: string, model: Case];

/** Constant indices of any shape. */
const places = (name: string, shape: readonly number[], ...values: readonly number[]): TinyTensor => ({
  name,
  shape,
  data: BigInt64Array.from(values, BigInt),
});

/** One node over x and constants. */
const over = (
  operator: string,
  x: readonly number[],
  {
    constants = [],
    attributes = {},
    inputs = constants.map(({ name }) => name),
    title = "",
    ...rest
  }: {
    constants?: readonly TinyTensor[];
    attributes?: Readonly<Record<string, TinyAttribute>>;
    inputs?: readonly string[];
    title?: string;
    opset?: number;
    outputs?: readonly string[];
    range?: readonly [number, number];
  } = {},
): Named => {
  const { outputs, ...model } = rest;
  const node: TinyNode = {
    operator,
    inputs: ["x", ...inputs],
    attributes,
    ...(outputs === undefined ? {} : { outputs }),
  };
  return [
    title === "" ? operator : `${operator}, ${title}`,
    { inputs: { x }, constants, nodes: [node], ...model },
  ];
};

/** x as integers, an operator on them, and floats again. */
const onIntegers = (operator: string, more: readonly string[], title: string, to = 6): Named => [
  `${operator} of ${title}`,
  {
    inputs: { x: [3, 4], y: [4] },
    range: [-120, 120],
    opset: 18,
    constants: [],
    nodes: [
      { operator: "Cast", inputs: ["x"], attributes: { to } },
      { operator: "Cast", inputs: ["y"], attributes: { to } },
      {
        operator,
        inputs: ["t0", ...more],
        attributes: operator === "BitShift" ? { direction: "LEFT" } : {},
      },
      { operator: "Cast", inputs: ["t2"], attributes: { to: 1 } },
    ],
  },
];

const pad = (mode: string, ...pads: readonly number[]): Named =>
  over("Pad", [3, 4], { constants: [ints("pads", ...pads)], attributes: { mode }, title: mode, opset: 19 });

const resize = (
  title: string,
  attributes: Readonly<Record<string, TinyAttribute>>,
  { scales, sizes }: { scales?: readonly number[]; sizes?: readonly number[] },
): Named => {
  const given: TinyTensor =
    scales === undefined
      ? ints("sizes", ...(sizes ?? []))
      : { name: "scales", shape: [scales.length], data: Float32Array.from(scales) };
  return over("Resize", [1, 2, 5, 6], {
    title,
    opset: 18,
    constants: [given],
    attributes,
    inputs: scales === undefined ? ["", "", "sizes"] : ["", "scales"],
  });
};

const transposed = (
  title: string,
  x: readonly number[],
  w: readonly number[],
  attributes: Readonly<Record<string, TinyAttribute>> = {},
): Named => {
  const filters = (w[1] as number) * Number(attributes["group"] ?? 1);
  return over("ConvTranspose", x, { title, constants: [floats("w", w), floats("b", [filters])], attributes });
};

const truth = (name: string, ...values: readonly number[]): TinyTensor => ({
  name,
  shape: [values.length],
  data: Uint8Array.from(values),
});

/** x of 7 steps, 2 in a batch, 3 wide, into 4 hidden units. */
const recurrent = (
  operator: string,
  title: string,
  {
    directions = 1,
    attributes = {},
    given = [],
  }: {
    directions?: number;
    attributes?: Readonly<Record<string, TinyAttribute>>;
    given?: readonly string[];
  } = {},
): Named => {
  const gates = { LSTM: 4, GRU: 3, RNN: 1 }[operator] as number;
  const state = [directions, 2, 4];
  return over(operator, [5, 2, 3], {
    title,
    constants: [
      floats("w", [directions, gates * 4, 3]),
      floats("r", [directions, gates * 4, 4]),
      floats("b", [directions, 2 * gates * 4]),
      floats("h", state),
      floats("c", state),
      floats("p", [directions, 12]),
    ],
    inputs: ["w", "r", ...given],
    outputs: operator === "LSTM" ? ["y", "yh", "yc"] : ["y", "yh"],
    attributes: { hidden_size: 4, ...attributes },
  });
};

const steps = (name: string, value: number, isSigned = false): TinyTensor => ({
  name,
  shape: [],
  data: isSigned ? Int8Array.of(value) : Uint8Array.of(value),
  ...(isSigned ? {} : { isUint8: true }),
});

const bytes = (name: string, shape: readonly number[], isSigned: boolean): TinyTensor => {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const values = Array.from({ length: count }, (_, at) => ((at * 37 + 11) % 200) - (isSigned ? 100 : 0));
  return isSigned
    ? { name, shape, data: Int8Array.from(values) }
    : { name, shape, data: Uint8Array.from(values), isUint8: true };
};

const scale = (name: string, ...values: readonly number[]): TinyTensor => ({
  name,
  shape: values.length === 1 ? [] : [values.length],
  data: Float32Array.from(values),
});

/** Floats in 8-bit steps at run time, an operator on the steps, and floats again. */
const quantised = (
  operator: string,
  x: readonly number[],
  {
    w,
    zero,
    attributes = {},
    title,
  }: {
    w: TinyTensor;
    zero: TinyTensor;
    attributes?: Readonly<Record<string, TinyAttribute>>;
    title: string;
  },
): Named => [
  `DynamicQuantizeLinear, ${operator} ${title}`,
  {
    inputs: { x },
    constants: [w, zero],
    nodes: [
      { operator: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["q", "s", "z"] },
      { operator, inputs: ["q", w.name, "z", zero.name], outputs: ["i"], attributes },
      { operator: "Cast", inputs: ["i"], outputs: ["f"], attributes: { to: 1 } },
      { operator: "Mul", inputs: ["f", "s"], outputs: ["y"] },
    ],
  },
];

/** Small models over the operators that become several nests or look positions up, each compared with onnxruntime. */
export const compositeCases: readonly Named[] = [
  ...["IsNaN", "IsInf"].map((operator): Named => [
    operator,
    {
      inputs: { x: [6] },
      range: [-1, 1],
      opset: 20,
      nodes: [
        { operator: "Log", inputs: ["x"] },
        { operator, inputs: ["t0"] },
        { operator: "Cast", inputs: ["t1"], attributes: { to: 1 } },
      ],
    },
  ]),
  ...["Mish", "Selu", "Celu", "Softsign", "Sign", "Asinh", "Atan", "Sinh", "Cosh"].map((operator) => {
    const [title, model] = unary(operator, [-3, 3]);
    return [title, { ...model, opset: 18 }] as const;
  }),
  unary("Tan", [-1.2, 1.2]),
  unary("Asin", [-0.99, 0.99]),
  unary("Acos", [-0.99, 0.99]),
  unary("Atanh", [-0.95, 0.95]),
  unary("Acosh", [1.1, 9]),
  unary("Shrink", [-3, 3], { lambd: { float: 1 }, bias: { float: 0.5 } }),
  unary("ThresholdedRelu", [-3, 3], { alpha: { float: 0.7 } }),
  over("Gelu", [3, 4], { opset: 20 }),
  over("Gelu", [3, 4], { opset: 20, attributes: { approximate: "tanh" }, title: "by tanh" }),
  over("Swish", [3, 4], { opset: 24, attributes: { alpha: { float: 1.5 } } }),
  binary("Mean"),
  over("CastLike", [3, 4], { constants: [scalar("like", 1)], opset: 19 }),
  ...["ReduceProd", "ReduceLogSumExp"].map((operator) => reduction(operator)),
  reduction("ReduceLogSum", [0.1, 4]),
  over("Hardmax", [3, 4, 5], { attributes: { axis: 1 } }),
  over("Hardmax", [3, 4, 5], { attributes: { axis: 1 }, opset: 11, title: "of everything behind an axis" }),
  over("Pow", [3, 4], { constants: [floats("e", [4], -2, 2)], range: [0.1, 4], title: "an exponent each" }),
  over("Pow", [3, 4], {
    constants: [{ name: "e", shape: [4], data: Float32Array.of(3, 2, -1, 0) }],
    range: [-2, 2],
    title: "whole exponents of negative bases",
  }),
  onIntegers("BitwiseAnd", ["t1"], "integers"),
  onIntegers("BitwiseOr", ["t1"], "integers"),
  onIntegers("BitwiseXor", ["t1"], "integers"),
  onIntegers("BitwiseNot", [], "bytes", 3),
  onIntegers("Mod", ["t1"], "integers"),
  onIntegers("Mod", ["t1"], "signed bytes", 3),
  onIntegers("Sub", ["t1"], "signed bytes", 3),
  onIntegers("Abs", [], "integers"),
  over("Mod", [3, 4], { constants: [floats("m", [4], 0.3, 2)], attributes: { fmod: 1 }, title: "of floats" }),
  [
    "BitShift of bytes",
    {
      inputs: { x: [12] },
      range: [0, 255],
      constants: [{ name: "by", shape: [1], data: Uint8Array.of(3), isUint8: true }],
      nodes: [
        { operator: "Cast", inputs: ["x"], attributes: { to: 2 } },
        { operator: "BitShift", inputs: ["t0", "by"], attributes: { direction: "LEFT" } },
        { operator: "BitShift", inputs: ["t1", "by"], attributes: { direction: "RIGHT" } },
        { operator: "Cast", inputs: ["t2"], attributes: { to: 1 } },
      ],
    },
  ],

  over("Gather", [5, 4], {
    constants: [places("i", [2, 2], 3, 0, -1, 3)],
    title: "constant, uneven indices",
  }),
  over("Gather", [3, 7], {
    constants: [ints("i", 6, 4, 2)],
    attributes: { axis: 1 },
    title: "evenly spaced backwards",
  }),
  [
    "Gather, indices of the run, of a product of the run",
    {
      inputs: { x: [4, 5], y: [6] },
      range: [0, 3.9],
      constants: [floats("w", [5, 3])],
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"] },
        { operator: "Cast", inputs: ["y"], attributes: { to: 7 } },
        { operator: "Gather", inputs: ["t0", "t1"] },
        { operator: "Sigmoid", inputs: ["t2"] },
      ],
    },
  ],
  [
    "Gather, rows of a table by indices of the run that count from the end",
    {
      inputs: { y: [2, 3] },
      range: [-6, -0.1],
      constants: [floats("table", [7, 4])],
      nodes: [
        { operator: "Floor", inputs: ["y"] },
        { operator: "Cast", inputs: ["t0"], attributes: { to: 6 } },
        { operator: "Gather", inputs: ["table", "t1"] },
      ],
    },
  ],
  over("GatherElements", [3, 4], {
    constants: [places("i", [2, 4], 2, 0, 1, -1, 0, 0, 2, 1)],
    attributes: { axis: 0 },
  }),
  over("GatherND", [3, 4, 2], { constants: [places("i", [2, 2], 2, 3, 0, -1)] }),
  over("GatherND", [2, 3, 4], {
    constants: [places("i", [2, 1], 2, 0)],
    attributes: { batch_dims: 1 },
    title: "in a batch",
  }),
  over("ScatterND", [5, 3], { constants: [places("i", [2, 1], 3, 0), floats("u", [2, 3])] }),
  over("ScatterND", [5, 3], {
    constants: [places("i", [3, 1], 3, 0, 3), floats("u", [3, 3])],
    attributes: { reduction: "add" },
    opset: 18,
    title: "added",
  }),
  over("ScatterElements", [3, 4], {
    constants: [places("i", [1, 4], 2, 0, -2, 1), floats("u", [1, 4])],
    attributes: { axis: 0 },
  }),
  over("Scatter", [3, 4], { constants: [places("i", [1, 4], 2, 0, 1, 1), floats("u", [1, 4])], opset: 9 }),
  [
    "OneHot of the run",
    {
      inputs: { x: [2, 3] },
      range: [-3, 3.9],
      constants: [ints("depth", 4), floats("values", [2])],
      nodes: [
        { operator: "Floor", inputs: ["x"] },
        { operator: "Cast", inputs: ["t0"], attributes: { to: 7 } },
        { operator: "OneHot", inputs: ["t1", "depth", "values"], attributes: { axis: 1 } },
      ],
    },
  ],
  over("Compress", [4, 3], { constants: [truth("c", 1, 0, 1, 1)], attributes: { axis: 0 } }),
  over("ReverseSequence", [4, 3, 2], { constants: [ints("lengths", 2, 4, 1)] }),
  [
    "NonZero of a constant",
    {
      inputs: { x: [4, 3] },
      constants: [truth("c", 0, 1, 0, 1)],
      nodes: [
        { operator: "NonZero", inputs: ["c"] },
        { operator: "Squeeze", inputs: ["t0"] },
        { operator: "Gather", inputs: ["x", "t1"] },
      ],
    },
  ],
  over("TopK", [3, 7], { constants: [ints("k", 4)], outputs: ["v", "i"] }),
  over("TopK", [5, 3], {
    constants: [ints("k", 2)],
    outputs: ["v", "i"],
    attributes: { axis: 0, largest: 0 },
    title: "the smallest of columns",
  }),
  over("ArgMax", [3, 4], { attributes: { axis: 1, select_last_index: 1 }, title: "the last of equals" }),
  // 5,003 is a prime: nothing divides it evenly.
  over("ArgMax", [2, 5_003], { attributes: { axis: 1 }, title: "in uneven blocks" }),
  over("ArgMin", [2, 5_003], { attributes: { axis: 1 }, title: "in uneven blocks" }),
  ...["ReduceMax", "ReduceMin", "ReduceL1"].map((operator) =>
    over(operator, [2, 5_003], { attributes: { axes: [1] }, title: "in uneven blocks" }),
  ),
  ...[0, 1].flatMap((exclusive) =>
    [0, 1].map((reverse) =>
      over("CumSum", [3, 5], {
        constants: [places("axis", [], 1)],
        attributes: { exclusive, reverse },
        title: `exclusive ${exclusive}, reverse ${reverse}`,
      }),
    ),
  ),
  over("Trilu", [2, 4, 5], { constants: [places("k", [], 1)] }),
  over("Trilu", [4, 5], { constants: [places("k", [], -1)], attributes: { upper: 0 }, title: "lower" }),
  [
    "Trilu, summed to a single number",
    {
      inputs: { x: [4, 5] },
      nodes: [
        { operator: "Trilu", inputs: ["x"] },
        { operator: "ReduceMean", inputs: ["t0"], attributes: { keepdims: 0 } },
      ],
    },
  ],
  over("EyeLike", [4, 5], { attributes: { k: 1 } }),
  [
    "Range",
    {
      inputs: { x: [5] },
      constants: [scalar("start", 1), scalar("limit", 3.4), scalar("delta", 0.5)],
      nodes: [
        { operator: "Range", inputs: ["start", "limit", "delta"] },
        { operator: "Mul", inputs: ["x", "t0"] },
      ],
    },
  ],
  over("Einsum", [2, 3, 4], {
    constants: [floats("b", [2, 4, 5])],
    attributes: { equation: "bij, bjk -> bik" },
    opset: 13,
  }),
  over("Einsum", [3, 3], { attributes: { equation: "ii->i" }, opset: 13, title: "a diagonal" }),
  over("Einsum", [2, 3, 4], {
    constants: [floats("b", [4, 5])],
    attributes: { equation: "...j,jk" },
    opset: 13,
    title: "with an ellipsis and no result",
  }),

  pad("reflect", 1, 2, 2, 3),
  pad("edge", 0, 2, 1, 0),
  pad("wrap", 2, 1, 0, 3),
  over("Pad", [3, 4], {
    constants: [ints("pads", 1, 2), scalar("value", 0.5), ints("axes", 1)],
    opset: 18,
    title: "of named axes",
  }),
  over("Tile", [2, 3], { constants: [ints("repeats", 2, 3)] }),
  over("DepthToSpace", [1, 8, 2, 3], { attributes: { blocksize: 2 } }),
  over("DepthToSpace", [1, 8, 2, 3], { attributes: { blocksize: 2, mode: "CRD" }, title: "CRD" }),
  over("SpaceToDepth", [1, 2, 4, 6], { attributes: { blocksize: 2 } }),
  over("Concat", [2, 3], {
    inputs: Array.from({ length: 19 }, () => "x"),
    attributes: { axis: 1 },
    title: "of twenty parts",
  }),
  over("Upsample", [1, 2, 3, 4], { constants: [scale("s", 1, 1, 2, 2)], opset: 9 }),
  over("Upsample", [1, 2, 3, 4], {
    attributes: { mode: "linear", scales: { floats: [1, 1, 2, 2] } },
    opset: 7,
    title: "linear",
  }),
  resize(
    "nearest by whole factors",
    { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
    { scales: [1, 1, 2, 3] },
  ),
  resize("nearest to sizes", { mode: "nearest" }, { sizes: [1, 2, 7, 4] }),
  resize("nearest, ceil", { mode: "nearest", nearest_mode: "ceil" }, { scales: [1, 1, 1.7, 0.8] }),
  resize("linear", { mode: "linear" }, { scales: [1, 1, 2, 1.5] }),
  resize(
    "linear, corners aligned",
    { mode: "linear", coordinate_transformation_mode: "align_corners" },
    { sizes: [1, 2, 9, 3] },
  ),
  resize(
    "linear, pytorch",
    { mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" },
    { sizes: [1, 2, 3, 1] },
  ),
  resize("cubic", { mode: "cubic" }, { scales: [1, 1, 2, 1.5] }),
  resize(
    "cubic without what lies outside",
    { mode: "cubic", exclude_outside: 1 },
    { scales: [1, 1, 1.5, 2] },
  ),
  resize("linear, antialiased", { mode: "linear", antialias: 1 }, { scales: [1, 1, 0.6, 0.5] }),

  transposed("strides", [1, 3, 4, 5], [3, 2, 3, 3], { strides: [2, 3] }),
  transposed("pads and output padding", [2, 3, 4, 5], [3, 2, 4, 3], {
    strides: [2, 2],
    pads: [1, 0, 2, 1],
    output_padding: [1, 0],
  }),
  transposed("a window as wide as the stride", [1, 2, 3, 3], [2, 3, 2, 2], { strides: [2, 2] }),
  transposed("dilations and groups", [1, 4, 4, 4], [4, 2, 3, 2], {
    dilations: [2, 1],
    group: 2,
    strides: [1, 2],
  }),
  transposed("one axis, same", [1, 2, 5], [2, 3, 4], { auto_pad: "SAME_UPPER", strides: [2] }),
  transposed("a shape asked for", [1, 2, 4, 4], [2, 2, 3, 3], { strides: [3, 2], output_shape: [10, 8] }),

  over("GroupNormalization", [2, 6, 3, 2], {
    constants: [floats("s", [6]), floats("b", [6])],
    attributes: { num_groups: 3 },
    opset: 21,
  }),
  over("RMSNormalization", [2, 3, 4], { constants: [floats("s", [4])], opset: 23 }),
  over("LpNormalization", [3, 4], { attributes: { axis: 0, p: 1 } }),
  over("LpNormalization", [3, 4], { title: "of squares" }),
  over("LRN", [1, 7, 2, 3], { attributes: { size: 3, alpha: { float: 0.5 }, bias: { float: 1.5 } } }),
  over("MeanVarianceNormalization", [2, 3, 4, 2]),
  over("LayerNormalization", [3, 5], {
    constants: [floats("s", [5]), floats("b", [5])],
    outputs: ["y", "mean", "inverse"],
    title: "with its statistics",
  }),
  over("LpPool", [1, 2, 5, 6], { attributes: { kernel_shape: [2, 3], strides: [2, 1], p: 2 } }),
  over("GlobalLpPool", [1, 2, 3, 4], { attributes: { p: 3 } }),
  over("MaxPool", [2, 3, 5, 6], {
    attributes: { kernel_shape: [2, 3], strides: [2, 2], pads: [0, 1, 1, 1] },
    outputs: ["y", "i"],
    title: "with positions",
  }),
  [
    "MaxUnpool of what MaxPool found",
    {
      inputs: { x: [2, 2, 4, 6] },
      nodes: [
        {
          operator: "MaxPool",
          inputs: ["x"],
          outputs: ["y", "i"],
          attributes: { kernel_shape: [2, 2], strides: [2, 2] },
        },
        { operator: "Neg", inputs: ["y"], outputs: ["n"] },
        {
          operator: "MaxUnpool",
          inputs: ["n", "i"],
          outputs: ["z"],
          attributes: { kernel_shape: [2, 2], strides: [2, 2] },
        },
      ],
    },
  ],
  ...["zeros", "border", "reflection"].flatMap((padding_mode) =>
    [0, 1].map((align_corners): Named => [
      `GridSample, ${padding_mode}, corners ${align_corners}`,
      {
        inputs: { x: [2, 3, 4, 5], grid: [2, 3, 4, 2] },
        range: [-1.6, 1.6],
        nodes: [
          { operator: "GridSample", inputs: ["x", "grid"], attributes: { padding_mode, align_corners } },
        ],
      },
    ]),
  ),
  [
    "GridSample, nearest",
    {
      inputs: { x: [2, 3, 4, 5], grid: [2, 3, 4, 2] },
      range: [-1.3, 1.3],
      nodes: [{ operator: "GridSample", inputs: ["x", "grid"], attributes: { mode: "nearest" } }],
    },
  ],
  over("AveragePool", [1, 2, 7, 8], {
    attributes: { kernel_shape: [3, 3], strides: [2, 3], ceil_mode: 1, pads: [1, 0, 1, 0] },
    title: "ceil mode",
    opset: 19,
  }),

  [
    "If, on a condition of the run",
    {
      inputs: { x: [3] },
      constants: [scalar("zero", 0)],
      nodes: [
        { operator: "ReduceSum", inputs: ["x"], attributes: { keepdims: 0 } },
        { operator: "Less", inputs: ["t0", "zero"] },
        {
          operator: "If",
          inputs: ["t1"],
          attributes: {
            then_branch: { nodes: [{ operator: "Neg", inputs: ["x"], outputs: ["a"] }], outputs: ["a"] },
            else_branch: { nodes: [{ operator: "Exp", inputs: ["x"], outputs: ["b"] }], outputs: ["b"] },
          },
        },
      ],
    },
  ],
  [
    "Loop of known rounds, with a scan",
    {
      inputs: { x: [3] },
      constants: [places("rounds", [], 4), { name: "goes", shape: [], data: Uint8Array.of(1) }],
      nodes: [
        {
          operator: "Loop",
          inputs: ["rounds", "goes", "x"],
          outputs: ["last", "all"],
          attributes: {
            body: {
              bodyInputs: { i: [], c: [], v: [3] },
              types: { i: 7, c: 9, d: 9 },
              nodes: [
                { operator: "Cast", inputs: ["i"], outputs: ["f"], attributes: { to: 1 } },
                { operator: "Add", inputs: ["v", "f"], outputs: ["w"] },
                { operator: "Identity", inputs: ["c"], outputs: ["d"] },
                { operator: "Neg", inputs: ["w"], outputs: ["s"] },
              ],
              outputs: ["d", "w", "s"],
            },
          },
        },
      ],
      outputs: ["last", "all"],
    },
  ],
  [
    "Scan, backwards",
    {
      inputs: { x: [4, 3], h: [3] },
      nodes: [
        {
          operator: "Scan",
          inputs: ["h", "x"],
          outputs: ["last", "all"],
          attributes: {
            num_scan_inputs: 1,
            scan_input_directions: [1],
            body: {
              bodyInputs: { s: [3], r: [3] },
              nodes: [
                { operator: "Add", inputs: ["s", "r"], outputs: ["n"] },
                { operator: "Tanh", inputs: ["n"], outputs: ["o"] },
                { operator: "Identity", inputs: ["o"], outputs: ["p"] },
              ],
              outputs: ["o", "p"],
            },
          },
        },
      ],
      outputs: ["last", "all"],
    },
  ],

  [
    "sequences: constructed, inserted into, erased from, taken from, joined",
    {
      inputs: { x: [2, 3], y: [2, 3] },
      constants: [places("zero", [], 0), places("last", [], -1)],
      nodes: [
        { operator: "SequenceConstruct", inputs: ["x", "y"], outputs: ["s"] },
        { operator: "Neg", inputs: ["x"], outputs: ["n"] },
        { operator: "SequenceInsert", inputs: ["s", "n", "zero"], outputs: ["s3"] },
        { operator: "SequenceErase", inputs: ["s3", "last"], outputs: ["s2"] },
        { operator: "SequenceAt", inputs: ["s2", "last"], outputs: ["one"] },
        {
          operator: "ConcatFromSequence",
          inputs: ["s2"],
          outputs: ["all"],
          attributes: { axis: -1, new_axis: 1 },
        },
        { operator: "SequenceLength", inputs: ["s3"], outputs: ["l"] },
        { operator: "Cast", inputs: ["l"], outputs: ["length"], attributes: { to: 1 } },
      ],
      outputs: ["one", "all", "length"],
    },
  ],
  [
    "sequences: empty, split, joined",
    {
      inputs: { x: [5, 3] },
      constants: [places("two", [], 2), places("first", [], 0)],
      nodes: [
        { operator: "SplitToSequence", inputs: ["x", "two"], outputs: ["rows"], attributes: { axis: 0 } },
        { operator: "SequenceAt", inputs: ["rows", "first"], outputs: ["pair"] },
        { operator: "SequenceEmpty", inputs: [], outputs: ["none"] },
        { operator: "SequenceInsert", inputs: ["none", "pair"], outputs: ["one"] },
        { operator: "ConcatFromSequence", inputs: ["one"], outputs: ["a"], attributes: { axis: 0 } },
        { operator: "SplitToSequence", inputs: ["x"], outputs: ["each"], attributes: { keepdims: 0 } },
        { operator: "ConcatFromSequence", inputs: ["each"], outputs: ["b"], attributes: { axis: 0 } },
      ],
      outputs: ["a", "b"],
    },
  ],

  recurrent("LSTM", "plain"),
  recurrent("LSTM", "backwards, with a start and peepholes", {
    given: ["b", "", "h", "c", "p"],
    attributes: { direction: "reverse" },
  }),
  recurrent("LSTM", "both ways", {
    directions: 2,
    given: ["b", "", "h", "c"],
    attributes: { direction: "bidirectional" },
  }),
  recurrent("GRU", "plain", { given: ["b"] }),
  recurrent("GRU", "both ways, reset after the product", {
    directions: 2,
    given: ["b", "", "h"],
    attributes: { direction: "bidirectional", linear_before_reset: 1 },
  }),
  recurrent("RNN", "with a start and another activation", {
    given: ["b", "", "h"],
    attributes: { activations: ["LeakyRelu"], activation_alpha: { floats: [0.2] } },
  }),

  over("NegativeLogLikelihoodLoss", [3, 4, 2], {
    constants: [places("t", [3, 2], 0, 3, 1, 1, 2, 0), floats("w", [4], 0.1, 1)],
    attributes: { ignore_index: 1 },
  }),
  over("SoftmaxCrossEntropyLoss", [3, 5], {
    constants: [places("t", [3], 4, 0, 2)],
    attributes: { reduction: "sum" },
    outputs: ["loss", "logs"],
  }),

  [
    "QuantizeLinear, DequantizeLinear",
    {
      inputs: { x: [3, 4] },
      range: [-3, 3],
      constants: [scale("s", 0.02), steps("z", 100)],
      nodes: [
        { operator: "QuantizeLinear", inputs: ["x", "s", "z"] },
        { operator: "DequantizeLinear", inputs: ["t0", "s", "z"] },
      ],
    },
  ],
  [
    "QuantizeLinear, DequantizeLinear of an axis, signed",
    {
      inputs: { x: [3, 4] },
      range: [-3, 3],
      constants: [
        scale("s", 0.02, 0.03, 0.01, 0.05),
        { name: "z", shape: [4], data: Int8Array.of(-3, 0, 5, 20) },
      ],
      nodes: [
        { operator: "QuantizeLinear", inputs: ["x", "s", "z"], attributes: { axis: -1 } },
        { operator: "DequantizeLinear", inputs: ["t0", "s", "z"], attributes: { axis: 1 } },
      ],
    },
  ],
  quantised("MatMulInteger", [3, 6], {
    w: bytes("w", [6, 5], true),
    zero: steps("zero", 0, true),
    title: "of signed weights",
  }),
  quantised("MatMulInteger", [2, 3, 6], {
    w: bytes("w", [6, 5], false),
    zero: steps("zero", 90),
    title: "of weights with a zero point",
  }),
  quantised("ConvInteger", [1, 3, 5, 6], {
    w: bytes("w", [4, 3, 3, 3], false),
    zero: steps("zero", 120),
    attributes: { pads: [1, 1, 1, 1], strides: [2, 1] },
    title: "padded with the zero point of the run",
  }),
  [
    "QLinearConv",
    {
      inputs: { x: [1, 2, 5, 5] },
      constants: [
        scale("xs", 0.01),
        steps("xz", 120),
        bytes("w", [3, 2, 3, 3], true),
        scale("ws", 0.01, 0.02, 0.005),
        { name: "wz", shape: [3], data: new Int8Array(3) },
        scale("ys", 0.05),
        steps("yz", 110),
        { name: "b", shape: [3], data: Int32Array.of(100, -2000, 50) },
      ],
      nodes: [
        { operator: "QuantizeLinear", inputs: ["x", "xs", "xz"] },
        {
          operator: "QLinearConv",
          inputs: ["t0", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"],
          attributes: { pads: [1, 1, 1, 1] },
        },
        { operator: "DequantizeLinear", inputs: ["t1", "ys", "yz"] },
      ],
    },
  ],
  [
    "QLinearMatMul of two tensors of the run",
    {
      inputs: { x: [3, 4], y: [4, 2] },
      constants: [scale("xs", 0.01), steps("xz", 120), scale("ys", 0.02), steps("yz", 100)],
      nodes: [
        { operator: "QuantizeLinear", inputs: ["x", "xs", "xz"] },
        { operator: "QuantizeLinear", inputs: ["y", "ys", "yz"] },
        { operator: "QLinearMatMul", inputs: ["t0", "xs", "xz", "t1", "ys", "yz", "ys", "yz"] },
        { operator: "DequantizeLinear", inputs: ["t2", "ys", "yz"] },
      ],
    },
  ],
];
