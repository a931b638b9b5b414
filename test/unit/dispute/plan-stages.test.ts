import { expect } from "chai";

import { elementEvidence } from "../../../src/dispute/evidence.js";
import { MOST_PER_TRANSACTION, proofPlan, stagedProof } from "../../../src/dispute/plan-stages.js";
import type { StagedProof } from "../../../src/dispute/plan-stages.js";
import { product } from "../../../src/program/kernel.js";
import { FAMILIES } from "../../support/dear-kernels.js";
import type { DearKernel } from "../../support/dear-kernels.js";
import { dearest, stageDear } from "../../support/dearest.js";
import { ELEMENT, KERNEL, threeOperandScene, threeOperands } from "../../support/element-scene.js";
import { stage } from "../../support/exhibit.js";
import { asAddress } from "../../../src/types/address.js";

const registry = { chainId: 1n, contract: asAddress(`0x${"11".repeat(20)}`) };
const ONLY = { kernel: 0, element: 0 };

const familyOf = (name: string) => {
  const family = FAMILIES.find((one) => one.name === name);
  if (family === undefined) throw new Error(`no family ${name}`);
  return family;
};

/** First k and count of every stage. */
function stagesOf(proof: StagedProof): { first: number; count: number }[] {
  const stages: { first: number; count: number }[] = [];
  for (let next = 0; next < proof.context.reduction;) {
    const { first, count } = proof.stageFrom(next);
    stages.push({ first, count });
    next = first + count;
  }
  return stages;
}

describe("dispute: planning a proof", () => {
  it("takes one transaction where that is enough, and for a kernel that is void", () => {
    const disputed = { kernel: KERNEL, element: ELEMENT };
    for (const descriptor of [undefined, Uint8Array.of(1)]) {
      const scene = threeOperandScene(registry, { lie: true, ...(descriptor && { descriptor }) });
      const { exhibit } = stage(scene);
      const evidence = elementEvidence(exhibit, disputed);
      expect(proofPlan(exhibit, disputed)).to.deep.equal({ kind: "at-once", evidence });
    }
  });

  it("takes stages where the gas of one transaction is too much, and where only its bytes are", () => {
    const dear = dearest(familyOf("a sum of exp"));
    expect(proofPlan(stageDear(dear, registry).exhibit, ONLY).kind).to.equal("staged");
    // 40 k of eight leaves and their paths.
    const wide = familyOf("eight scattered loads of f32").make(40);
    const { exhibit } = stageDear(wide, registry);
    expect(elementEvidence(exhibit, ONLY).length).to.be.above(MOST_PER_TRANSACTION.calldataBytes);
    expect(proofPlan(exhibit, ONLY).kind).to.equal("staged");
  });

  for (const name of [
    "a sum of exp",
    "seven loads indexed by the eighth",
    "eight loads of eight dims over six axes, every k a row",
    "bytes in range or padded by no byte",
  ]) {
    it(`covers every k once, in stages that fill a transaction and no more: ${name}`, () => {
      const dear: DearKernel = dearest(familyOf(name));
      const { exhibit } = stageDear(dear, registry);
      const proof = stagedProof(exhibit, ONLY, dear.kernel);
      const reduction = product(dear.kernel.reduce);
      expect(proof.context.reduction).to.equal(reduction);
      const stages = stagesOf(proof);
      expect(stages.length).to.be.above(1);
      let next = 0;
      for (const { first, count } of stages) {
        expect(first).to.equal(next);
        next += count;
        const { gas, calldataBytes } = proof.stageFrom(first);
        expect(gas).to.be.at.most(MOST_PER_TRANSACTION.gas);
        expect(calldataBytes).to.be.at.most(MOST_PER_TRANSACTION.calldataBytes);
        // The last one takes what is left.
        const isFull =
          gas > 0.95 * MOST_PER_TRANSACTION.gas || calldataBytes > 0.9 * MOST_PER_TRANSACTION.calldataBytes;
        expect(isFull || next === reduction).to.equal(true);
      }
      expect(next).to.equal(reduction);
    });
  }

  it("plans from any k, and no further than asked", () => {
    const { exhibit } = stage(threeOperandScene(registry, { lie: true }));
    const proof = stagedProof(exhibit, { kernel: KERNEL, element: ELEMENT }, threeOperands);
    const counts = [proof.stageFrom(0), proof.stageFrom(95), proof.stageFrom(7, 5)].map(({ count }) => count);
    expect(counts).to.deep.equal([96, 1, 5]);
    // A stage opens the leaves that it reads, not those that others do.
    expect(proof.stageFrom(0, 32).evidence.length).to.be.below(proof.stageFrom(0, 33).evidence.length);
    expect(proof.stageFrom(0, 32).evidence.length).to.equal(proof.stageFrom(0, 1).evidence.length);
  });

  it("needs no bytes of a tensor that no k and no tail reads", () => {
    const { exhibit } = stage(threeOperandScene(registry, { lie: true }));
    // Load 2 lies outside its tensor for every k.
    const [x, w, y] = threeOperands.loads;
    const away = { ...y!, dims: y!.dims.map((one) => ({ ...one, offset: 1_000 })) };
    const kernel = { ...threeOperands, loads: [x!, w!, away] };
    const trace = {
      ...exhibit.trace,
      tensor: (...[list, index]: Parameters<typeof exhibit.trace.tensor>) =>
        list === "trace" && index === 0 ? undefined : exhibit.trace.tensor(list, index),
    };
    const proof = stagedProof({ ...exhibit, trace }, { kernel: KERNEL, element: ELEMENT }, kernel);
    expect(proof.context.operands).to.have.length(3);
    expect(proof.stageFrom(0).count).to.equal(96);
  });
});
