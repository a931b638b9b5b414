import { readFileSync } from "node:fs";

import { expect } from "chai";

import { OnusError } from "../../../src/errors/onus-error.js";
import { ARITHMETIC } from "../../../src/program/instruction.js";
import type { ArithmeticOp, Instruction } from "../../../src/program/instruction.js";
import { allocateTensor, valueType } from "../../../src/program/dtype.js";
import type { Dtype, TensorData, ValueType } from "../../../src/program/dtype.js";
import { REDUCERS, product } from "../../../src/program/kernel.js";
import type { Kernel, Load } from "../../../src/program/kernel.js";
import { loopEngine } from "../../../src/run/engine.js";
import { interpretKernel } from "../../../src/run/interpreter.js";
import { TRANSCENDENTALS } from "../../../src/run/transcendental-exact.js";
import type { Transcendental } from "../../../src/run/transcendental-exact.js";
import { threadedWasmEngine, wasmEngine } from "../../../src/run/wasm/wasm-engine.js";
import { startNodeThread } from "../../../src/threads/start-node-thread.js";
import { Random } from "../../support/random.js";
import { FAST, transcendentalVectors } from "../../support/transcendental-vectors.js";

/** ±0, subnormals, ends of ranges, ties of rounding to integers, values at which clamps are special, ±∞, NaN. */
const FLOATS = [
  0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x00800000, 0x3f000000, 0xbf000000, 0x3f800000, 0xbf800000,
  0x3fc00000, 0xc0200000, 0x40c00000, 0x4b000001, 0x4effffff, 0xcf000000, 0x4f000000, 0x7f7fffff, 0xff7fffff,
  0x7f800000, 0xff800000, 0x7fc00000,
];
const INTEGERS = [0, 1, -1, 2, -2, 31, 32, 33, 127, -128, 255, 256, 65_535, -65_536, 0x7fffffff, -0x80000000];
const boundaries = (type: ValueType): readonly number[] => (type === "f32" ? FLOATS : INTEGERS);

const dataOf = (type: ValueType, words: readonly number[]): TensorData =>
  type === "f32" ? new Float32Array(Uint32Array.from(words).buffer) : Int32Array.from(words);

const line = (tensor: number, type: ValueType, count: number): Load => ({
  tensor,
  dtype: type,
  pad: 0,
  dims: [{ size: count, offset: 0, coefficients: [1] }],
});

const hex = (data: TensorData): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");

function computed(kernel: Kernel, data: readonly TensorData[]): TensorData {
  const table = [
    ...data.map((one, tensor) => {
      const load = kernel.loads.find((each) => each.tensor === tensor);
      return { count: one.length, dtype: load?.dtype ?? ("u8" as const) };
    }),
    { count: product(kernel.shape), dtype: kernel.dtype },
  ];
  const program = { table, inputs: data.length, weights: [], kernels: [kernel], outputs: 1 };
  return wasmEngine.prepare(program).run(data, { keepsTrace: true })[0] as TensorData;
}

function expectSame(kernel: Kernel, data: readonly TensorData[], what: string): void {
  expect(hex(computed(kernel, data)), what).to.equal(hex(interpretKernel(kernel, data)));
}

/** [argument, result] bits that doubles cannot round. */
const hardCases: Record<Transcendental, readonly (readonly [number, number])[]> = JSON.parse(
  readFileSync(new URL("../../support/transcendental-hard-cases.json", import.meta.url), "utf8"),
);

describe("run: the WebAssembly engine", function () {
  this.timeout(60_000);

  describe("computes every pair of boundary values like the definition", () => {
    for (const name of Object.keys(ARITHMETIC) as ArithmeticOp[]) {
      it(name, () => {
        const { takes, gives } = ARITHMETIC[name];
        const [first, second] = takes as readonly [ValueType, ValueType?];
        const others = second === undefined ? [0] : boundaries(second);
        const pairs = boundaries(first).flatMap((a) => others.map((b) => [a, b] as const));
        const left = pairs.map(([a]) => a);
        const kernel = (operand: Instruction[], loads: Load[], count: number): Kernel => ({
          shape: [count],
          reduce: [],
          loads: [line(0, first, count), ...loads],
          body: [{ op: "load", arg: 0 }, ...operand, { op: name }],
          reducer: "none",
          tail: [{ op: "acc" }],
          dtype: gives,
        });
        if (second === undefined) {
          expectSame(kernel([], [], left.length), [dataOf(first, left)], name);
          return;
        }
        const right = pairs.map(([, b]) => b);
        const both = kernel([{ op: "load", arg: 1 }], [line(1, second, right.length)], left.length);
        expectSame(both, [dataOf(first, left), dataOf(second, right)], name);
        // A constant operand has instructions of its own here and there.
        const values = boundaries(first);
        for (const word of others) {
          const constant: Instruction = { op: `${second}.const`, arg: word >>> 0 };
          expectSame(kernel([constant], [], values.length), [dataOf(first, values)], `${name} with ${word}`);
        }
      });
    }
  });

  it("selects by every condition, whatever made it", () => {
    const conditions: Instruction[][] = [
      [{ op: "load", arg: 1 }],
      [{ op: "load", arg: 0 }, { op: "f32.const", arg: 0 }, { op: "f32.lt" }],
      [{ op: "load", arg: 0 }, { op: "load", arg: 0 }, { op: "f32.eq" }],
      [{ op: "in_range", arg: 2 }],
    ];
    const count = FLOATS.length;
    for (const condition of conditions) {
      const kernel: Kernel = {
        shape: [count],
        reduce: [],
        loads: [
          line(0, "f32", count),
          line(1, "i32", count),
          { ...line(0, "f32", count), dims: [{ size: count, offset: -3, coefficients: [1] }] },
        ],
        body: [...condition, { op: "load", arg: 0 }, { op: "f32.const", arg: 0x40400000 }, { op: "select" }],
        reducer: "none",
        tail: [{ op: "acc" }],
        dtype: "f32",
      };
      const integers = Int32Array.from(FLOATS, (_, at) => (at % 3) - 1);
      expectSame(kernel, [dataOf("f32", FLOATS), integers], JSON.stringify(condition));
    }
  });

  describe("reduces like the definition, at every width from 1 to 17", () => {
    for (const reducer of REDUCERS.filter((one) => one !== "none")) {
      for (const dtype of ["f32", "i32", "u8", "i8"] as readonly Dtype[]) {
        it(`${reducer} of ${dtype}`, () => {
          for (let width = 1; width <= 17; width++) {
            const type = valueType(dtype);
            const steps = 1 + (width % 5);
            const random = new Random(width);
            const words = Array.from({ length: width * steps }, () => random.pick(boundaries(type)));
            const data = allocateTensor(dtype, words.length);
            data.set(dataOf(type, words));
            const isArg = reducer === "argmax" || reducer === "argmin";
            for (const coefficients of [
              [steps, 1],
              [1, width],
            ]) {
              const load = { ...line(0, type, words.length), dtype };
              const kernel: Kernel = {
                shape: [width],
                reduce: [steps],
                loads: [{ ...load, dims: [{ size: words.length, offset: 0, coefficients }] }],
                body: [{ op: "load", arg: 0 }],
                reducer,
                tail: [{ op: "acc" }],
                dtype: isArg ? "i32" : dtype,
              };
              expectSame(kernel, [data], `${width} × ${steps}`);
            }
          }
        });
      }
    }
  });

  describe("rounds transcendental functions correctly", () => {
    for (const name of TRANSCENDENTALS) {
      it(name, () => {
        const vectors = [...transcendentalVectors(name, 50_000), ...hardCases[name].map(([bits]) => bits)];
        const input = dataOf("f32", vectors) as Float32Array;
        const kernel: Kernel = {
          shape: [input.length],
          reduce: [],
          loads: [line(0, "f32", input.length)],
          body: [{ op: "load", arg: 0 }, { op: `f32.${name}` }],
          reducer: "none",
          tail: [{ op: "acc" }],
          dtype: "f32",
        };
        const own = computed(kernel, [input]) as Float32Array;
        const wrong = vectors.filter((_, at) => !Object.is(own[at], FAST[name](input[at] as number)));
        expect(wrong).to.deep.equal([]);
      });
    }
  });

  describe("compares coordinates beyond 32 bits exactly", () => {
    // Inside the dim at one position alone, and 2^32 and more away from it elsewhere.
    const FAR = 2 ** 25;
    const far = (coefficients: readonly number[], size = 8): Load["dims"][number] => ({
      size,
      offset: 3 - 100 * FAR,
      coefficients,
    });
    const data = Float32Array.from({ length: 64 }, (_, at) => at + 1);
    const kernels: Record<string, Pick<Kernel, "shape" | "reduce" | "loads" | "body" | "reducer">> = {
      "along lanes": {
        shape: [260],
        reduce: [],
        reducer: "none",
        loads: [{ tensor: 0, dtype: "f32", pad: 0x40000000, dims: [far([FAR], 64)] }],
        body: [{ op: "load", arg: 0 }],
      },
      "along another axis": {
        shape: [260, 8],
        reduce: [],
        reducer: "none",
        loads: [
          {
            tensor: 0,
            dtype: "f32",
            pad: 0x40000000,
            dims: [far([FAR, 0]), { size: 8, offset: 0, coefficients: [0, 1] }],
          },
        ],
        body: [{ op: "load", arg: 0 }],
      },
      "along a reduction": {
        shape: [9],
        reduce: [260],
        reducer: "max",
        loads: [{ tensor: 0, dtype: "f32", pad: 0xc0000000, dims: [far([1, FAR], 64)] }],
        body: [{ op: "load", arg: 0 }],
      },
      "in a sum of products": {
        shape: [5, 8],
        reduce: [260, 8],
        reducer: "sum",
        loads: [
          {
            tensor: 0,
            dtype: "f32",
            pad: 0x3f800000,
            dims: [far([1, 0, FAR, 0]), { size: 8, offset: -2, coefficients: [1, 0, 0, 1] }],
          },
          { tensor: 1, dtype: "f32", pad: 0, dims: [{ size: 64, offset: 0, coefficients: [0, 8, 0, 1] }] },
        ],
        body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }],
      },
    };
    for (const [name, kernel] of Object.entries(kernels)) {
      it(name, () => {
        expectSame({ ...kernel, tail: [{ op: "acc" }], dtype: "f32" }, [data, data], name);
      });
    }
  });

  it("refuses a program that does not fit 32-bit addresses", () => {
    const count = 2 ** 27;
    const zeros: Kernel = {
      shape: [count],
      reduce: [],
      loads: [],
      body: [{ op: "f32.const", arg: 0 }],
      reducer: "none",
      tail: [{ op: "acc" }],
      dtype: "f32",
    };
    const kernels = Array.from({ length: 8 }, () => zeros);
    const table = kernels.map(() => ({ dtype: "f32" as const, count }));
    const program = { table, inputs: 0, weights: [], kernels, outputs: kernels.length };
    expect(() => wasmEngine.prepare(program))
      .to.throw(OnusError)
      .that.has.property("code", "ENGINE_MEMORY");
  });

  /** y = x · w, z = y + y, void, then z - x·w: buffers are reused on the way. */
  function chain(size: number) {
    const square = (tensor: number, coefficients: readonly number[]): Load => ({
      tensor,
      dtype: "f32",
      pad: 0,
      dims: [{ size: size * size, offset: 0, coefficients }],
    });
    const matmul: Kernel = {
      shape: [size, size],
      reduce: [size],
      loads: [square(0, [size, 0, 1]), square(1, [0, size, 1])],
      body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "f32.mul" }],
      reducer: "sum",
      tail: [{ op: "acc" }],
      dtype: "f32",
    };
    const binary = (op: "f32.add" | "f32.sub", a: number, b: number): Kernel => ({
      ...matmul,
      reduce: [],
      reducer: "none",
      loads: [square(a, [size, 1]), square(b, [size, 1])],
      body: [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op }],
    });
    const count = size * size;
    const random = new Random(size);
    const noise = () => Float32Array.from({ length: count }, () => random.word() / 2 ** 31 - 1);
    return {
      program: {
        table: Array.from({ length: 6 }, () => ({ dtype: "f32" as const, count })),
        inputs: 1,
        weights: [noise()],
        kernels: [matmul, binary("f32.add", 2, 2), undefined, binary("f32.sub", 3, 2)],
        outputs: 2,
      },
      input: noise(),
    };
  }

  it("makes a void kernel zeros, and outputs alone what they are in the trace", () => {
    const { program, input } = chain(24);
    const execution = wasmEngine.prepare(program);
    const trace = execution.run([input], { keepsTrace: true });
    expect(new Set(trace[2])).to.deep.equal(new Set([0]));
    expect(hex(trace[3] as TensorData)).to.equal(hex(trace[0] as TensorData));
    const outputs = execution.run([input], { keepsTrace: false });
    expect(outputs.map(hex)).to.deep.equal(trace.slice(2).map(hex));
  });

  it("lets later kernels read what an interceptor puts in place of an output", () => {
    const { program, input } = chain(8);
    const ones = new Float32Array(64).fill(1);
    const intercept = (kernel: number, output: TensorData) => (kernel === 0 ? ones : output);
    const trace = wasmEngine.prepare(program).run([input], { keepsTrace: true, intercept });
    expect([...new Set(trace[0]), ...new Set(trace[1]), ...new Set(trace[3])]).to.deep.equal([1, 2, 1]);
  });

  it("shows an observer every output as later kernels read it, whether the trace is kept or not", () => {
    const { program, input } = chain(8);
    const ones = new Float32Array(64).fill(1);
    const intercept = (kernel: number, output: TensorData) => (kernel === 0 ? ones : output);
    for (const engine of [wasmEngine, loopEngine]) {
      const execution = engine.prepare(program);
      const expected = execution.run([input], { keepsTrace: true, intercept }).map(hex);
      for (const keepsTrace of [true, false]) {
        const seen: string[] = [];
        const observe = (kernel: number, output: TensorData) => void (seen[kernel] = hex(output));
        execution.run([input], { keepsTrace, intercept, observe });
        expect(seen).to.deep.equal(expected);
      }
    }
  });

  it("gives the same bits with two threads, run after run, and goes on when they are ended", () => {
    const { program, input } = chain(96);
    const alone = wasmEngine.prepare(program).run([input], { keepsTrace: true }).map(hex);
    const shared = threadedWasmEngine({ count: 1, startThread: startNodeThread }).prepare(program);
    for (let run = 0; run < 20; run++) {
      expect(shared.run([input], { keepsTrace: true }).map(hex)).to.deep.equal(alone);
    }
    shared.close?.();
    expect(shared.run([input], { keepsTrace: true }).map(hex)).to.deep.equal(alone);
  });

  it("has helpers ask their caller where doubles cannot decide", () => {
    const [[bits]] = hardCases.exp as [readonly [number, number]];
    const [undecided] = dataOf("f32", [bits]) as Float32Array;
    const count = 262_144;
    const input = Float32Array.from({ length: count }, (_, at) =>
      at % 2_048 === 0 ? (undecided as number) : 0.5,
    );
    const kernel: Kernel = {
      shape: [count],
      reduce: [],
      loads: [line(0, "f32", count)],
      body: [{ op: "load", arg: 0 }, { op: "f32.exp" }],
      reducer: "none",
      tail: [{ op: "acc" }],
      dtype: "f32",
    };
    const table = [0, 1].map(() => ({ dtype: "f32" as const, count }));
    const program = { table, inputs: 1, weights: [], kernels: [kernel], outputs: 1 };
    const shared = threadedWasmEngine({ count: 1, startThread: startNodeThread }).prepare(program);
    const [out] = shared.run([input], { keepsTrace: false });
    shared.close?.();
    expect(new Set(out)).to.deep.equal(new Set([FAST.exp(undecided as number), FAST.exp(0.5)]));
  });
});
