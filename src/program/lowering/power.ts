import { f32, i32, op, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { pointwise, typed, wrapped } from "./pointwise.js";
import { countOf } from "./scope.js";
import type { Lowering, Scope } from "./scope.js";

/** |x|^y of floats, with the sign and the special cases of a power. */
function floatPower(x: Expr, y: Expr): Expr {
  const size = op("f32.exp", op("f32.mul", y, op("f32.log", op("f32.abs", x))));
  const half = op("f32.mul", y, f32(0.5));
  const isEven = op("f32.eq", op("f32.floor", half), half);
  const isWhole = op("f32.eq", op("f32.floor", y), y);
  const ofNegative = select(isWhole, select(isEven, size, op("f32.neg", size)), f32(NaN));
  const power = select(op("f32.lt", x, f32(0)), ofNegative, size);
  return select(op("f32.eq", y, f32(0)), f32(1), power);
}

/** A whole power of one constant exponent: a product, its reciprocal, or a root. */
function constantPower(x: Expr, power: number): Expr | undefined {
  if (power === 0.5) return op("f32.sqrt", x);
  if (power === -0.5) return op("f32.div", f32(1), op("f32.sqrt", x));
  if (!Number.isInteger(power) || Math.abs(power) > 16 || power === 0) return undefined;
  let product = x;
  for (let factor = 1; factor < Math.abs(power); factor++) product = op("f32.mul", product, x);
  return power < 0 ? op("f32.div", f32(1), product) : product;
}

/** Squares and multiplies, a bit of the exponent a step; exponents are not negative, and products wrap. */
function integerPower(scope: Scope, base: Value, exponent: Value): Value {
  let square = base;
  let result: Value | undefined;
  for (let bit = 0; bit < 5; bit++) {
    const chosen = (factor: Expr, power: Expr) =>
      select(op("i32.and", op("i32.shr", power, i32(bit)), i32(1)), factor, i32(1));
    const sofar = result;
    result =
      sofar === undefined
        ? pointwise(scope, [square, exponent], chosen, "i32")
        : pointwise(
            scope,
            [sofar, square, exponent],
            (product, factor, power) => op("i32.mul", product, chosen(factor, power)),
            "i32",
          );
    square = pointwise(scope, [square], (factor) => op("i32.mul", factor, factor), "i32");
  }
  return pointwise(scope, [result as Value], (power) => wrapped(power, base.dtype), base.dtype);
}

const pow: Lowering = (scope) => {
  const [base, exponent] = [scope.input(0), scope.input(1)];
  if (base.dtype !== "f32") {
    // Integers to a float power are exact only where the power is whole, which has to be seen.
    const data = exponent.dtype === "f32" ? scope.knownData(exponent, 1) : scope.values.known(exponent);
    if (data?.some((power) => !Number.isInteger(power) || power < 0 || power > 31)) {
      throw scope.refuse("raises integers to powers other than whole ones from 0 to 31");
    }
    const whole =
      exponent.dtype === "f32"
        ? scope.values.constant(exponent.name, exponent.shape, "i32", Int32Array.from(data ?? []))
        : exponent;
    return [integerPower(scope, base, whole)];
  }
  const known = countOf(exponent) === 1 ? scope.values.known(exponent)?.[0] : undefined;
  const raise = (x: Expr, y: Expr): Expr => {
    const simple = known === undefined ? undefined : constantPower(x, known);
    return simple ?? floatPower(x, y.type === "i32" ? op("i2f", y) : y);
  };
  return [pointwise(scope, [base, exponent], raise)];
};

/** What is left of x after whole multiples of y: with the sign of y, or with that of x as in C. */
const mod: Lowering = (scope) => {
  const [x, y] = [scope.input(0), scope.input(1)];
  const likeC = scope.int("fmod", 0) === 1;
  if (x.dtype === "f32") {
    return [
      pointwise(scope, [x, y], (a, b) => {
        const whole = op(likeC ? "f32.trunc" : "f32.floor", op("f32.div", a, b));
        return op("f32.sub", a, op("f32.mul", whole, b));
      }),
    ];
  }
  const rest = pointwise(scope, [x, y], typed("mod"), "i32");
  if (likeC) return [pointwise(scope, [rest], (r) => r, x.dtype)];
  const adjusted = (r: Expr, b: Expr): Expr => {
    const differ = op("i32.lt", op("i32.xor", r, b), i32(0));
    return select(
      op("i32.and", differ, op("i32.xor", op("i32.eq", r, i32(0)), i32(1))),
      op("i32.add", r, b),
      r,
    );
  };
  return [pointwise(scope, [rest, y], adjusted, x.dtype)];
};

const bitShift: Lowering = (scope) => {
  const [x, y] = [scope.input(0), scope.input(1)];
  const direction = scope.attribute("direction", "string");
  // Shifting by the width or more leaves nothing; the instruction counts modulo 32.
  const shift = (a: Expr, b: Expr): Expr => {
    const shifted = op(direction === "LEFT" ? "i32.shl" : "i32.shr", a, b);
    return select(op("i32.lt", b, i32(32)), wrapped(shifted, x.dtype), i32(0));
  };
  return [pointwise(scope, [x, y], shift)];
};

const bitwise =
  (name: "i32.and" | "i32.or" | "i32.xor"): Lowering =>
  (scope) => [pointwise(scope, [scope.input(0), scope.input(1)], (a, b) => op(name, a, b))];

const square = (x: Expr): Expr => op("f32.mul", x, x);
const polynomial = (x: Expr, ...coefficients: readonly number[]): Expr =>
  coefficients
    .slice(1)
    .reduce<Expr>(
      (sum, coefficient) => op("f32.add", op("f32.mul", sum, x), f32(coefficient)),
      f32(coefficients[0] as number),
    );

/**
 * The arc tangent: arguments above tan(3π/8) and above tan(π/8) are turned back, and a polynomial of degree nine does the
 * rest (Cephes atanf, S. Moshier). Within some units of the last place.
 */
function arcTangent(scope: Scope, x: Value): Value {
  const HIGH = 2.414213562373095;
  const LOW = 0.4142135623730951;
  const size = (a: Expr) => op("f32.abs", a);
  const turned = pointwise(scope, [x], (a) => {
    const low = op("f32.div", op("f32.sub", size(a), f32(1)), op("f32.add", size(a), f32(1)));
    const inner = select(op("f32.lt", f32(LOW), size(a)), low, size(a));
    return select(op("f32.lt", f32(HIGH), size(a)), op("f32.div", f32(-1), size(a)), inner);
  });
  const curve = pointwise(scope, [turned], (t) => {
    const series = polynomial(
      square(t),
      8.05374449538e-2,
      -1.38776856032e-1,
      1.99777106478e-1,
      -3.33329491539e-1,
    );
    return op("f32.add", op("f32.mul", op("f32.mul", series, square(t)), t), t);
  });
  return pointwise(scope, [x, curve], (a, y) => {
    const start = select(op("f32.lt", f32(LOW), size(a)), f32(Math.PI / 4), f32(0));
    const angle = op("f32.add", select(op("f32.lt", f32(HIGH), size(a)), f32(Math.PI / 2), start), y);
    return select(op("f32.lt", a, f32(0)), op("f32.neg", angle), angle);
  });
}

/** asin x = atan(x / √(1 - x²)). */
function arcSine(scope: Scope, x: Value): Value {
  const ratio = pointwise(scope, [x], (a) => {
    const rest = op("f32.mul", op("f32.sub", f32(1), a), op("f32.add", f32(1), a));
    return op("f32.div", a, op("f32.sqrt", rest));
  });
  return arcTangent(scope, ratio);
}

/** A function with a series where the closed form would cancel: below a quarter. */
const seriesBelow = (x: Expr, series: Expr, closed: Expr): Expr =>
  select(op("f32.lt", op("f32.abs", x), f32(0.25)), series, closed);

const odd = (x: Expr, ...coefficients: readonly number[]): Expr =>
  op("f32.mul", x, polynomial(square(x), ...coefficients));

const unary =
  (body: (x: Expr) => Expr): Lowering =>
  (scope) => [pointwise(scope, [scope.float(0)], body)];

/** log(|x| + √(x² + 1)) with the sign of x. */
function asinhOf(x: Expr): Expr {
  const size = op("f32.abs", x);
  const root = op("f32.sqrt", op("f32.add", square(size), f32(1)));
  // Beyond 2^60 the square overflows, and the 1 counts for nothing.
  const wide = op("f32.add", op("f32.log", size), f32(Math.LN2));
  const log = select(op("f32.lt", f32(2 ** 60), size), wide, op("f32.log", op("f32.add", size, root)));
  return select(op("f32.lt", x, f32(0)), op("f32.neg", log), log);
}

const exp = (x: Expr) => op("f32.exp", x);
const half = (x: Expr) => op("f32.mul", x, f32(0.5));

export const powerLowerings: Record<string, Lowering> = {
  Acos: (scope) => [
    pointwise(scope, [arcSine(scope, scope.float(0))], (angle) => op("f32.sub", f32(Math.PI / 2), angle)),
  ],
  Acosh: unary((x) => {
    const root = op(
      "f32.mul",
      op("f32.sqrt", op("f32.sub", x, f32(1))),
      op("f32.sqrt", op("f32.add", x, f32(1))),
    );
    return op("f32.log", op("f32.add", x, root));
  }),
  Asin: (scope) => [arcSine(scope, scope.float(0))],
  Asinh: (scope) => {
    const x = scope.float(0);
    const closed = pointwise(scope, [x], asinhOf);
    // A value of its own: both together are too long for one kernel.
    return [
      pointwise(scope, [x, closed], (a, far) => seriesBelow(a, odd(a, -15 / 336, 3 / 40, -1 / 6, 1), far)),
    ];
  },
  Atan: (scope) => [arcTangent(scope, scope.float(0))],
  Atanh: unary((x) => {
    const ratio = op("f32.div", op("f32.add", f32(1), x), op("f32.sub", f32(1), x));
    return seriesBelow(x, odd(x, 1 / 9, 1 / 7, 1 / 5, 1 / 3, 1), half(op("f32.log", ratio)));
  }),
  BitShift: bitShift,
  BitwiseAnd: bitwise("i32.and"),
  BitwiseNot: (scope) => {
    const x = scope.input(0);
    return [pointwise(scope, [x], (a) => wrapped(op("i32.not", a), x.dtype))];
  },
  BitwiseOr: bitwise("i32.or"),
  BitwiseXor: bitwise("i32.xor"),
  Cosh: unary((x) => half(op("f32.add", exp(x), exp(op("f32.neg", x))))),
  Mod: mod,
  Pow: pow,
  Sinh: unary((x) => {
    const closed = half(op("f32.sub", exp(x), exp(op("f32.neg", x))));
    return seriesBelow(x, odd(x, 1 / 5040, 1 / 120, 1 / 6, 1), closed);
  }),
  Tan: unary((x) => op("f32.div", op("f32.sin", x), op("f32.cos", x))),
};
