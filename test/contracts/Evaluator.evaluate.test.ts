import { expect } from "chai";
import { network } from "hardhat";

import { elementEvidence } from "../../src/dispute/evidence.js";
import type { Instruction } from "../../src/program/instruction.js";
import { bench, judgeAll } from "../support/bench.js";
import { stage } from "../support/exhibit.js";
import { bitsOfNumber, rowwise, sceneOf } from "../support/kernel-shapes.js";

const { ethers } = await network.create();

const tanh: readonly Instruction[] = [{ op: "load", arg: 0 }, { op: "f32.tanh" }];

describe("Evaluator", () => {
  it("reverts with TranscendentalFailed where nobody answers for the functions: code that fails, and none", async () => {
    const token = await (await ethers.deployContract("WrappedEther")).getAddress();
    for (const address of [token, "0x000000000000000000000000000000000000dEaD"]) {
      const place = await bench(ethers, address);
      const half = bitsOfNumber(0.5);
      const shape = rowwise("tanh", 32, { body: tanh }, () => half);
      const own = new Float32Array(65_536 / 32).fill(1);
      const { exhibit, claim } = stage(
        sceneOf(shape, { registry: place.registry, kernels: 3, weights: 1, own }),
      );
      const evidence = elementEvidence(exhibit, { kernel: 2, element: 5 });
      const [answer] = await judgeAll(place, [{ claim, evidence }]);
      expect([answer!.verdict, ...answer!.values]).to.deep.equal([
        "TranscendentalFailed",
        `${0x2a}`,
        `${half}`,
      ]);
    }
  });

  it("is created by the referee, with the functions of the deployment and reductions of its own", async () => {
    const { host, referee } = await bench(ethers);
    const evaluator = await ethers.getContractAt("IEvaluator", await referee.evaluator());
    expect(await evaluator.transcendental()).to.equal(await host.transcendental());
    const reductions = await ethers.getContractAt("IReductions", await evaluator.reductions());
    expect(await reductions.floatDot(0, "0x", "0x")).to.equal(0n);
  });
});
