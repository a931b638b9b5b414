import { expect } from "chai";

import { meaningOf, whyVoid } from "../../../src/program/check-kernel.js";
import type { VoidReason } from "../../../src/program/check-kernel.js";
import type { Instruction } from "../../../src/program/instruction.js";
import type { Dim, Kernel, Load } from "../../../src/program/kernel.js";
import { staticCost } from "../../../src/program/static-cost.js";
import type { TensorEntry } from "../../../src/program/tensor-table.js";
import { decodeTable, encodeTable } from "../../../src/program/tensor-table.js";
import { dense, gather } from "../../support/small-kernels.js";

type Case = {
  title: string;
  reason: VoidReason;
  change: (given: ReturnType<typeof dense>) => ReturnType<typeof dense>;
};

const withKernel = (change: (kernel: Kernel) => Partial<Kernel>) => (given: ReturnType<typeof dense>) => ({
  ...given,
  kernel: { ...given.kernel, ...change(given.kernel) },
});
const withLoad = (number: number, change: (load: Load) => Partial<Load>) =>
  withKernel(({ loads }) => ({
    loads: loads.map((load, j) => (j === number ? { ...load, ...change(load) } : load)),
  }));
const withDim = (number: number, dim: number, change: Partial<Dim>) =>
  withLoad(number, ({ dims }) => ({ dims: dims.map((one, d) => (d === dim ? { ...one, ...change } : one)) }));
const code = (...ops: (Instruction["op"] | Instruction)[]): Instruction[] =>
  ops.map((op) => (typeof op === "string" ? { op } : op));

const cases: Case[] = [
  { title: "an extent is 0", reason: "extent", change: withKernel(() => ({ shape: [0, 4] })) },
  { title: "a reduction extent is 0", reason: "extent", change: withKernel(() => ({ reduce: [0] })) },
  { title: "a dim's size is 0", reason: "extent", change: withDim(0, 0, { size: 0 }) },
  {
    title: "it has more than 2^27 elements",
    reason: "elements",
    change: withKernel(() => ({ shape: [2 ** 27, 2] })),
  },
  {
    title: "it reduces over more than 2^18",
    reason: "reduction",
    change: withKernel(() => ({ reduce: [2 ** 18 + 1] })),
  },
  { title: "it reduces by none", reason: "reducer", change: withKernel(() => ({ reducer: "none" })) },
  {
    title: "its shape is not the table's count",
    reason: "table",
    change: withKernel(() => ({ shape: [2, 3] })),
  },
  { title: "its dtype is not the table's", reason: "table", change: withKernel(() => ({ dtype: "i32" })) },
  { title: "it reads itself", reason: "order", change: withLoad(0, () => ({ tensor: 3 })) },
  {
    title: "a load's dtype is not the table's",
    reason: "table",
    change: withLoad(0, () => ({ dtype: "i32" })),
  },
  { title: "a load's sizes are not the table's count", reason: "table", change: withDim(0, 0, { size: 3 }) },
  { title: "an offset is -2^31", reason: "dim", change: withDim(0, 0, { offset: -(2 ** 31) }) },
  {
    title: "a coefficient is too large",
    reason: "coefficient",
    change: withDim(0, 0, { coefficients: [2 ** 25 + 1, 0, 0] }),
  },
  {
    title: "its index is an f32",
    reason: "index",
    change: withLoad(1, ({ dims }) => ({
      indexed: { dim: 0, load: 0 },
      dims: dims.map((d) => ({ ...d, coefficients: [0, 0, 0] })),
    })),
  },
  {
    title: "its index has no smaller number",
    reason: "index",
    change: withLoad(0, () => ({ indexed: { dim: 0, load: 0 } })),
  },
  {
    title: "its body leaves two values",
    reason: "stack",
    change: withKernel(() => ({ body: code({ op: "load", arg: 0 }, { op: "load", arg: 1 }) })),
  },
  {
    title: "its body takes from an empty stack",
    reason: "stack",
    change: withKernel(() => ({ body: code("f32.add") })),
  },
  {
    title: "its body pushes 17 values",
    reason: "stack",
    change: withKernel(() => ({
      body: [
        ...Array.from({ length: 17 }, (): Instruction => ({ op: "f32.const", arg: 0 })),
        ...Array.from({ length: 16 }, (): Instruction => ({ op: "f32.add" })),
      ],
    })),
  },
  {
    title: "it mixes types",
    reason: "types",
    change: withKernel(() => ({
      body: code({ op: "load", arg: 0 }, { op: "i32.const", arg: 1 }, "f32.mul"),
    })),
  },
  {
    title: "it selects by an f32",
    reason: "types",
    change: withKernel(() => ({
      body: code({ op: "load", arg: 0 }, { op: "load", arg: 0 }, { op: "load", arg: 0 }, "select"),
    })),
  },
  {
    title: "its tail gives another type than its dtype",
    reason: "types",
    change: withKernel(() => ({ tail: code("acc", "f2i") })),
  },
  { title: "its body uses acc", reason: "operand", change: withKernel(() => ({ body: code("acc") })) },
  {
    title: "its body names no load",
    reason: "operand",
    change: withKernel(() => ({ body: code({ op: "load", arg: 3 }) })),
  },
  {
    title: "its tail indexes a reduction axis",
    reason: "operand",
    change: withKernel(() => ({ tail: code({ op: "index", arg: 2 }, "i2f") })),
  },
  {
    title: "its tail loads over a reduction axis",
    reason: "tail",
    change: withKernel(() => ({ tail: code({ op: "load", arg: 0 }) })),
  },
  { title: "its id is not in the table", reason: "table", change: (given) => ({ ...given, id: 4 }) },
];

describe("program: a kernel is void", () => {
  for (const { title, reason, change } of cases) {
    it(`when ${title}`, () => {
      const { kernel, table, id } = change(dense());
      expect(whyVoid(kernel, id, table)).to.equal(reason);
    });
  }

  it("when its static cost exceeds the cap, and not when it equals the largest below", () => {
    const scattered = (k: number): { kernel: Kernel; table: TensorEntry[] } => ({
      kernel: {
        shape: [1],
        reduce: [k],
        reducer: "sum",
        dtype: "f32",
        loads: [
          { tensor: 0, dtype: "f32", pad: 0, dims: [{ size: 2 ** 20, offset: 0, coefficients: [0, 2] }] },
        ],
        body: [{ op: "load", arg: 0 }],
        tail: [{ op: "acc" }],
      },
      table: [
        { count: 2 ** 20, dtype: "f32" },
        { count: 1, dtype: "f32" },
      ],
    });
    const costOf = (k: number) => staticCost(scattered(k).kernel, scattered(k).table);
    let low = 1;
    let high = 2 ** 18;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (costOf(middle) <= 2 ** 27) low = middle;
      else high = middle;
    }
    expect(whyVoid(scattered(low).kernel, 1, scattered(low).table)).to.equal(undefined);
    expect(whyVoid(scattered(high).kernel, 1, scattered(high).table)).to.equal("cost");
  });

  it("when its descriptor is undecodable", () => {
    expect(meaningOf(Uint8Array.of(1, 2, 3), 3, dense().table)).to.deep.equal({ void: "undecodable" });
  });

  it("not when nothing is wrong with it", () => {
    for (const { kernel, table, id } of [dense(), gather()])
      expect(whyVoid(kernel, id, table)).to.equal(undefined);
  });
});

describe("program: the tensor table", () => {
  it("decodes to the entries it encodes", () => {
    const { table } = dense();
    expect(decodeTable(encodeTable(table))).to.deep.equal(table);
  });

  it("reads an unknown dtype, a count of 0 and a count over 2^27 as u8 × 1", () => {
    const bytes = encodeTable(dense().table);
    bytes[4] = 4;
    bytes.set([0, 0, 0, 0], 8);
    bytes.set([1, 0, 0, 8], 16);
    const unknown = { count: 1, dtype: "u8" };
    expect(decodeTable(bytes).slice(0, 3)).to.deep.equal([unknown, unknown, unknown]);
  });
});
