import type { Dtype } from "../dtype.js";
import type { ArithmeticOp } from "../instruction.js";
import { f32, i32, op, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { broadcast, broadcastShape } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";

/** One value from several, element by element under numpy broadcasting. */
export function pointwise(
  scope: Scope,
  operands: readonly Value[],
  body: (...elements: Expr[]) => Expr,
  dtype: Dtype = (operands[0] as Value).dtype,
): Value {
  const shape = broadcastShape(
    scope,
    operands.map((operand) => operand.shape),
  );
  return scope.values.map(scope.name(), shape, dtype, (at) =>
    body(...operands.map((operand) => broadcast(operand, at))),
  );
}

const unary =
  (body: (x: Expr, scope: Scope) => Expr): Lowering =>
  (scope) => [pointwise(scope, [scope.float(0)], (x) => body(x, scope))];

/** ONNX integers wrap, storing saturates: brings an i32 into the range of the dtype first. */
export function wrapped(x: Expr, dtype: Dtype): Expr {
  if (dtype === "u8") return op("i32.and", x, i32(255));
  return dtype === "i8" ? op("i32.sar", op("i32.shl", x, i32(24)), i32(24)) : x;
}

/** An operation that f32 and i32 both have, on any numeric input. */
const unaryOfBoth =
  (body: (x: Expr) => Expr): Lowering =>
  (scope) => {
    const x = scope.input(0);
    return [pointwise(scope, [x], (element) => wrapped(body(element), x.dtype))];
  };

const add = (a: Expr, b: Expr) => op("f32.add", a, b);
const sub = (a: Expr, b: Expr) => op("f32.sub", a, b);
const mul = (a: Expr, b: Expr) => op("f32.mul", a, b);
const div = (a: Expr, b: Expr) => op("f32.div", a, b);
const neg = (a: Expr) => op("f32.neg", a);
const exp = (a: Expr) => op("f32.exp", a);
const log = (a: Expr) => op("f32.log", a);
const isLess = (a: Expr, b: Expr) => op("f32.lt", a, b);

/** A constant of the type of an expression. */
export const numberLike = (x: Expr, value: number): Expr => (x.type === "f32" ? f32(value) : i32(value));

/** Clamps; a bound that is undefined does not bind. */
export function clamped(x: Expr, low: number | undefined, high: number | undefined): Expr {
  const raised = low === undefined ? x : typed("max")(x, numberLike(x, low));
  return high === undefined ? raised : typed("min")(raised, numberLike(x, high));
}

/** 1 / (1 + exp(-x)): saturates to 0 and 1 without an overflow that matters. */
export const sigmoid = (x: Expr): Expr => div(f32(1), add(f32(1), exp(neg(x))));

/** max(x, 0) + log(1 + exp(-|x|)). */
export const softplus = (x: Expr): Expr =>
  add(op("f32.max", x, f32(0)), log(add(f32(1), exp(neg(op("f32.abs", x))))));

/** 0.5 x (1 + erf(x / √2)), or its approximation by tanh. */
const gelu = (x: Expr, isApproximate: boolean): Expr => {
  const inner = isApproximate
    ? op("f32.tanh", mul(f32(Math.sqrt(2 / Math.PI)), add(x, mul(f32(0.044715), mul(x, mul(x, x))))))
    : op("f32.erf", mul(x, f32(Math.SQRT1_2)));
  return mul(mul(f32(0.5), x), add(f32(1), inner));
};

const elu = (x: Expr, alpha: number): Expr =>
  select(isLess(x, f32(0)), mul(sub(exp(x), f32(1)), f32(alpha)), x);

export const hardSigmoid = (x: Expr, alpha: number, beta: number): Expr =>
  clamped(add(mul(x, f32(alpha)), f32(beta)), 0, 1);

export const float = (scope: Scope, name: string, fallback: number): number =>
  scope.attribute(name, "float") ?? fallback;

/** The operation of the type of its operands. */
export const typed =
  (name: string) =>
  (a: Expr, b: Expr): Expr =>
    op(`${a.type}.${name}` as ArithmeticOp, a, b);

const binary =
  (name: string): Lowering =>
  (scope) => {
    const [a, b] = [scope.input(0), scope.input(1)];
    if (a.dtype !== b.dtype) throw scope.refuse(`mixes ${a.dtype} and ${b.dtype}`);
    return [pointwise(scope, [a, b], (x, y) => wrapped(typed(name)(x, y), a.dtype))];
  };

const compare =
  (body: (a: Expr, b: Expr) => Expr): Lowering =>
  (scope) => [pointwise(scope, [scope.input(0), scope.input(1)], body, "u8")];

const variadic =
  (name: string): Lowering =>
  (scope) => {
    const operands = Array.from({ length: scope.inputCount }, (_, index) => scope.input(index));
    return [pointwise(scope, operands, (...elements) => elements.reduce(typed(name)))];
  };

const logical =
  (name: "i32.and" | "i32.or" | "i32.xor"): Lowering =>
  (scope) => [pointwise(scope, [scope.input(0), scope.input(1)], (a, b) => op(name, a, b), "u8")];

const clip: Lowering = (scope) => {
  const x = scope.input(0);
  if (scope.opset < 11) {
    const bound = (name: string) => scope.attribute(name, "float");
    return [pointwise(scope, [x], (element) => clamped(element, bound("min"), bound("max")))];
  }
  const [low, high] = [scope.optional(1), scope.optional(2)];
  const raised = low === undefined ? x : pointwise(scope, [x, low], typed("max"));
  return [high === undefined ? raised : pointwise(scope, [raised, high], typed("min"))];
};

/** The codes of element types that a tensor of each dtype may be taken for; 8-bit ones may be truth values as well. */
const ELEMENTS: Readonly<Partial<Record<Dtype, number>>> = { f32: 1, i32: 6, i8: 3 };

const cast: Lowering = (scope) => {
  const x = scope.input(0);
  const like = scope.node.operator === "CastLike" ? ELEMENTS[scope.input(1).dtype] : scope.int("to", 1);
  if (like === undefined) throw scope.refuse("is to be like bytes, which may be numbers or truth values");
  // Doubles are rounded at import; a run has none.
  const to = like === 11 && scope.values.known(x) !== undefined ? 1 : like;
  const body = (element: Expr): [Expr, Dtype] => {
    const integer = element.type === "f32" ? op("f2i", element) : element;
    switch (to) {
      case 1:
      case 10:
        return [element.type === "f32" ? element : op("i2f", element), "f32"];
      case 6:
      case 7:
        return [integer, "i32"];
      case 2:
        return [wrapped(integer, "u8"), "u8"];
      case 3:
        return [wrapped(integer, "i8"), "i8"];
      case 9:
        return [
          element.type === "f32"
            ? op("i32.xor", op("f32.eq", element, f32(0)), i32(1))
            : op("i32.xor", op("i32.eq", element, i32(0)), i32(1)),
          "u8",
        ];
      default:
        throw scope.refuseAttribute("to", "float32, float16, int32, int64, uint8, int8 or bool");
    }
  };
  const dtype = body(x.dtype === "f32" ? f32(0) : i32(0))[1];
  const isSame = dtype === x.dtype && dtype !== "u8";
  return [isSame ? x : pointwise(scope, [x], (element) => body(element)[0], dtype)];
};

const where: Lowering = (scope) => {
  const [condition, a, b] = [scope.input(0), scope.input(1), scope.input(2)];
  return [pointwise(scope, [condition, a, b], (c, yes, no) => select(c, yes, no), a.dtype)];
};

export const pointwiseLowerings: Record<string, Lowering> = {
  Abs: unaryOfBoth((x) => op(`${x.type}.abs`, x)),
  Add: binary("add"),
  And: logical("i32.and"),
  Cast: cast,
  CastLike: cast,
  Celu: unary((x, scope) => {
    const alpha = f32(float(scope, "alpha", 1));
    return select(isLess(x, f32(0)), mul(alpha, sub(exp(div(x, alpha)), f32(1))), x);
  }),
  Ceil: unary((x) => op("f32.ceil", x)),
  Clip: clip,
  Cos: unary((x) => op("f32.cos", x)),
  Div: binary("div"),
  Elu: unary((x, scope) => elu(x, float(scope, "alpha", 1))),
  Equal: compare(typed("eq")),
  Erf: unary((x) => op("f32.erf", x)),
  Exp: unary(exp),
  Floor: unary((x) => op("f32.floor", x)),
  Gelu: unary((x, scope) => gelu(x, scope.attribute("approximate", "string") === "tanh")),
  Greater: compare((a, b) => typed("lt")(b, a)),
  GreaterOrEqual: compare((a, b) => typed("le")(b, a)),
  HardSigmoid: unary((x, scope) => hardSigmoid(x, float(scope, "alpha", 0.2), float(scope, "beta", 0.5))),
  HardSwish: unary((x) => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  IsInf: (scope) => {
    const [negative, positive] = [scope.int("detect_negative", 1), scope.int("detect_positive", 1)];
    const isOne = (x: Expr, bound: number) => op("f32.eq", x, f32(bound));
    const body = (x: Expr): Expr =>
      op(
        "i32.or",
        negative === 1 ? isOne(x, -Infinity) : i32(0),
        positive === 1 ? isOne(x, Infinity) : i32(0),
      );
    return [pointwise(scope, [scope.float(0)], body, "u8")];
  },
  IsNaN: (scope) => [
    pointwise(scope, [scope.float(0)], (x) => op("i32.xor", op("f32.eq", x, x), i32(1)), "u8"),
  ],
  LeakyRelu: unary((x, scope) => select(isLess(x, f32(0)), mul(x, f32(float(scope, "alpha", 0.01))), x)),
  Less: compare(typed("lt")),
  LessOrEqual: compare(typed("le")),
  Log: unary(log),
  Max: variadic("max"),
  Min: variadic("min"),
  Mul: binary("mul"),
  Mean: (scope) => {
    const operands = Array.from({ length: scope.inputCount }, (_, index) => scope.float(index));
    return [pointwise(scope, operands, (...elements) => div(elements.reduce(add), f32(elements.length)))];
  },
  Mish: unary((x) => mul(x, op("f32.tanh", softplus(x)))),
  Neg: unaryOfBoth((x) => op(`${x.type}.neg`, x)),
  Not: (scope) => [pointwise(scope, [scope.input(0)], (x) => op("i32.xor", x, i32(1)))],
  Or: logical("i32.or"),
  PRelu: (scope) => {
    const [x, slope] = [scope.input(0), scope.input(1)];
    // Older files give one slope a channel without the axes behind it.
    const isPerChannel =
      scope.opset < 9 && slope.shape.length === 1 && x.shape.length > 2 && slope.shape[0] === x.shape[1];
    const shape = isPerChannel ? [...slope.shape, ...x.shape.slice(2).map(() => 1)] : slope.shape;
    return [
      pointwise(scope, [x, scope.values.reshape(slope.name, slope, shape)], (element, factor) =>
        select(typed("lt")(element, numberLike(element, 0)), typed("mul")(element, factor), element),
      ),
    ];
  },
  Reciprocal: unary((x) => div(f32(1), x)),
  Relu: unaryOfBoth((x) => typed("max")(x, numberLike(x, 0))),
  Round: unary((x) => op("f32.rint", x)),
  Selu: unary((x, scope) => {
    const alpha = float(scope, "alpha", 1.6732632423543772);
    return mul(f32(float(scope, "gamma", 1.0507009873554805)), elu(x, alpha));
  }),
  Shrink: (scope) => {
    const x = scope.input(0);
    const [bias, lambda] = [float(scope, "bias", 0), float(scope, "lambd", 0.5)];
    const less = typed("lt");
    return [
      pointwise(scope, [x], (element) => {
        const at = (value: number) => numberLike(element, value);
        const raised = select(less(element, at(-lambda)), typed("add")(element, at(bias)), at(0));
        return select(less(at(lambda), element), typed("sub")(element, at(bias)), raised);
      }),
    ];
  },
  Sigmoid: unary(sigmoid),
  Sign: unaryOfBoth((x) => {
    const at = (value: number) => numberLike(x, value);
    const less = typed("lt");
    // Zeros and NaN are their own sign.
    return select(less(at(0), x), at(1), select(less(x, at(0)), at(-1), x));
  }),
  Sin: unary((x) => op("f32.sin", x)),
  Softplus: unary(softplus),
  Softsign: unary((x) => div(x, add(f32(1), op("f32.abs", x)))),
  Sqrt: unary((x) => op("f32.sqrt", x)),
  Sub: binary("sub"),
  Sum: variadic("add"),
  Swish: unary((x, scope) => mul(x, sigmoid(mul(f32(float(scope, "alpha", 1)), x)))),
  ThresholdedRelu: unary((x, scope) => select(isLess(f32(float(scope, "alpha", 1)), x), x, f32(0))),
  Tanh: unary((x) => op("f32.tanh", x)),
  Where: where,
  Xor: logical("i32.xor"),
};
