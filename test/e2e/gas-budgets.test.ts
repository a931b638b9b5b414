import { expect } from "chai";
import { network } from "hardhat";

import { convictClaim } from "../../src/chain/convict-claim.js";
import { finalizeClaim } from "../../src/chain/finalize-claim.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { send } from "../../src/chain/send.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { elementEvidence } from "../../src/dispute/evidence.js";
import { allocateTensor } from "../../src/program/dtype.js";
import { product } from "../../src/program/kernel.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import { drawChain } from "../support/chain-vectors.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import type { Deployed } from "../support/deployed.js";
import { stage } from "../support/exhibit.js";
import { Random } from "../support/float-vectors.js";
import { recordGas } from "../support/gas.js";
import { conv, dot, elementwise, sceneOf, small } from "../support/kernel-shapes.js";
import type { Fill, KernelShape } from "../support/kernel-shapes.js";
import { recogniser } from "../support/recogniser.js";

const connection = await network.create();
const { loadFixture, time } = connection.networkHelpers;
const deployed = (): Promise<Deployed> => deployedProtocol(connection);

/** The dearest finite values there are for the accumulator: every term changes its unit twice. */
function thrash(k: number): { x: Fill; w: Fill } {
  const { a, b } = drawChain(new Random(1), "thrash", k);
  return { x: (i) => a[i % k] as number, w: (i) => b[i % k] as number };
}

type Budget = { readonly name: string; readonly shape: KernelShape; readonly most: number };

/** Everything included: a model of 256 kernels, one record, tensors of at most 2^16 elements. */
const budgets: readonly Budget[] = [
  { name: "f32 dot K = 512, ordinary values", shape: dot(512), most: 500_000 },
  { name: "f32 dot K = 512, dearest finite values", shape: dot(512, thrash(512)), most: 720_000 },
  { name: "f32 dot K = 2048, ordinary values", shape: dot(2048), most: 1_150_000 },
  { name: "f32 dot K = 2048, dearest finite values", shape: dot(2048, thrash(2048)), most: 2_050_000 },
  { name: "convolution 3×3×64", shape: conv(64), most: 600_000 },
  { name: "i8 dot K = 2048", shape: dot(2048, { dtype: "i8", x: small, w: small }), most: 400_000 },
  { name: "elementwise, three loads", shape: elementwise(), most: 400_000 },
];

describe("e2e: gas budgets", () => {
  for (const { name, shape, most } of budgets) {
    it(`convict, ${name}: at most ${most} gas, everything included`, async () => {
      const protocol = await loadFixture(deployed);
      const { operator, challenger } = protocol;
      const own = allocateTensor(shape.kernel.dtype, product(shape.kernel.shape)).fill(1.5);
      const staged = stage(sceneOf(shape, { registry: operator.contracts.registryPlace, own }));
      const { claim, exhibit } = await publishAndSign(protocol, staged);
      await submitClaim(operator.contracts, claim);
      const evidence = elementEvidence(exhibit, {
        kernel: exhibit.committed.artifact.kernels.length - 1,
        element: shape.element,
      });
      const { gasUsed } = await convictClaim({
        contracts: challenger.contracts,
        claim,
        evidence,
        beneficiary: challenger.address,
      });
      recordGas(`convict, ${name}`, gasUsed);
      expect(Number(gasUsed)).to.be.at.most(most);
    });
  }

  for (const n of [1, 1_000]) {
    const name = n === 1 ? "submit, 1 record" : "submit, 1,000 records";
    it(`${name}: at most 75,000 gas`, async () => {
      const protocol = await loadFixture(deployed);
      const { operator } = protocol;
      const staged = stage(
        sceneOf(dot(64), { registry: operator.contracts.registryPlace, own: new Float32Array(1024 * 1024) }),
      );
      const { claim, exhibit } = await publishAndSign(protocol, staged);
      const [record] = exhibit.records.records;
      const salted = Array.from({ length: n }, (_, salt) => ({
        ...record!,
        salt: asBytes32(`0x${salt.toString(16).padStart(64, "0")}`),
      }));
      const { gasUsed } = await submitClaim(operator.contracts, {
        ...claim,
        n,
        recordsRoot: commitRecords(salted).root,
      });
      recordGas(name, gasUsed);
      expect(Number(gasUsed)).to.be.at.most(75_000);
    });
  }

  it("publish, register and finalize are recorded", async () => {
    const protocol = await loadFixture(deployed);
    const { publisher, operator, challenger } = protocol;
    const { committed } = recogniser();
    const { contracts, address } = publisher;
    const published = await publishModel({ contracts, publisher: address, committed });
    recordGas("publish", published.gasUsed);
    const registered = await send(
      "OperatorRegistry.register",
      contracts.operators.register("https://operator.example"),
    );
    recordGas("register an operator", registered.gasUsed);
    const staged = stage(
      sceneOf(dot(64), { registry: contracts.registryPlace, own: new Float32Array(1024 * 1024) }),
    );
    const { claim } = await publishAndSign(protocol, staged);
    await submitClaim(operator.contracts, claim);
    await time.increase(61);
    const finalized = await finalizeClaim(challenger.contracts, claim);
    recordGas("finalize", finalized.gasUsed);
    expect(Number(finalized.gasUsed)).to.be.below(75_000);
  });
});
