import { expect } from "chai";
import { network } from "hardhat";

import { product } from "../../src/program/kernel.js";
import type { Load } from "../../src/program/kernel.js";
import { bench } from "../support/bench.js";
import { edgeShapes } from "../support/edge-shapes.js";
import { everyShape, thrashing } from "../support/every-shape.js";
import { dot, operandData, small } from "../support/kernel-shapes.js";
import { randomKernel } from "../support/kernel-generator.js";
import { Random } from "../support/random.js";
import { expectedBits, harnessCase, randomEnds } from "../support/stage-cases.js";
import type { StageCase } from "../support/stage-cases.js";

const { ethers } = await network.create();

const RUNS = Number(process.env["STAGE_RUNS"] ?? 300);
/** Cases a call, unless they take too much gas. */
const TOGETHER = 8;

describe("evaluator: a reduction in stages", () => {
  /** What disagrees with the interpreter, at once or in stages. */
  const wrong = async (cases: readonly StageCase[]): Promise<string[]> => {
    const { referee } = await bench(ethers);
    const evaluator = await referee.evaluator();
    const harness = await ethers.deployContract("StageHarness");
    const ask = async (part: readonly StageCase[]): Promise<string[]> => {
      const answer = await harness.both(evaluator, part.map(harnessCase)).catch((error: unknown) => {
        if (part.length === 1 || !String(error).includes("gas")) throw error;
        return undefined;
      });
      if (answer === undefined) {
        const half = part.length >> 1;
        return [...(await ask(part.slice(0, half))), ...(await ask(part.slice(half)))];
      }
      return part.flatMap((one, i) => {
        const expected = expectedBits(one);
        const [atOnce, inStages] = [answer.atOnce[i], answer.inStages[i]];
        if (atOnce === expected && inStages === expected) return [];
        const cut = `cut at ${one.ends.slice(0, -1).join(" ")}`;
        return [`${one.what}, ${cut}: ${atOnce} at once, ${inStages} in stages, not ${expected}`];
      });
    };
    const found: string[] = [];
    for (let from = 0; from < cases.length; from += TOGETHER) {
      found.push(...(await ask(cases.slice(from, from + TOGETHER))));
    }
    return found;
  };

  it("gives what it gives at once, however it is cut, for random kernels", async function () {
    this.timeout(0);
    const seed = Number(process.env["STAGE_SEED"] ?? 1);
    const cases = Array.from({ length: RUNS }, (_, run) => {
      const random = new Random((seed + run) ^ 0x5eed);
      const { kernel, data } = randomKernel(seed + run);
      const reduction = product(kernel.reduce);
      const element = random.below(product(kernel.shape));
      const what = `seed ${seed + run} element ${element}`;
      return [1, 2, 3].map(() => ({ what, kernel, data, element, ends: randomEnds(random, reduction) }));
    }).flat();
    expect(await wrong(cases)).to.deep.equal([]);
  });

  it("gives what it gives at once for a kernel of every form, and at the edges", async function () {
    this.timeout(0);
    const random = new Random(7);
    const runs = [dot(4_097, thrashing), dot(4_097, { dtype: "i8", x: small, w: small })];
    const cases = [...everyShape(), ...runs, ...edgeShapes()].map(({ name, kernel, operands, element }) => {
      const entries = operands.map((_, number) => {
        const { dtype, dims } = kernel.loads.find(({ tensor }) => tensor === number) as Load;
        return { dtype, count: product(dims.map(({ size }) => size)) };
      });
      const ends = randomEnds(random, product(kernel.reduce));
      return { what: name, kernel, data: operandData(operands, entries), element, ends };
    });
    expect(await wrong(cases)).to.deep.equal([]);
  });
});
