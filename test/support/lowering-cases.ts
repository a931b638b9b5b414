import {
  binary,
  comparison,
  conv,
  floats,
  ints,
  logical,
  reduction,
  scalar,
  unary,
} from "./lowering-case.js";
import type { Case } from "./lowering-case.js";

/** Small models over the basic operators, each compared with onnxruntime. */
export const loweringCases: readonly (readonly [string, Case])[] = [
  ...[
    "Abs",
    "Ceil",
    "Cos",
    "Erf",
    "Exp",
    "Floor",
    "HardSwish",
    "Identity",
    "Neg",
    "Relu",
    "Round",
    "Sigmoid",
    "Sin",
    "Softplus",
    "Tanh",
  ].map((operator) => unary(operator, [-4, 4])),
  unary("Log", [0.1, 10]),
  unary("Sqrt", [0, 9]),
  unary("Reciprocal", [0.5, 4]),
  unary("Elu", [-3, 3], { alpha: { float: 0.7 } }),
  unary("LeakyRelu", [-3, 3], { alpha: { float: 0.1 } }),
  unary("HardSigmoid", [-5, 5], { alpha: { float: 0.2 }, beta: { float: 0.4 } }),
  ...["Add", "Sub", "Mul", "Div", "Max", "Min", "PRelu", "Sum"].map(binary),
  ...["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"].map(comparison),
  ...["And", "Or", "Xor"].map(logical),
  [
    "Not, Where",
    {
      inputs: { x: [3, 4], y: [3, 4] },
      nodes: [
        { operator: "Less", inputs: ["x", "y"] },
        { operator: "Not", inputs: ["t0"] },
        { operator: "Where", inputs: ["t1", "x", "y"] },
      ],
    },
  ],
  [
    "Clip by inputs",
    {
      inputs: { x: [10] },
      constants: [scalar("low", -0.5), scalar("high", 0.25)],
      nodes: [{ operator: "Clip", inputs: ["x", "low", "high"] }],
    },
  ],
  [
    "Clip by attributes",
    {
      opset: 9,
      inputs: { x: [10] },
      nodes: [
        { operator: "Clip", inputs: ["x"], attributes: { min: { float: -0.5 }, max: { float: 0.25 } } },
      ],
    },
  ],
  ...[2, 3, -2, 0.5].map((power): readonly [string, Case] => [
    `Pow ${power}`,
    {
      inputs: { x: [7] },
      range: [0.5, 2],
      constants: [scalar("power", power)],
      nodes: [{ operator: "Pow", inputs: ["x", "power"] }],
    },
  ]),
  [
    "Cast to int32 and back",
    {
      inputs: { x: [20] },
      range: [-300, 300],
      nodes: [
        { operator: "Cast", inputs: ["x"], attributes: { to: 6 } },
        { operator: "Cast", inputs: ["t0"], attributes: { to: 1 } },
      ],
    },
  ],

  [
    "Concat of three on a middle axis",
    {
      inputs: { x: [2, 3, 2], y: [2, 1, 2], z: [2, 4, 2] },
      nodes: [{ operator: "Concat", inputs: ["x", "y", "z"], attributes: { axis: 1 } }],
    },
  ],
  [
    "Concat of slices that swap halves",
    {
      inputs: { x: [2, 6] },
      opset: 9,
      nodes: [
        { operator: "Slice", inputs: ["x"], attributes: { axes: [1], starts: [0], ends: [3] } },
        { operator: "Slice", inputs: ["x"], attributes: { axes: [1], starts: [3], ends: [6] } },
        { operator: "Neg", inputs: ["t1"] },
        { operator: "Concat", inputs: ["t2", "t0"], attributes: { axis: 1 } },
      ],
    },
  ],
  [
    "Expand, Dropout",
    {
      inputs: { x: [3, 1] },
      constants: [ints("shape", 2, 1, 4)],
      nodes: [
        { operator: "Dropout", inputs: ["x"] },
        { operator: "Expand", inputs: ["t0", "shape"] },
      ],
    },
  ],
  [
    "Flatten",
    { inputs: { x: [2, 3, 4] }, nodes: [{ operator: "Flatten", inputs: ["x"], attributes: { axis: 2 } }] },
  ],
  [
    "Gather of one index",
    {
      inputs: { x: [2, 5, 3] },
      constants: [{ name: "index", shape: [], data: BigInt64Array.of(-2n) }],
      nodes: [{ operator: "Gather", inputs: ["x", "index"], attributes: { axis: 1 } }],
    },
  ],
  [
    "Pad with a value",
    {
      inputs: { x: [2, 3] },
      constants: [ints("pads", 1, 0, 0, 2), scalar("value", 7)],
      nodes: [{ operator: "Pad", inputs: ["x", "pads", "value"] }],
    },
  ],
  [
    "Reshape that merges transposed axes",
    {
      inputs: { x: [2, 3, 4] },
      constants: [ints("shape", 4, -1)],
      nodes: [
        { operator: "Transpose", inputs: ["x"], attributes: { perm: [2, 0, 1] } },
        { operator: "Reshape", inputs: ["t0", "shape"] },
        { operator: "Neg", inputs: ["t1"] },
      ],
    },
  ],
  [
    "Reshape to extents that do not divide",
    {
      inputs: { x: [4, 6] },
      constants: [ints("shape", 3, 8)],
      nodes: [
        { operator: "Transpose", inputs: ["x"], attributes: { perm: [1, 0] } },
        { operator: "Reshape", inputs: ["t0", "shape"] },
        { operator: "Transpose", inputs: ["t1"], attributes: { perm: [1, 0] } },
      ],
    },
  ],
  [
    "Slice with steps and a far end",
    {
      inputs: { x: [3, 9] },
      constants: [
        ints("starts", 1, -1),
        { name: "ends", shape: [2], data: BigInt64Array.of(2n ** 62n, -10n) },
        ints("axes", 0, 1),
        ints("steps", 1, -3),
      ],
      nodes: [{ operator: "Slice", inputs: ["x", "starts", "ends", "axes", "steps"] }],
    },
  ],
  [
    "Split, Squeeze, Unsqueeze",
    {
      inputs: { x: [6, 1, 2] },
      constants: [ints("sizes", 1, 2, 3), ints("axis", 1)],
      nodes: [
        { operator: "Split", inputs: ["x", "sizes"], outputs: ["a", "b", "c"] },
        { operator: "Squeeze", inputs: ["b", "axis"], outputs: ["d"] },
        { operator: "Unsqueeze", inputs: ["c", "axis"], outputs: ["e"] },
      ],
      outputs: ["a", "d", "e"],
    },
  ],

  conv("padded, with a bias", {
    x: [1, 3, 5, 6],
    w: [4, 3, 3, 3],
    bias: true,
    attributes: { pads: [1, 1, 1, 1] },
  }),
  conv("of two images, strided", { x: [2, 3, 7, 6], w: [2, 3, 3, 2], attributes: { strides: [2, 1] } }),
  conv("dilated", {
    x: [1, 2, 8, 8],
    w: [2, 2, 3, 3],
    attributes: { dilations: [2, 3], pads: [0, 1, 2, 3] },
  }),
  conv("grouped", {
    x: [1, 6, 4, 4],
    w: [4, 3, 3, 3],
    bias: true,
    attributes: { group: 2, pads: [1, 1, 1, 1] },
  }),
  conv("depthwise", {
    x: [1, 4, 5, 5],
    w: [4, 1, 3, 3],
    bias: true,
    attributes: { group: 4, pads: [1, 1, 1, 1] },
  }),
  conv("of one dimension", { x: [1, 3, 9], w: [2, 3, 4], attributes: { pads: [2, 1] } }),
  conv("SAME_LOWER", {
    x: [1, 2, 5, 5],
    w: [2, 2, 2, 2],
    attributes: { auto_pad: "SAME_LOWER", strides: [2, 2] },
  }),
  [
    "two convolutions, the first padded into the second",
    {
      inputs: { x: [1, 2, 6, 6] },
      constants: [floats("w", [4, 2, 3, 3]), floats("v", [3, 4, 3, 3])],
      nodes: [
        { operator: "Conv", inputs: ["x", "w"], attributes: { pads: [1, 1, 1, 1] } },
        { operator: "Sigmoid", inputs: ["t0"] },
        { operator: "Conv", inputs: ["t1", "v"], attributes: { pads: [1, 1, 1, 1] } },
      ],
    },
  ],

  [
    "MaxPool, padded",
    {
      inputs: { x: [1, 2, 5, 7] },
      range: [-3, -1],
      nodes: [
        {
          operator: "MaxPool",
          inputs: ["x"],
          attributes: { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 1, 1, 0] },
        },
      ],
    },
  ],
  [
    "AveragePool, padding not counted",
    {
      inputs: { x: [1, 2, 5, 7] },
      nodes: [
        {
          operator: "AveragePool",
          inputs: ["x"],
          attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
        },
      ],
    },
  ],
  [
    "AveragePool, padding counted",
    {
      inputs: { x: [1, 2, 5, 7] },
      nodes: [
        {
          operator: "AveragePool",
          inputs: ["x"],
          attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 },
        },
      ],
    },
  ],
  [
    "MaxPool, rounding up",
    {
      inputs: { x: [1, 2, 6, 6] },
      nodes: [
        {
          operator: "MaxPool",
          inputs: ["x"],
          attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
        },
      ],
    },
  ],
  [
    "GlobalAveragePool",
    { inputs: { x: [2, 3, 4, 5] }, nodes: [{ operator: "GlobalAveragePool", inputs: ["x"] }] },
  ],
  ["GlobalMaxPool", { inputs: { x: [2, 3, 4, 5] }, nodes: [{ operator: "GlobalMaxPool", inputs: ["x"] }] }],

  [
    "MatMul, batches broadcast",
    {
      inputs: { x: [2, 1, 3, 5], y: [4, 5, 2] },
      nodes: [{ operator: "MatMul", inputs: ["x", "y"] }],
    },
  ],
  [
    "MatMul of a vector and a matrix",
    { inputs: { x: [5], y: [5, 3] }, nodes: [{ operator: "MatMul", inputs: ["x", "y"] }] },
  ],
  [
    "Gemm, both turned",
    {
      inputs: { x: [5, 3], y: [4, 5] },
      constants: [floats("c", [4])],
      nodes: [
        {
          operator: "Gemm",
          inputs: ["x", "y", "c"],
          attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
        },
      ],
    },
  ],
  [
    "Gemm with constant weights",
    {
      inputs: { x: [3, 5] },
      constants: [floats("w", [5, 4]), floats("c", [4])],
      nodes: [
        {
          operator: "Gemm",
          inputs: ["x", "w", "c"],
          attributes: { alpha: { float: 0.5 }, beta: { float: 2 } },
        },
      ],
    },
  ],

  ...["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare"].map(
    (operator) => reduction(operator),
  ),
  [
    "ReduceMean over two axes",
    {
      inputs: { x: [2, 3, 4, 5] },
      nodes: [{ operator: "ReduceMean", inputs: ["x"], attributes: { axes: [-1, 1] } }],
    },
  ],
  ...["ArgMax", "ArgMin"].map((operator): readonly [string, Case] => [
    operator,
    {
      inputs: { x: [3, 7, 2] },
      nodes: [
        { operator, inputs: ["x"], attributes: { axis: 1, keepdims: 0 } },
        { operator: "Cast", inputs: ["t0"], attributes: { to: 1 } },
      ],
    },
  ]),
  [
    "Softmax over a middle axis",
    { inputs: { x: [2, 5, 3] }, nodes: [{ operator: "Softmax", inputs: ["x"], attributes: { axis: 1 } }] },
  ],
  [
    "Softmax as of opset 9, over everything from the axis on",
    {
      opset: 9,
      inputs: { x: [2, 5, 3] },
      nodes: [{ operator: "Softmax", inputs: ["x"], attributes: { axis: 1 } }],
    },
  ],
  [
    "LogSoftmax",
    { inputs: { x: [4, 9] }, range: [-5, 5], nodes: [{ operator: "LogSoftmax", inputs: ["x"] }] },
  ],

  [
    "BatchNormalization",
    {
      inputs: { x: [2, 3, 4] },
      constants: [floats("s", [3]), floats("b", [3]), floats("m", [3]), floats("v", [3], 0.1, 2)],
      nodes: [
        {
          operator: "BatchNormalization",
          inputs: ["x", "s", "b", "m", "v"],
          attributes: { epsilon: { float: 1e-3 } },
        },
      ],
    },
  ],
  [
    "LayerNormalization",
    {
      inputs: { x: [4, 10] },
      constants: [floats("s", [10]), floats("b", [10])],
      nodes: [{ operator: "LayerNormalization", inputs: ["x", "s", "b"] }],
    },
  ],
  [
    "InstanceNormalization",
    {
      inputs: { x: [2, 3, 4, 5] },
      constants: [floats("s", [3]), floats("b", [3])],
      nodes: [{ operator: "InstanceNormalization", inputs: ["x", "s", "b"] }],
    },
  ],
  [
    "Shape, ConstantOfShape, Size",
    {
      inputs: { x: [2, 3] },
      nodes: [
        { operator: "Shape", inputs: ["x"] },
        {
          operator: "ConstantOfShape",
          inputs: ["t0"],
          attributes: { value: { name: "v", shape: [1], data: Float32Array.of(3) } },
        },
        { operator: "Add", inputs: ["x", "t1"] },
        { operator: "Size", inputs: ["x"] },
        { operator: "Cast", inputs: ["t3"], attributes: { to: 1 } },
        { operator: "Mul", inputs: ["t2", "t4"] },
      ],
    },
  ],
  [
    "Constant",
    {
      inputs: { x: [3] },
      nodes: [
        {
          operator: "Constant",
          inputs: [],
          attributes: { value: { name: "v", shape: [3], data: Float32Array.of(1, 2, 3) } },
        },
        { operator: "Sub", inputs: ["x", "t0"] },
      ],
    },
  ],

  [
    "attention with heads",
    {
      inputs: { x: [1, 6, 8] },
      constants: [
        floats("w", [8, 24]),
        floats("b", [24]),
        floats("o", [8, 8]),
        scalar("scale", 0.5),
        ints("heads", 1, 6, 3, 2, 4),
        ints("joined", 1, 6, 8),
      ],
      opset: 9,
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"], outputs: ["xw"] },
        { operator: "Add", inputs: ["xw", "b"], outputs: ["qkv"] },
        { operator: "Reshape", inputs: ["qkv", "heads"], outputs: ["split"] },
        {
          operator: "Transpose",
          inputs: ["split"],
          outputs: ["parts"],
          attributes: { perm: [2, 0, 3, 1, 4] },
        },
        ...["q", "k", "v"].flatMap((name, part) => [
          {
            operator: "Slice",
            inputs: ["parts"],
            outputs: [`${name}1`],
            attributes: { axes: [0], starts: [part], ends: [part + 1] },
          },
          { operator: "Squeeze", inputs: [`${name}1`], outputs: [name], attributes: { axes: [0] } },
        ]),
        { operator: "Mul", inputs: ["q", "scale"], outputs: ["qs"] },
        { operator: "Transpose", inputs: ["k"], outputs: ["kt"], attributes: { perm: [0, 1, 3, 2] } },
        { operator: "MatMul", inputs: ["qs", "kt"], outputs: ["scores"] },
        { operator: "Softmax", inputs: ["scores"], outputs: ["weights"], attributes: { axis: 3 } },
        { operator: "MatMul", inputs: ["weights", "v"], outputs: ["mixed"] },
        { operator: "Transpose", inputs: ["mixed"], outputs: ["turned"], attributes: { perm: [0, 2, 1, 3] } },
        { operator: "Reshape", inputs: ["turned", "joined"], outputs: ["flat"] },
        { operator: "MatMul", inputs: ["flat", "o"], outputs: ["y"] },
      ],
    },
  ],
  [
    "halves of a product that meet, so that it cannot be finished where they do",
    {
      opset: 9,
      inputs: { x: [3, 4] },
      constants: [floats("w", [4, 6])],
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"] },
        { operator: "Slice", inputs: ["t0"], attributes: { axes: [1], starts: [0], ends: [3] } },
        { operator: "Slice", inputs: ["t0"], attributes: { axes: [1], starts: [3], ends: [6] } },
        { operator: "Sigmoid", inputs: ["t2"] },
        { operator: "Mul", inputs: ["t1", "t3"] },
      ],
    },
  ],
  [
    "Softmax over a row that is reduced in blocks",
    { inputs: { x: [2, 1040] }, range: [-4, 4], nodes: [{ operator: "Softmax", inputs: ["x"] }] },
  ],
  [
    "ReduceMean over two axes that are reduced one after the other",
    {
      inputs: { x: [2, 3, 40, 41] },
      nodes: [{ operator: "ReduceMean", inputs: ["x"], attributes: { axes: [2, 3] } }],
    },
  ],
  [
    "MatMul of rows that are summed in blocks",
    {
      inputs: { x: [2, 1030] },
      constants: [floats("w", [1030, 3]), floats("b", [3])],
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"] },
        { operator: "Add", inputs: ["t0", "b"] },
      ],
    },
  ],
  [
    "MaxPool, rounding up to a window that would begin in the padding",
    {
      inputs: { x: [1, 2, 5, 5] },
      nodes: [
        {
          operator: "MaxPool",
          inputs: ["x"],
          attributes: { kernel_shape: [2, 2], strides: [3, 3], pads: [1, 1, 1, 1], ceil_mode: 1 },
        },
      ],
    },
  ],
  [
    "halves of a product that swap places, so that it cannot be finished inside them",
    {
      opset: 9,
      inputs: { x: [3, 4] },
      constants: [floats("w", [4, 6])],
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"] },
        { operator: "Slice", inputs: ["t0"], attributes: { axes: [1], starts: [0], ends: [3] } },
        { operator: "Slice", inputs: ["t0"], attributes: { axes: [1], starts: [3], ends: [6] } },
        { operator: "Neg", inputs: ["t2"] },
        { operator: "Concat", inputs: ["t3", "t1"], attributes: { axis: 1 } },
      ],
    },
  ],
  [
    "a product read by columns and by another shape",
    {
      inputs: { x: [6, 5] },
      constants: [floats("w", [5, 4]), floats("u", [3, 6]), ints("shape", 8, 3)],
      nodes: [
        { operator: "MatMul", inputs: ["x", "w"], outputs: ["xw"] },
        { operator: "MatMul", inputs: ["u", "xw"], outputs: ["columns"] },
        { operator: "Reshape", inputs: ["xw", "shape"], outputs: ["other"] },
        { operator: "Transpose", inputs: ["other"], outputs: ["turned"], attributes: { perm: [1, 0] } },
      ],
      outputs: ["columns", "turned"],
    },
  ],
  [
    "two constant tables in one body",
    {
      inputs: { x: [3, 5] },
      constants: [floats("c", [5]), floats("d", [5])],
      nodes: [
        { operator: "Mul", inputs: ["x", "c"] },
        { operator: "Max", inputs: ["t0", "d"] },
        { operator: "ReduceMean", inputs: ["t1"], attributes: { axes: [1] } },
      ],
    },
  ],
  [
    "an output that other nodes read, and one given twice",
    {
      inputs: { x: [2, 3] },
      nodes: [
        { operator: "Exp", inputs: ["x"] },
        { operator: "Softmax", inputs: ["t0"] },
      ],
      outputs: ["t0", "t1", "x"],
    },
  ],
  [
    "a sum of nine tensors, more than a kernel loads",
    {
      inputs: Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`x${index}`, [3, 2]])),
      nodes: Array.from({ length: 8 }, (_, index) => ({
        operator: index % 2 === 0 ? "Add" : "Mul",
        inputs: [index === 0 ? "x0" : `t${index - 1}`, `x${index + 1}`],
      })),
    },
  ],
];
