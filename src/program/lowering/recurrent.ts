import { constantAt, shifted } from "../ir/affine.js";
import type { Affine } from "../ir/affine.js";
import { f32, op, read, select } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import type { Value } from "../ir/value.js";
import { allocateTensor } from "../dtype.js";
import { product } from "../kernel.js";
import { stacked } from "./control.js";
import { clamped, hardSigmoid, sigmoid, softplus } from "./pointwise.js";
import type { Lowering, Scope } from "./scope.js";

type Activation = (x: Expr) => Expr;

const add = (a: Expr, b: Expr) => op("f32.add", a, b);
const sub = (a: Expr, b: Expr) => op("f32.sub", a, b);
const mul = (a: Expr, b: Expr) => op("f32.mul", a, b);
const tanh = (x: Expr) => op("f32.tanh", x);
const isNegative = (x: Expr) => op("f32.lt", x, f32(0));

/** The functions a cell may name, with their defaults of alpha and beta. */
const ACTIVATIONS: Readonly<
  Record<string, { alpha?: number; beta?: number; make: (alpha: number, beta: number) => Activation }>
> = {
  affine: { alpha: 1, beta: 0, make: (alpha, beta) => (x) => add(mul(f32(alpha), x), f32(beta)) },
  elu: {
    alpha: 1,
    make: (alpha) => (x) => select(isNegative(x), mul(f32(alpha), sub(op("f32.exp", x), f32(1))), x),
  },
  hardsigmoid: { alpha: 0.2, beta: 0.5, make: (alpha, beta) => (x) => hardSigmoid(x, alpha, beta) },
  leakyrelu: { alpha: 0.01, make: (alpha) => (x) => select(isNegative(x), mul(f32(alpha), x), x) },
  relu: { make: () => (x) => op("f32.max", x, f32(0)) },
  scaledtanh: { alpha: 1, beta: 1, make: (alpha, beta) => (x) => mul(f32(alpha), tanh(mul(f32(beta), x))) },
  sigmoid: { make: () => sigmoid },
  softplus: { make: () => softplus },
  softsign: { make: () => (x) => op("f32.div", x, add(f32(1), op("f32.abs", x))) },
  tanh: { make: () => tanh },
  thresholdedrelu: {
    alpha: 1,
    make: (alpha) => (x) => select(op("f32.lt", f32(alpha), x), x, f32(0)),
  },
};

/** The activations of one direction, in the order of the cell; each takes its alpha and beta from the lists, if it has any. */
function activationsOf(scope: Scope, defaults: readonly string[], direction: number): Activation[] {
  const named = scope.attribute("activations", "strings");
  const alphas = [...(scope.attribute("activation_alpha", "floats") ?? [])];
  const betas = [...(scope.attribute("activation_beta", "floats") ?? [])];
  const all = (named ?? [...defaults, ...defaults]).map((name) => {
    const known = ACTIVATIONS[name.toLowerCase()];
    if (known === undefined) throw scope.refuseAttribute("activations", Object.keys(ACTIVATIONS).join(", "));
    const alpha = known.alpha === undefined ? 0 : (alphas.shift() ?? known.alpha);
    const beta = known.beta === undefined ? 0 : (betas.shift() ?? known.beta);
    return known.make(alpha, beta);
  });
  return all.slice(direction * defaults.length, (direction + 1) * defaults.length);
}

/** One direction of a recurrent layer. */
type Direction = {
  readonly scope: Scope;
  readonly batch: number;
  readonly hidden: number;
  /** R h for so many gates, of the rows of `of` from `from` on; `more` is added before the value is made. */
  readonly recur: (of: Value, gates: number, more: (at: readonly Affine[]) => Expr, from?: number) => Value;
  /** W x[t] with all biases that do not go through R, at gate `gate` of time `t`. */
  readonly given: (t: number, gate: number, at: readonly Affine[]) => Expr;
  /** The recurrent bias of a gate. */
  readonly bias: (gate: number, at: readonly Affine[]) => Expr;
  readonly activations: readonly Activation[];
  /** The weights that look at the cell, of gate `gate`; LSTM only. */
  readonly peephole: (gate: number, at: readonly Affine[]) => Expr | undefined;
  readonly clip: (x: Expr) => Expr;
  readonly zeros: () => Value;
};

type State = readonly Value[];
type Cell = {
  readonly gates: number;
  readonly activations: readonly string[];
  /** The first of the state is what the layer gives. */
  readonly states: number;
  /** Recurrent biases are not simply added to those of the input. */
  readonly keepsBias: (scope: Scope) => boolean;
  readonly step: (direction: Direction, t: number, state: State) => State;
};

const lstm: Cell = {
  gates: 4,
  activations: ["Sigmoid", "Tanh", "Tanh"],
  states: 2,
  keepsBias: () => false,
  step: ({ scope, recur, given, activations, peephole, clip, batch, hidden }, t, [h, c]) => {
    const [f, g, last] = activations as [Activation, Activation, Activation];
    const [before, cell] = [h as Value, c as Value];
    const sums = recur(before, 4, (at) => given(t, 0, at));
    const gate = (number: number, at: readonly Affine[], of: Value | undefined): Expr => {
      const sum = read(sums, [at[0] as Affine, shifted(at[1] as Affine, number * hidden)]);
      const look = peephole(number, at);
      return clip(look === undefined || of === undefined ? sum : add(sum, mul(look, read(of, at))));
    };
    // Gates stand in the order input, output, forget, cell; peepholes in the order input, output, forget.
    const next = scope.values.map(`${scope.name()} c${t}`, [batch, hidden], "f32", (at) => {
      const isCoupled = scope.int("input_forget", 0) === 1;
      const into = f(gate(0, at, cell));
      const kept = isCoupled ? sub(f32(1), into) : f(gate(2, at, cell));
      return add(mul(kept, read(cell, at)), mul(into, g(gate(3, at, undefined))));
    });
    const out = scope.values.map(`${scope.name()} h${t}`, [batch, hidden], "f32", (at) =>
      mul(f(gate(1, at, next)), last(read(next, at))),
    );
    return [out, next];
  },
};

const gru: Cell = {
  gates: 3,
  activations: ["Sigmoid", "Tanh"],
  states: 1,
  keepsBias: () => true,
  step: ({ scope, recur, given, bias, activations, clip, batch, hidden }, t, [h]) => {
    const [f, g] = activations as [Activation, Activation];
    const before = h as Value;
    const isReset = scope.int("linear_before_reset", 0) !== 0;
    // Gates stand in the order update, reset, hidden.
    const sums = recur(before, isReset ? 3 : 2, (at) => bias(0, at));
    const gate = (number: number, at: readonly Affine[]): Expr =>
      f(
        clip(
          add(given(t, number, at), read(sums, [at[0] as Affine, shifted(at[1] as Affine, number * hidden)])),
        ),
      );
    const fresh = (): Value => {
      if (isReset)
        return scope.values.map(`${scope.name()} n${t}`, [batch, hidden], "f32", (at) => {
          const recurrent = read(sums, [at[0] as Affine, shifted(at[1] as Affine, 2 * hidden)]);
          return g(clip(add(given(t, 2, at), mul(gate(1, at), recurrent))));
        });
      const reset = scope.values.map(`${scope.name()} r${t}`, [batch, hidden], "f32", (at) =>
        mul(gate(1, at), read(before, at)),
      );
      const sum = recur(reset, 1, (at) => add(given(t, 2, at), bias(2, at)), 2);
      return scope.values.map(`${scope.name()} n${t}`, [batch, hidden], "f32", (at) =>
        g(clip(read(sum, at))),
      );
    };
    const candidate = fresh();
    const out = scope.values.map(`${scope.name()} h${t}`, [batch, hidden], "f32", (at) => {
      const kept = gate(0, at);
      return add(mul(sub(f32(1), kept), read(candidate, at)), mul(kept, read(before, at)));
    });
    return [out];
  },
};

const rnn: Cell = {
  gates: 1,
  activations: ["Tanh"],
  states: 1,
  keepsBias: () => false,
  step: ({ scope, recur, given, activations, clip, batch, hidden }, t, [h]) => {
    const [f] = activations as [Activation];
    const sum = recur(h as Value, 1, (at) => given(t, 0, at));
    const out = scope.values.map(`${scope.name()} h${t}`, [batch, hidden], "f32", (at) =>
      f(clip(read(sum, at))),
    );
    return [out];
  },
};

/** A recurrent layer, unrolled: one product for all inputs, then for each time a product with the state and the cell. */
const recurrent =
  (cell: Cell): Lowering =>
  (scope) => {
    const isBatchFirst = scope.int("layout", 0) === 1;
    const given = scope.float(0);
    const [W, R, B, P] = [
      scope.float(1),
      scope.float(2),
      scope.optional(3),
      cell.gates === 4 ? scope.optional(7) : undefined,
    ];
    // [time, batch, …] or, with layout 1, [batch, time, …].
    const [length, batch, width] = (
      isBatchFirst ? [given.shape[1], given.shape[0], given.shape[2]] : given.shape
    ) as [number, number, number];
    const hidden = R.shape[2] as number;
    const lengths = scope.integers(4);
    if (lengths?.some((one) => one !== length) === true)
      throw scope.refuse("has sequences of different lengths");
    const name = scope.attribute("direction", "string") ?? "forward";
    const directions = name === "bidirectional" ? 2 : 1;
    const clip = scope.attribute("clip", "float");
    const keepsBias = cell.keepsBias(scope);

    const ys: Value[][] = Array.from({ length: length }, () => []);
    const ends: Value[][] = Array.from({ length: cell.states }, () => []);
    for (let number = 0; number < directions; number++) {
      const d = constantAt(number);
      const all = cell.gates * hidden;
      const products = scope.values.reduction(`${scope.name()} inputs`, {
        shape: [length, batch, all],
        reduce: [width],
        reducer: "sum",
        dtype: "f32",
        body: ([t, n, row], [k]) => {
          const at = isBatchFirst ? [n, t, k] : [t, n, k];
          return mul(read(given, at as Affine[]), read(W, [d, row as Affine, k as Affine]));
        },
        ...(B === undefined
          ? {}
          : {
              tail: (sum, [, , row]) => {
                const own = read(B, [d, row as Affine]);
                const after = read(B, [d, shifted(row as Affine, all)]);
                return add(sum, keepsBias ? own : add(own, after));
              },
            }),
      });
      const direction: Direction = {
        scope,
        batch,
        hidden,
        recur: (of, gates, more, from = 0) =>
          scope.values.reduction(`${scope.name()} gates`, {
            shape: [batch, gates * hidden],
            reduce: [hidden],
            reducer: "sum",
            dtype: "f32",
            body: ([n, row], [k]) =>
              mul(
                read(of, [n as Affine, k as Affine]),
                read(R, [d, shifted(row as Affine, from * hidden), k as Affine]),
              ),
            tail: (sum, at) => add(sum, more(at)),
          }),
        given: (t, gate, [n, row]) =>
          read(products, [constantAt(t), n as Affine, shifted(row as Affine, gate * hidden)]),
        bias: (gate, [, row]) =>
          B === undefined ? f32(0) : read(B, [d, shifted(row as Affine, all + gate * hidden)]),
        activations: activationsOf(scope, cell.activations, number),
        peephole: (gate, [, row]) =>
          P === undefined ? undefined : read(P, [d, shifted(row as Affine, gate * hidden)]),
        clip: (x) => (clip === undefined ? x : clamped(x, -clip, clip)),
        zeros: () =>
          scope.values.constant(
            `${scope.name()} start`,
            [batch, hidden],
            "f32",
            allocateTensor("f32", product([batch, hidden])),
          ),
      };
      let state: State = Array.from({ length: cell.states }, (_, index) => {
        const start = scope.optional(5 + index);
        if (start === undefined) return direction.zeros();
        return scope.values.map(`${start.name} of direction ${number}`, [batch, hidden], "f32", ([n, row]) =>
          read(start, (isBatchFirst ? [n, d, row] : [d, n, row]) as Affine[]),
        );
      });
      const isReverse = name === "reverse" || number === 1;
      for (let round = 0; round < length; round++) {
        const t = isReverse ? length - 1 - round : round;
        state = cell.step(direction, t, state).map((value) => scope.values.state(value));
        (ys[t] as Value[])[number] = state[0] as Value;
      }
      for (const [index, value] of state.entries()) (ends[index] as Value[])[number] = value;
    }
    // [time, direction, batch, hidden] or, with layout 1, [batch, time, direction, hidden]; ends without the time.
    const steps = ys.map((values) => stacked(scope, values, isBatchFirst ? 1 : 0));
    const y = stacked(scope, steps, isBatchFirst ? 1 : 0);
    return [y, ...ends.map((values) => stacked(scope, values, isBatchFirst ? 1 : 0))];
  };

export const recurrentLowerings: Record<string, Lowering> = {
  GRU: recurrent(gru),
  LSTM: recurrent(lstm),
  RNN: recurrent(rnn),
};
