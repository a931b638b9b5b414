import { expect } from "chai";
import { network } from "hardhat";

import { elementEvidence } from "../../src/dispute/evidence.js";
import { encodeKernel } from "../../src/program/codec.js";
import { allocateTensor } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import { product } from "../../src/program/kernel.js";
import type { Load } from "../../src/program/kernel.js";
import { evaluateElement, interpretKernel, store } from "../../src/run/interpreter.js";
import { bench, judgeAll } from "../support/bench.js";
import type { Bench } from "../support/bench.js";
import { edgeShapes } from "../support/edge-shapes.js";
import { everyShape, thrashing } from "../support/every-shape.js";
import { flipBit, stage } from "../support/exhibit.js";
import type { Scene } from "../support/exhibit.js";
import { dot, operandData, sceneOf, small } from "../support/kernel-shapes.js";
import { randomKernel } from "../support/kernel-generator.js";
import { Random } from "../support/random.js";

const { ethers } = await network.create();

const RUNS = Number(process.env["KERNEL_RUNS"] ?? 300);
const ELEMENTS = 2;

/** Bits of one element as the referee names them. */
const bitsOf = (data: TensorData, element: number): number => {
  const bytes = new Uint8Array(
    data.buffer,
    data.byteOffset + element * data.BYTES_PER_ELEMENT,
    data.BYTES_PER_ELEMENT,
  );
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
};

describe("referee: random kernels", () => {
  let table: Bench;
  before(async () => {
    table = await bench(ethers);
  });

  it("refuses every true element by its value, and convicts it with any bit flipped", async function () {
    this.timeout(0);
    const seed = Number(process.env["KERNEL_SEED"] ?? 1);
    const cases = Array.from({ length: RUNS }, (_, run) => casesOf(table, seed + run)).flat();
    const answers = await judgeAll(table, cases);
    const wrong = answers.flatMap(({ verdict, values }, i) => {
      const { what, expected } = cases[i] as Case;
      const said = [verdict, ...values].join(" ");
      return said === expected ? [] : [`${what}: ${said}, not ${expected}`];
    });
    expect(wrong).to.deep.equal([]);
  });
});

describe("referee: long and regular kernels", () => {
  it("refuses the true element of a kernel of every form, of sums that end around a run of 2,048, and at the edges", async function () {
    this.timeout(0);
    const place = await bench(ethers);
    const ends = [2_047, 2_048, 2_049, 4_097].flatMap((k) => [
      dot(k, thrashing),
      dot(k, { dtype: "i8", x: small, w: small }),
    ]);
    for (const shape of [...everyShape(), ...ends, ...edgeShapes()]) {
      const { kernel, operands, element } = shape;
      const entries = operands.map((_, number) => {
        const { dtype, dims } = kernel.loads.find(({ tensor }) => tensor === number) as Load;
        return { dtype, count: product(dims.map(({ size }) => size)) };
      });
      const truth = allocateTensor(kernel.dtype, product(kernel.shape));
      store(truth, element, evaluateElement(kernel, operandData(operands, entries), element));
      const size = { registry: place.registry, kernels: 9, weights: 5 };
      const cases = [truth, flipBit(truth, { element, bit: 0 })].map((own) => {
        const { exhibit, claim } = stage(sceneOf(shape, { ...size, own }));
        return { claim, evidence: elementEvidence(exhibit, { kernel: 8, element }) };
      });
      const [right, wrong] = await judgeAll(place, cases, 1);
      const expected = ["ElementAgrees", "8", `${element}`, `${bitsOf(truth, element)}`];
      expect([right!.verdict, ...right!.values], shape.name).to.deep.equal(expected);
      expect(wrong!.verdict, shape.name).to.equal("Element");
    }
  });
});

type Case = ReturnType<typeof casesOf>[number];

function casesOf(table: Bench, seed: number) {
  const { kernel, table: entries, data } = randomKernel(seed);
  const random = new Random(seed ^ 0x5eed);
  const truth = interpretKernel(kernel, data);
  const inputs = random.below(data.length + 1);
  const weights = random.below(data.length - inputs + 1);
  const scene = (own: TensorData): Scene => ({
    descriptor: encodeKernel(kernel),
    table: entries,
    tensors: [...data, own],
    inputs,
    weights,
    records: random.between(1, 5),
    registry: table.registry,
  });
  const index = data.length - inputs - weights;
  return Array.from({ length: ELEMENTS }, () => random.below(truth.length)).flatMap((element) => {
    const bit = random.below(8 * truth.BYTES_PER_ELEMENT);
    const made = (own: TensorData, expected: string, lie: string) => {
      const { exhibit, claim } = stage(scene(own));
      const evidence = elementEvidence(exhibit, { kernel: index, element });
      return { claim, evidence, expected, what: `seed ${seed} element ${element}${lie}` };
    };
    return [
      made(truth, `ElementAgrees ${index} ${element} ${bitsOf(truth, element)}`, ""),
      made(flipBit(truth, { element, bit }), "Element", ` with bit ${bit} flipped`),
    ];
  });
}
