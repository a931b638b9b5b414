import { expect } from "chai";
import { network } from "hardhat";

import { meaningOf, whyVoid } from "../../src/program/check-kernel.js";
import { decodeKernel, encodeKernel } from "../../src/program/codec.js";
import { dtypeCode } from "../../src/program/dtype.js";
import type { Instruction } from "../../src/program/instruction.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import type { Dim, Kernel, Load } from "../../src/program/kernel.js";
import { instructionCost, staticCost } from "../../src/program/static-cost.js";
import { OPS, opCode, opOperand, operandBytes } from "../../src/program/instruction.js";
import { hostileDescriptor } from "../support/hostile-descriptors.js";
import type { Judged } from "../support/hostile-descriptors.js";
import { Random } from "../support/random.js";
import { dense, gather } from "../support/small-kernels.js";
import type { KernelHarness } from "../../typechain-types/index.js";

const { ethers } = await network.create();

const DESCRIPTORS = 12_000;
const UNDECODABLE = 0;
const VOID = 1;
const COMPUTES = 2;

/** What the program room says: verdict, reason, and the static cost where it was asked for. */
function said({ descriptor, table }: Judged) {
  const id = table.length - 1;
  const kernel = decodeKernel(descriptor);
  if (kernel === undefined) return { verdict: UNDECODABLE, reason: "undecodable" };
  const reason = whyVoid(kernel, id, table);
  const cost = reason === undefined || reason === "cost" ? staticCost(kernel, table) : undefined;
  return { verdict: reason === undefined ? COMPUTES : VOID, reason: reason ?? "none", cost };
}

describe("referee: what a descriptor means", () => {
  let harness: KernelHarness;
  before(async () => {
    harness = (await (await ethers.getContractFactory("KernelHarness")).deploy()) as unknown as KernelHarness;
  });

  it("knows every opcode, its operand and its cost as the program room does", async () => {
    for (let code = 0; code < 256; code++) {
      const op = OPS.find((one) => opCode(one) === code);
      const [known, bytes, cost] = await harness.instruction(code);
      expect(known, `opcode ${code}`).to.equal(op !== undefined);
      if (op === undefined) continue;
      expect([Number(bytes), Number(cost)], op).to.deep.equal([
        1 + operandBytes(opOperand(op)),
        instructionCost(op),
      ]);
    }
  });

  it(`agrees with the program room on ${DESCRIPTORS} hostile byte strings, to the unit of cost`, async function () {
    this.timeout(0);
    const random = new Random(2_026);
    const reasons = new Map<string, number>();
    let most = 0n;
    for (let left = DESCRIPTORS; left > 0; left -= 200) {
      const judged = Array.from({ length: 200 }, () => hostileDescriptor(random));
      const tables = judged.map(({ table }) =>
        table.map(({ count, dtype }) => ({ count, dtype: dtypeCode(dtype) })),
      );
      const [verdicts, costs, gas] = await harness.judgeEach(
        judged.map(({ descriptor }) => descriptor),
        tables,
      );
      if (gas > most) most = gas;
      judged.forEach((one, i) => {
        const { verdict, reason, cost } = said(one);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        const where = `${Buffer.from(one.descriptor).toString("hex")} under ${JSON.stringify(one.table)}: ${reason}`;
        expect(Number(verdicts[i]), where).to.equal(verdict);
        if (cost !== undefined) expect(Number(costs[i]), where).to.equal(cost);
      });
    }
    const known = [
      "none",
      "undecodable",
      "extent",
      "elements",
      "reduction",
      "reducer",
      "dim",
      "coefficient",
      "order",
    ];
    expect([...reasons.keys()]).to.include.members([
      ...known,
      "table",
      "index",
      "stack",
      "types",
      "operand",
      "tail",
      "cost",
    ]);
    expect(Number(most), "gas of the dearest check").to.be.below(400_000);
  });

  it("agrees with the program room on both sides of every limit of a number", async () => {
    const { kernel, table } = dense();
    const [load] = kernel.loads as [Load, ...Load[]];
    const [dim] = load.dims as [Dim, ...Dim[]];
    const withDim = (changed: Partial<Dim>): Kernel => ({
      ...kernel,
      loads: [{ ...load, dims: [{ ...dim, ...changed }, ...load.dims.slice(1)] }, ...kernel.loads.slice(1)],
    });
    const limit = 2 ** 25;
    const kernels: [Kernel, number | undefined][] = [
      ...[limit, -limit].map((one): [Kernel, number] => [withDim({ coefficients: [one, 0, 0] }), COMPUTES]),
      ...[limit + 1, -limit - 1].map((one): [Kernel, number] => [
        withDim({ coefficients: [one, 0, 0] }),
        VOID,
      ]),
      [withDim({ offset: -(2 ** 31) + 1 }), COMPUTES],
      [withDim({ offset: -(2 ** 31) }), VOID],
      ...[2 ** 18, 2 ** 18 + 1].map((k): [Kernel, number] => [{ ...kernel, reduce: [k] }, VOID]),
    ];
    const judged: Judged[] = kernels.map(([one]) => ({ descriptor: encodeKernel(one), table }));
    const expected = kernels.map(([, verdict]) => verdict);
    const pushes = (count: number): Instruction[] => [
      ...Array.from({ length: count }, () => ({ op: "load", arg: 0 }) as const),
      ...Array.from({ length: count - 1 }, () => ({ op: "f32.add" }) as const),
    ];
    for (const [count, verdict] of [
      [16, COMPUTES],
      [17, VOID],
    ] as const) {
      judged.push({ descriptor: encodeKernel({ ...kernel, body: pushes(count) }), table });
      expected.push(verdict);
    }
    const i32: Instruction = { op: "i32.const", arg: 1 };
    const f32: Instruction = { op: "f32.const", arg: 1 };
    const flawed: Partial<Kernel>[] = [
      // A select that takes more than there is, one by a float, and a tail that moves along the reduction.
      { body: [i32, i32, { op: "select" }, i32], tail: [{ op: "acc" }, { op: "i2f" }] },
      { body: [f32, f32, f32, { op: "select" }] },
      { tail: [{ op: "acc" }, { op: "load", arg: 0 }, { op: "f32.add" }] },
    ];
    for (const changed of flawed) {
      judged.push({ descriptor: encodeKernel({ ...kernel, ...changed }), table });
      expected.push(VOID);
    }
    // An index that is no integer, and one that is indexed itself.
    const indexed = gather();
    const [index, rows] = indexed.kernel.loads as [Load, Load];
    const judge = (loads: readonly Load[], entries: Judged["table"], verdict: number) => {
      const body: Instruction[] = [{ op: "load", arg: loads.length - 1 }];
      judged.push({ descriptor: encodeKernel({ ...indexed.kernel, loads, body }), table: entries });
      expected.push(verdict);
    };
    const [indexEntry, rowsEntry, ownEntry] = indexed.table as [TensorEntry, TensorEntry, TensorEntry];
    judge([index, rows], indexed.table, COMPUTES);
    judge([{ ...index, dtype: "f32" }, rows], [{ ...indexEntry, dtype: "f32" }, rowsEntry, ownEntry], VOID);
    const middle: Load = {
      ...index,
      tensor: 1,
      indexed: { dim: 0, load: 0 },
      dims: [{ size: 4, offset: 0, coefficients: [0] }],
    };
    const last: Load = { ...rows, tensor: 2, indexed: { dim: 0, load: 1 } };
    const direct: Load = { ...middle };
    delete (direct as { indexed?: unknown }).indexed;
    judge([index, direct, last], [indexEntry, indexEntry, rowsEntry, ownEntry], COMPUTES);
    judge([index, middle, last], [indexEntry, indexEntry, rowsEntry, ownEntry], VOID);
    // A coefficient of zero behind a set bit: no kernel is encoded so.
    const marked = encodeKernel(withDim({ coefficients: [0x01020304, 0, 0] }));
    const at = Buffer.from(marked).indexOf(Buffer.from([1, 2, 3, 4]));
    judged.push({ descriptor: marked.fill(0, at, at + 4), table });
    expected.push(UNDECODABLE);
    const tables = judged.map((one) =>
      one.table.map(({ count, dtype }) => ({ count, dtype: dtypeCode(dtype) })),
    );
    const [verdicts] = await harness.judgeEach(judged.map(({ descriptor }) => descriptor), tables); // prettier-ignore
    expect(verdicts.map(Number)).to.deep.equal(expected);
    expect(judged.map((one) => said(one).verdict)).to.deep.equal(expected);
  });

  it("means the same by the meaning of a descriptor as by its kernel", () => {
    const random = new Random(7);
    for (let i = 0; i < 2_000; i++) {
      const one = hostileDescriptor(random);
      const meaning = meaningOf(one.descriptor, one.table.length - 1, one.table);
      expect("void" in meaning ? meaning.void : "none").to.equal(said(one).reason);
    }
  });
});
