import { expect } from "chai";
import { network } from "hardhat";

import { meaningOf, whyVoid } from "../../src/program/check-kernel.js";
import { decodeKernel, encodeKernel } from "../../src/program/codec.js";
import { dtypeCode } from "../../src/program/dtype.js";
import type { Dim, Kernel, Load } from "../../src/program/kernel.js";
import { instructionCost, staticCost } from "../../src/program/static-cost.js";
import { OPS, opCode, opOperand, operandBytes } from "../../src/program/instruction.js";
import { hostileDescriptor } from "../support/hostile-descriptors.js";
import type { Judged } from "../support/hostile-descriptors.js";
import { Random } from "../support/random.js";
import { dense } from "../support/small-kernels.js";
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
