import { expect } from "chai";
import { network } from "hardhat";

import { elementEvidence } from "../../src/dispute/evidence.js";
import { encodeKernel } from "../../src/program/codec.js";
import type { Dtype } from "../../src/program/dtype.js";
import { ARITHMETIC } from "../../src/program/instruction.js";
import type { ArithmeticOp, Instruction } from "../../src/program/instruction.js";
import { LIMITS } from "../../src/program/kernel.js";
import type { Dim, Kernel, Load } from "../../src/program/kernel.js";
import { COST, instructionCost, staticCost } from "../../src/program/static-cost.js";
import { bench } from "../support/bench.js";
import type { Bench } from "../support/bench.js";
import { thrashing } from "../support/every-shape.js";
import { stage } from "../support/exhibit.js";
import { applied, expressionShape, gasOf } from "../support/instruction-gas.js";
import { dim, load, ordinary, small } from "../support/kernel-shapes.js";
import type { Fill, KernelShape } from "../support/kernel-shapes.js";

const { ethers } = await network.create();

const K = 128;
const CALLDATA_BYTE = 40;

/** Values at which one or another instruction is dearest: found by trying all pairs of sixteen kinds of f32 and six of i32. */
const FLOATS: readonly Fill[] = [
  (i) => (0x3f800000 + i * 7919 + ((i & 1) << 31)) >>> 0,
  (i) => 1 + i * 7919,
  (i) => (0x80000001 + i * 7919) >>> 0,
  (i) => (0xff000000 + i * 31) >>> 0,
  (i) => 0x3f000000 + (i % 3) * 0x800000,
  (i) => 0x42aeac50 - i * 1_000,
];
const INTEGERS: readonly Fill[] = [(i) => (i * 2654435761) | 0, () => -(2 ** 31), () => -1];

/** Body over load 0, which stands still, and loads of one's own; the largest value is the result. */
function over(
  reduce: readonly number[],
  own: readonly Load[],
  body: readonly Instruction[],
  fills: readonly Fill[] = [],
): KernelShape {
  const loads = [load(0, "f32", [dim(1, [0, ...reduce.map(() => 0)])]), ...own];
  return {
    name: "",
    element: 0,
    operands: loads.map((_, number) => ({ made: true, fill: fills[number] ?? ordinary })),
    kernel: { shape: [1], reduce, reducer: "max", dtype: "f32", loads, body, tail: [{ op: "acc" }] },
  };
}

const smaller = (arg: number): Instruction[] => [
  { op: "load", arg: 0 },
  { op: "load", arg },
  { op: "f32.min" },
];
const smallerOfInteger: Instruction[] = [
  { op: "load", arg: 0 },
  { op: "load", arg: 1 },
  { op: "i2f" },
  { op: "f32.min" },
];

describe("referee: the static cost", () => {
  let place: Bench;
  before(async () => {
    place = await bench(ethers);
  });

  /** What the second kernel costs more than the first, in gas of `judge`. */
  const more = async (less: KernelShape, than: KernelShape): Promise<number> => {
    const [a, b] = (await gasOf(place, [less, than])) as [number, number];
    return b - a;
  };

  it("covers every instruction at the worst values", async function () {
    this.timeout(0);
    for (const op of [...(Object.keys(ARITHMETIC) as ArithmeticOp[]), "select" as const]) {
      const takes = op === "select" ? (["i32", "f32", "f32"] as const) : ARITHMETIC[op].takes;
      const gives = op === "select" ? "f32" : ARITHMETIC[op].gives;
      const isFloat = (takes as readonly string[]).includes("f32");
      const kinds = isFloat ? FLOATS : INTEGERS;
      const firsts = kinds;
      const seconds = takes.length === 1 ? kinds.slice(0, 1) : kinds;
      for (const first of firsts) {
        for (const second of seconds) {
          const fills = isFloat
            ? [first, second, INTEGERS[0]!, small]
            : [FLOATS[0]!, FLOATS[1]!, first, second];
          const [once, often] = [1, 8].map((times) =>
            expressionShape(op, applied(op, gives, times, 8), gives, K, fills),
          );
          expect((await more(once!, often!)) / 7 / K, op).to.be.at.most(instructionCost(op));
        }
      }
    }
  });

  it("covers load, in_range and index along a row", async () => {
    const still = over([K], [load(1, "f32", [dim(1, [0, 0])])], smaller(1));
    const stillInteger = over([K], [load(1, "i8", [dim(1, [0, 0])])], smallerOfInteger, [ordinary, small]);
    const perK = instructionCost("load") + instructionCost("f32.min");
    for (const one of [
      [dim(K, [0, 1])],
      [dim(2 * K, [0, 2])],
      [dim(K, [0, -1], K - 1)],
      [dim(1, [0, 1], -500)],
    ]) {
      expect((await more(still, over([K], [load(1, "f32", one)], smaller(1)))) / K).to.be.at.most(perK);
    }
    for (const one of [[dim(2 * K, [0, 2], 3)], [dim(K, [0, 1], 300)]]) {
      // A pad that does not fit its dtype.
      const wide = over([K], [load(1, "i8", one, 1_000)], smallerOfInteger, [ordinary, small]);
      expect((await more(stillInteger, wide)) / K).to.be.at.most(perK + instructionCost("i2f"));
    }
    const asked = (op: "in_range" | "index"): Instruction[] => [
      { op: "load", arg: 0 },
      { op, arg: 1 },
      { op: "i2f" },
      { op: "f32.min" },
    ];
    for (const op of ["in_range", "index"] as const) {
      const moving = over([K], [load(1, "f32", [dim(K, [0, 1])])], asked(op));
      const units = instructionCost(op) + instructionCost("i2f") + instructionCost("f32.min");
      expect((await more(still, moving)) / K, op).to.be.at.most(units);
    }
  });

  it("covers a step with every reducer, and a constant", async () => {
    for (const reducer of ["sum", "max", "min", "argmax"] as const) {
      for (const fill of [...FLOATS, thrashing.alone]) {
        const shape = (k: number): KernelShape => {
          const made = over(
            [k],
            [load(1, "f32", [dim(k, [0, 1])])],
            [{ op: "load", arg: 1 }],
            [ordinary, fill],
          );
          return {
            ...made,
            kernel: { ...made.kernel, reducer, dtype: reducer === "argmax" ? "i32" : "f32" },
          };
        };
        const perK = (await more(shape(K), shape(4 * K))) / (3 * K);
        // A leaf of 32 elements a run takes is paid under `leaf`.
        expect(perK, reducer).to.be.at.most(COST.step + instructionCost("load"));
      }
    }
    const constants = over(
      [K],
      [],
      [{ op: "f32.const", arg: 0x3f800000 }, { op: "load", arg: 0 }, { op: "f32.min" }],
    );
    expect(await more(over([K], [], [{ op: "load", arg: 0 }]), constants)).to.be.at.most(COST.kernel);
  });

  it("covers rows, their dims, and an index that makes every k a row", async () => {
    const still = over([K, 1], [load(1, "f32", [dim(1, [0, 0, 0])])], smaller(1));
    const perK = COST.row + instructionCost("load") + instructionCost("f32.min");
    const one = (size: number, coefficients: number[]): Dim => dim(size, coefficients);
    const flat = [one(K, [0, 1, 0])];
    expect((await more(still, over([K, 1], [load(1, "f32", flat)], smaller(1)))) / K).to.be.at.most(
      perK + COST.rowDim,
    );
    const eight = [...flat, ...Array.from({ length: 7 }, () => one(1, [0, 0, 0]))];
    expect((await more(still, over([K, 1], [load(1, "f32", eight)], smaller(1)))) / K).to.be.at.most(
      perK + 8 * COST.rowDim,
    );

    const axes = [2, 2, 2, 2, 8, 1];
    const at = (axis: number) => [0, ...axes.map((_, i) => (i === axis ? 1 : 0))];
    const deep = [
      ...[0, 1, 2, 3, 4].map((axis) => one(axes[axis]!, at(axis))),
      ...[0, 1, 2].map(() => one(1, at(-1))),
    ];
    const stillDeep = over(axes, [load(1, "f32", [one(1, at(-1))])], smaller(1));
    expect((await more(stillDeep, over(axes, [load(1, "f32", deep)], smaller(1)))) / K).to.be.at.most(
      perK + 8 * COST.rowDim,
    );

    const index = load(1, "i32", [dim(K, [0, 1])]);
    const indexed: Load = { ...load(2, "f32", [dim(K, [0, 0])]), indexed: { dim: 0, load: 1 } };
    const scattered = over([K], [index, indexed], smaller(2), [ordinary, (i) => (i * 37) % K]);
    const base = over([K], [load(1, "f32", [dim(1, [0, 0])])], smaller(1));
    expect((await more(base, scattered)) / K).to.be.at.most(perK + COST.rowDim);
  });

  it("covers a leaf and a node, bytes and execution", async () => {
    const near = over([K], [load(1, "f32", [dim(2 * K, [0, 2])])], smaller(1));
    for (const [coefficient, offset] of [
      [64, 0],
      [-64, 64 * K - 1],
    ] as const) {
      const far = over([K], [load(1, "f32", [dim(64 * K, [0, coefficient], offset)])], smaller(1));
      // A range of its own: 8 bytes of head.
      const gas = (128 + 8) * CALLDATA_BYTE + (await more(near, far)) / K;
      expect(gas, "leaf").to.be.at.most(COST.leaf);
    }
    const single = (size: number) => over([1], [load(1, "f32", [dim(size, [0, 0], size - 1)])], smaller(1));
    const levels = 11;
    const node = 32 * CALLDATA_BYTE + (await more(single(32), single(32 << levels))) / levels;
    expect(node, "node").to.be.at.most(COST.node);
  });

  it("covers what does not grow with K: the longest kernel, void or not", async () => {
    // Eight loads of eight dims with all fourteen coefficients, of as many tensors, and 64 + 64 instructions.
    const loads = Array.from({ length: 8 }, (_, tensor) =>
      load(
        tensor,
        "f32",
        Array.from({ length: 8 }, () =>
          dim(
            1,
            Array.from({ length: 14 }, () => 1),
          ),
        ),
      ),
    );
    const tail: Instruction[] = [
      { op: "acc" },
      ...Array.from({ length: 63 }, () => ({ op: "f32.neg" }) as const),
    ];
    const body: Instruction[] = Array.from({ length: 32 }, (_, i) => ({ op: "load", arg: i % 8 }) as const);
    const bodyCode = body.flatMap((one, i) => (i === 0 ? [one] : [one, { op: "f32.min" } as const]));
    const ones = Array.from({ length: 8 }, () => 1);
    const kernel: Kernel = {
      shape: ones,
      reduce: [1, 1, 1, 1, 1, 1],
      reducer: "sum",
      dtype: "f32",
      loads,
      body: bodyCode,
      tail,
    };
    const operands = loads.map(() => ({ made: true, fill: ordinary }));
    const descriptorBytes = encodeKernel(kernel).length;
    const [gas] = (await gasOf(place, [{ name: "longest", kernel, operands, element: 0 }])) as [number];
    expect(gas + descriptorBytes * CALLDATA_BYTE).to.be.at.most(
      staticCost(
        kernel,
        loads.map(() => ({ count: 1, dtype: "f32" })),
      ),
    );
    expect(descriptorBytes).to.be.above(4_500);
  });

  it("proves the dearest void kernel in a small part of a transaction", async () => {
    const scene = (descriptor: Uint8Array, dtype: Dtype = "f32") => {
      const operands = 8;
      const table = Array.from({ length: operands + 1 }, () => ({ count: 1, dtype }) as const);
      const tensors = table.map((_, id) => Float32Array.of(id === operands ? 1 : 0));
      return stage({ descriptor, table, tensors, inputs: 0, weights: 0, registry: place.registry });
    };
    const loads = Array.from({ length: 8 }, (_, tensor) =>
      load(
        tensor,
        "f32",
        Array.from({ length: 8 }, () =>
          dim(
            1,
            Array.from({ length: 14 }, () => 1),
          ),
        ),
      ),
    );
    const code: Instruction[] = Array.from({ length: 64 }, () => ({ op: "i32.const", arg: 1 }) as const);
    const ones = Array.from({ length: 8 }, () => 1);
    const longest: Kernel = {
      shape: ones,
      reduce: [1, 1, 1, 1, 1, 1],
      reducer: "sum",
      dtype: "f32",
      loads,
      body: code,
      tail: code,
    };
    const noise = Uint8Array.from({ length: LIMITS.descriptorBytes }, (_, i) => i);
    for (const descriptor of [
      encodeKernel(longest),
      noise,
      new Uint8Array(LIMITS.descriptorBytes).fill(255),
    ]) {
      const { exhibit, claim } = scene(descriptor);
      const evidence = elementEvidence(exhibit, { kernel: 8, element: 0 });
      const sent = await place.referee.convict(claim, evidence, claim.operator, { gasLimit: 16_777_216 });
      const receipt = await sent.wait();
      expect(Number(receipt?.gasUsed)).to.be.below(1_500_000);
    }
  });
});
