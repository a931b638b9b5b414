import type { TinyModel, TinyNode, TinyTensor } from "./onnx-file.js";
import type { Random } from "./random.js";
import { compositeRecipes } from "./graph-recipes.js";
import { randomFloats } from "./tiny-tensors.js";

/** A tensor of a graph that is being made. */
export type Tensor = { readonly name: string; readonly shape: readonly number[] };

/** What a recipe makes a graph with. */
export type GraphMaker = {
  readonly random: Random;
  readonly tensors: readonly Tensor[];
  /** A float constant; bounds default to -1 and 1. */
  readonly constant: (shape: readonly number[], low?: number, high?: number) => string;
  readonly integers: (values: readonly number[], shape?: readonly number[]) => string;
  readonly floats: (values: readonly number[]) => string;
  readonly emit: (
    operator: string,
    inputs: readonly string[],
    shape: readonly number[],
    attributes?: TinyNode["attributes"],
  ) => Tensor;
  /** The same for a tensor that is no float, and that no other recipe may take. */
  readonly aside: GraphMaker["emit"];
};

/** Adds an operator or a few on a tensor; undefined where the tensor does not suit. */
export type Recipe = (x: Tensor, maker: GraphMaker) => Tensor | undefined;

/**
 * A random small graph that never leaves moderate numbers: movement, elementwise operators, reductions, products and
 * convolutions over shared operands, so that fusion, views of views, layouts and splits meet in all combinations.
 */
export function randomGraph(random: Random, nodeCount: number): TinyModel {
  const nodes: TinyNode[] = [];
  const constants: TinyTensor[] = [];
  const start = random.pick([
    [2, 3, 4],
    [1, 4, 3, 5],
    [6, 4],
    [1, 2, 6, 4],
  ]);
  const tensors: Tensor[] = [{ name: "x", shape: start }];
  let serial = 0;

  const constant = (shape: readonly number[], low = -1, high = 1): string => {
    const name = `c${serial++}`;
    constants.push({
      name,
      shape,
      data: randomFloats(shape, { seed: `${name} ${random.word()}`, low, high }),
    });
    return name;
  };
  const integers = (values: readonly number[], shape: readonly number[] = [values.length]): string => {
    const name = `i${serial++}`;
    constants.push({ name, shape, data: BigInt64Array.from(values, BigInt) });
    return name;
  };
  const floats = (values: readonly number[]): string => {
    const name = `f${serial++}`;
    constants.push({ name, shape: [values.length], data: Float32Array.from(values) });
    return name;
  };
  const aside: GraphMaker["emit"] = (operator, inputs, shape, attributes = {}) => {
    const name = `t${serial++}`;
    nodes.push({ operator, inputs, outputs: [name], attributes });
    return { name, shape };
  };
  const emit: GraphMaker["emit"] = (...node) => {
    const tensor = aside(...node);
    tensors.push(tensor);
    return tensor;
  };
  const shuffled = (count: number): number[] => {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let at = count - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [order[at], order[other]] = [order[other] as number, order[at] as number];
    }
    return order;
  };
  const factored = (count: number): number[] => {
    const shape: number[] = [];
    let rest = count;
    while (rest > 1 && shape.length < 3) {
      const divisors = Array.from({ length: rest }, (_, index) => index + 1).filter((d) => rest % d === 0);
      const extent = random.pick(divisors);
      shape.push(extent);
      rest /= extent;
    }
    return rest > 1 ? [...shape, rest] : shape.length === 0 ? [1] : shape;
  };

  const maker: GraphMaker = { random, tensors, constant, integers, floats, emit, aside };
  const recipes: readonly ((x: Tensor) => Tensor | undefined)[] = [
    // As many as of the others together.
    ...Array.from({ length: 12 }, () => (x: Tensor) => random.pick(compositeRecipes)(x, maker)),
    (x) => emit(random.pick(["Relu", "Sigmoid", "Tanh", "Neg"]), [x.name], x.shape),
    (x) => emit("Mul", [x.name, constant(random.chance(50) ? [] : [x.shape.at(-1) ?? 1])], x.shape),
    (x) => emit("Add", [x.name, constant(random.chance(50) ? [] : [x.shape.at(-1) ?? 1])], x.shape),
    (x) => {
      const alike = tensors.filter(({ shape }) => shape.join() === x.shape.join());
      return emit(random.pick(["Add", "Mul", "Max"]), [x.name, random.pick(alike).name], x.shape);
    },
    (x) => {
      const order = shuffled(x.shape.length);
      return emit(
        "Transpose",
        [x.name],
        order.map((axis) => x.shape[axis] as number),
        { perm: order },
      );
    },
    (x) => {
      const shape = factored(x.shape.reduce((product, extent) => product * extent, 1));
      return emit("Reshape", [x.name, integers(shape)], shape);
    },
    (x) => {
      const axis = random.below(x.shape.length);
      const extent = x.shape[axis] as number;
      const from = random.below(extent);
      const to = random.between(from + 1, extent);
      const shape = x.shape.map((whole, other) => (other === axis ? to - from : whole));
      return emit("Slice", [x.name, integers([from]), integers([to]), integers([axis])], shape);
    },
    (x) => {
      const axis = random.below(x.shape.length);
      const fitting = tensors.filter(
        ({ shape }) =>
          shape.length === x.shape.length &&
          shape.every((extent, other) => other === axis || extent === x.shape[other]),
      );
      const other = random.pick(fitting);
      const total = (x.shape[axis] as number) + (other.shape[axis] as number);
      if (total > 12) return undefined;
      const shape = x.shape.map((extent, index) => (index === axis ? total : extent));
      return emit("Concat", [x.name, other.name], shape, { axis });
    },
    (x) => {
      const axis = random.below(x.shape.length);
      const shape = x.shape.map((extent, other) => (other === axis ? 1 : extent));
      return emit(random.pick(["ReduceMean", "ReduceMax"]), [x.name], shape, { axes: [axis], keepdims: 1 });
    },
    (x) => {
      const axis = random.below(x.shape.length);
      const small = emit(
        "ReduceMean",
        [x.name],
        x.shape.map((extent, other) => (other === axis ? 1 : extent)),
        { axes: [axis], keepdims: 1 },
      );
      return emit("Sub", [x.name, small.name], x.shape);
    },
    (x) => emit("Softmax", [x.name], x.shape, { axis: random.below(x.shape.length) }),
    (x) => {
      const inner = x.shape.at(-1);
      if (inner === undefined || x.shape.length < 2) return undefined;
      const columns = random.between(1, 5);
      return emit("MatMul", [x.name, constant([inner, columns])], [...x.shape.slice(0, -1), columns]);
    },
    (x) => {
      if (x.shape.length < 2) return undefined;
      const order = x.shape.map((_, axis) => axis);
      [order[order.length - 1], order[order.length - 2]] = [order.length - 2, order.length - 1];
      const turned = emit(
        "Transpose",
        [x.name],
        order.map((axis) => x.shape[axis] as number),
        { perm: order },
      );
      return emit("MatMul", [x.name, turned.name], [...x.shape.slice(0, -1), x.shape.at(-2) as number]);
    },
    (x) => {
      const [batch, channels, height, width] = x.shape;
      if (batch === undefined || channels === undefined || height === undefined || width === undefined)
        return undefined;
      if (x.shape.length !== 4 || height < 2 || width < 2) return undefined;
      const isDepthwise = random.chance(40);
      const filters = isDepthwise ? channels : random.between(1, 4);
      const pads = random.pick([
        [1, 1, 1, 1],
        [0, 1, 1, 0],
        [0, 0, 0, 0],
      ]);
      const strides = random.pick([
        [1, 1],
        [2, 1],
      ]);
      const extent = (whole: number, axis: number, kernel: number) =>
        Math.floor(
          (whole + (pads[axis] as number) + (pads[axis + 2] as number) - kernel) / (strides[axis] as number),
        ) + 1;
      const kernel = [random.between(1, 2), random.between(1, 2)] as const;
      const shape = [batch, filters, extent(height, 0, kernel[0]), extent(width, 1, kernel[1])];
      return emit(
        "Conv",
        [x.name, constant([filters, isDepthwise ? 1 : channels, ...kernel]), constant([filters])],
        shape,
        {
          group: isDepthwise ? channels : 1,
          pads,
          strides,
        },
      );
    },
    (x) => {
      const pads = [...x.shape, ...x.shape].map(() => random.below(2));
      const shape = x.shape.map(
        (extent, axis) => extent + (pads[axis] as number) + (pads[axis + x.shape.length] as number),
      );
      return shape.reduce((product, one) => product * one, 1) > 400
        ? undefined
        : emit("Pad", [x.name, integers(pads)], shape);
    },
  ];
  while (nodes.length < nodeCount) {
    // Recent tensors more often: long chains are what fusion is about.
    const x = random.chance(60) ? (tensors.at(-1) as Tensor) : random.pick(tensors);
    random.pick(recipes)(x);
  }
  const others = random.chance(30) ? [random.pick(tensors.slice(1)).name] : [];
  const last = (tensors.at(-1) as Tensor).name;
  return { opset: 17, inputs: { x: start }, constants, nodes, outputs: [...new Set([...others, last])] };
}
