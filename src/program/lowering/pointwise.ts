import type { Dtype } from "../dtype.js";
import type { ArithmeticOp } from "../instruction.js";
import { f32, i32, op, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { broadcast, broadcastShape, countOf } from "./scope.js";
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

const add = (a: Expr, b: Expr) => op("f32.add", a, b);
const sub = (a: Expr, b: Expr) => op("f32.sub", a, b);
const mul = (a: Expr, b: Expr) => op("f32.mul", a, b);
const div = (a: Expr, b: Expr) => op("f32.div", a, b);
const neg = (a: Expr) => op("f32.neg", a);
const exp = (a: Expr) => op("f32.exp", a);
const log = (a: Expr) => op("f32.log", a);
const isLess = (a: Expr, b: Expr) => op("f32.lt", a, b);

/** Clamps; a bound that is undefined does not bind. */
export function clamped(x: Expr, low: number | undefined, high: number | undefined): Expr {
  const raised = low === undefined ? x : op("f32.max", x, f32(low));
  return high === undefined ? raised : op("f32.min", raised, f32(high));
}

/** 1 / (1 + exp(-x)): saturates to 0 and 1 without an overflow that matters. */
export const sigmoid = (x: Expr): Expr => div(f32(1), add(f32(1), exp(neg(x))));

const hardSigmoid = (x: Expr, alpha: number, beta: number): Expr =>
  clamped(add(mul(x, f32(alpha)), f32(beta)), 0, 1);

const float = (scope: Scope, name: string, fallback: number): number =>
  scope.attribute(name, "float") ?? fallback;

/** The operation of the type of its operands. */
const typed =
  (name: string) =>
  (a: Expr, b: Expr): Expr =>
    op(`${a.type}.${name}` as ArithmeticOp, a, b);

const binary =
  (name: string): Lowering =>
  (scope) => {
    const [a, b] = [scope.input(0), scope.input(1)];
    if (a.dtype !== b.dtype) throw scope.refuse(`mixes ${a.dtype} and ${b.dtype}`);
    return [pointwise(scope, [a, b], typed(name))];
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
  const x = scope.float(0);
  const bound = (name: string, index: number) => {
    if (scope.opset < 11) return scope.attribute(name, "float");
    const value = scope.optional(index);
    return value === undefined ? undefined : Number(scope.knownData(value, index)[0]);
  };
  return [pointwise(scope, [x], (element) => clamped(element, bound("min", 1), bound("max", 2)))];
};

/** Powers that are products, roots and reciprocals; a general power would need a logarithm of negative bases. */
const pow: Lowering = (scope) => {
  const exponent = scope.input(1);
  if (countOf(exponent) !== 1)
    throw scope.refuse("has an exponent per element; only one constant exponent is lowered");
  const power = Number(scope.knownData(exponent, 1)[0]);
  const raise = (x: Expr): Expr => {
    if (power === 0.5) return op("f32.sqrt", x);
    if (!Number.isInteger(power) || Math.abs(power) > 16 || power === 0) {
      throw scope.refuse(`has exponent ${power}; lowered are 0.5 and integers from -16 to 16 but 0`);
    }
    let product = x;
    for (let factor = 1; factor < Math.abs(power); factor++) product = mul(product, x);
    return power < 0 ? div(f32(1), product) : product;
  };
  return [pointwise(scope, [scope.float(0)], raise)];
};

const cast: Lowering = (scope) => {
  const x = scope.input(0);
  const to = scope.int("to", 1);
  const body = (element: Expr): [Expr, Dtype] => {
    const integer = element.type === "f32" ? op("f2i", element) : element;
    switch (to) {
      case 1:
        return [element.type === "f32" ? element : op("i2f", element), "f32"];
      case 6:
      case 7:
        return [integer, "i32"];
      // ONNX integer casts wrap, storing saturates: bring the low eight bits into range first.
      case 2:
        return [op("i32.and", integer, i32(255)), "u8"];
      case 3:
        return [op("i32.sar", op("i32.shl", integer, i32(24)), i32(24)), "i8"];
      case 9:
        return [
          element.type === "f32"
            ? op("i32.xor", op("f32.eq", element, f32(0)), i32(1))
            : op("i32.xor", op("i32.eq", element, i32(0)), i32(1)),
          "u8",
        ];
      default:
        throw scope.refuseAttribute("to", "float32, int32, int64, uint8, int8 or bool");
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
  Abs: unary((x) => op("f32.abs", x)),
  Add: binary("add"),
  And: logical("i32.and"),
  Cast: cast,
  Ceil: unary((x) => op("f32.ceil", x)),
  Clip: clip,
  Cos: unary((x) => op("f32.cos", x)),
  Div: binary("div"),
  Elu: unary((x, scope) =>
    select(isLess(x, f32(0)), mul(sub(exp(x), f32(1)), f32(float(scope, "alpha", 1))), x),
  ),
  Equal: compare(typed("eq")),
  Erf: unary((x) => op("f32.erf", x)),
  Exp: unary(exp),
  Floor: unary((x) => op("f32.floor", x)),
  Greater: compare((a, b) => typed("lt")(b, a)),
  GreaterOrEqual: compare((a, b) => typed("le")(b, a)),
  HardSigmoid: unary((x, scope) => hardSigmoid(x, float(scope, "alpha", 0.2), float(scope, "beta", 0.5))),
  HardSwish: unary((x) => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  LeakyRelu: unary((x, scope) => select(isLess(x, f32(0)), mul(x, f32(float(scope, "alpha", 0.01))), x)),
  Less: compare(typed("lt")),
  LessOrEqual: compare(typed("le")),
  Log: unary(log),
  Max: variadic("max"),
  Min: variadic("min"),
  Mul: binary("mul"),
  Neg: unary(neg),
  Not: (scope) => [pointwise(scope, [scope.input(0)], (x) => op("i32.xor", x, i32(1)))],
  Or: logical("i32.or"),
  Pow: pow,
  PRelu: (scope) => [
    pointwise(scope, [scope.float(0), scope.float(1)], (x, slope) =>
      select(isLess(x, f32(0)), mul(x, slope), x),
    ),
  ],
  Reciprocal: unary((x) => div(f32(1), x)),
  Relu: unary((x) => op("f32.max", x, f32(0))),
  Round: unary((x) => op("f32.rint", x)),
  Sigmoid: unary(sigmoid),
  Sin: unary((x) => op("f32.sin", x)),
  Softplus: unary((x) => add(op("f32.max", x, f32(0)), log(add(f32(1), exp(neg(op("f32.abs", x))))))),
  Sqrt: unary((x) => op("f32.sqrt", x)),
  Sub: binary("sub"),
  Sum: variadic("add"),
  Tanh: unary((x) => op("f32.tanh", x)),
  Where: where,
  Xor: logical("i32.xor"),
};
