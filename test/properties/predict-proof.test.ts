import { expect } from "chai";
import { network } from "hardhat";

import { elementEvidence } from "../../src/dispute/evidence.js";
import { decodeKernel } from "../../src/program/codec.js";
import { allocateTensor } from "../../src/program/dtype.js";
import { product } from "../../src/program/kernel.js";
import type { Kernel } from "../../src/program/kernel.js";
import { predictProof } from "../../src/program/predict-proof.js";
import { bench } from "../support/bench.js";
import { everyShape } from "../support/every-shape.js";
import { stage } from "../support/exhibit.js";
import { sceneOf } from "../support/kernel-shapes.js";
import type { KernelShape } from "../support/kernel-shapes.js";

const { ethers } = await network.create();

const CONTEXT = { kernels: 256, weights: 200, records: 1 };
const TRANSACTION_GAS = 16_777_216;
/** What the real claim book writes and the host of a bench does not. */
const BOOK = 17_000;

describe("program: predicted proofs", () => {
  const oneProof = async ({ kernel, element, operands, name }: KernelShape) => {
    const { host, referee, registry } = await bench(ethers);
    const own = allocateTensor(kernel.dtype, product(kernel.shape));
    // Any value but the right one, which none of these kernels gives.
    own[element] = 77;
    const scene = sceneOf({ kernel, element, operands, name }, { registry, ...CONTEXT, own });
    const { exhibit, claim } = stage(scene);
    const evidence = elementEvidence(exhibit, { kernel: CONTEXT.kernels - 1, element });
    const sent = await referee.convict(claim, evidence, claim.operator, { gasLimit: TRANSACTION_GAS });
    const receipt = await sent.wait();
    expect(receipt?.logs.map(({ address }) => address)).to.deep.equal([await host.getAddress()]);
    const predicted = predictProof(decodeKernel(scene.descriptor) as Kernel, scene.table, CONTEXT);
    return { gas: Number(receipt?.gasUsed) + BOOK, calldataBytes: ethers.dataLength(sent.data), predicted };
  };

  for (const shape of everyShape()) {
    it(`are at least the measured gas and at most half more: ${shape.name}`, async () => {
      const { gas, calldataBytes, predicted } = await oneProof(shape);
      expect(predicted.gas, "gas").to.be.within(gas, 1.5 * gas);
      expect(predicted.calldataBytes, "bytes").to.be.within(calldataBytes, 1.5 * calldataBytes);
      expect(predicted.transactions).to.equal(1);
    }).timeout(60_000);
  }
});
