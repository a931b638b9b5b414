import { allocateTensor } from "../dtype.js";
import type { Dtype, TensorData } from "../dtype.js";
import { product } from "../kernel.js";
import type { Kernel } from "../kernel.js";
import { isWithin } from "../ir/affine.js";
import type { Axis } from "../ir/affine.js";
import { accumulator, readsOf } from "../ir/expr.js";
import type { Expr } from "../ir/expr.js";
import { flatPosition } from "../ir/domain.js";
import type { Value } from "../ir/value.js";
import { draftKernel } from "./draft.js";
import { expand } from "./expand.js";
import type { Fused } from "./expand.js";
import { rowMajor } from "./layout.js";

/** Runs a kernel on tensors by id: the interpreter or an engine, passed in because rooms earlier than run have none. */
export type Evaluate = (kernel: Kernel, tensors: readonly TensorData[]) => TensorData;

/** Computes what depends on constants only, with the arithmetic of the protocol; remembers what it computed. */
export class Folder {
  readonly #evaluate: Evaluate;
  readonly #known = new Map<Value, TensorData>();

  constructor(evaluate: Evaluate) {
    this.#evaluate = evaluate;
  }

  /** The elements of a value, row-major. */
  data(value: Value): TensorData {
    const { definition } = value;
    if (definition.kind === "constant") return definition.data;
    if (definition.kind === "reshape") return this.data(definition.of);
    let data = this.#known.get(value);
    if (data === undefined) {
      const reduction = definition.kind === "nest" && definition.nest.reducer !== "none" ? value : undefined;
      const fold = (one: Value): Value => this.constant(one);
      const made = { definitionOf: (one: Value) => one.definition, isMade: () => false, fold };
      data = this.#run(expand({ value, reduction }, made));
      this.#known.set(value, data);
    }
    return data;
  }

  /** The value as a constant, for readers that cannot compute it in place. */
  constant(value: Value): Value {
    return { ...value, definition: { kind: "constant", data: this.data(value) } };
  }

  /** A constant expression at every position of `axes`, row-major. */
  tabulate(expr: Expr, axes: readonly Axis[], dtype: Dtype): TensorData {
    const [only, ...more] = readsOf(expr);
    if (expr.kind === "read" && only !== undefined && more.length === 0) {
      const { value, coordinates } = only;
      if (coordinates.every((form, axis) => isWithin(form, value.shape[axis] as number))) {
        return gather(this.data(value), flatPosition(coordinates, value.shape), axes);
      }
    }
    const value: Value = {
      id: -1,
      name: "a constant expression",
      shape: axes.map(({ extent }) => extent),
      dtype,
      definition: { kind: "input" },
    };
    return this.#run({
      value,
      dtype,
      groups: undefined,
      axes,
      reduce: [],
      reducer: "none",
      body: expr,
      tail: accumulator(expr.type),
    });
  }

  #run(fused: Fused): TensorData {
    const { kernel, sources } = draftKernel(fused, rowMajor, true);
    const tensors = sources.map((source) => {
      if (source.kind !== "value") throw new TypeError("a raw draft has no packed constants");
      return this.data(source.value);
    });
    return this.#evaluate(kernel, tensors);
  }
}

/** Copies elements: pure movement has no arithmetic to define. */
function gather(from: TensorData, at: ReturnType<typeof flatPosition>, axes: readonly Axis[]): TensorData {
  const extents = axes.map(({ extent }) => extent);
  const strides = axes.map((axis) => at.terms.find((term) => term.axis === axis)?.coefficient ?? 0);
  const out = allocateTensor(
    from instanceof Float32Array
      ? "f32"
      : from instanceof Int32Array
        ? "i32"
        : from instanceof Uint8Array
          ? "u8"
          : "i8",
    product(extents),
  );
  let next = 0;
  const walk = (axis: number, position: number) => {
    const extent = extents[axis];
    if (extent === undefined) {
      out[next++] = from[position] as number;
      return;
    }
    const stride = strides[axis] as number;
    if (axis === extents.length - 1) {
      for (let i = 0; i < extent; i++) out[next++] = from[position + i * stride] as number;
    } else {
      for (let i = 0; i < extent; i++) walk(axis + 1, position + i * stride);
    }
  };
  walk(0, at.offset);
  return out;
}
