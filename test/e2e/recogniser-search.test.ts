import { expect } from "chai";
import { network } from "hardhat";

import { elementEvidence } from "../../src/dispute/evidence.js";
import { meaningOf } from "../../src/program/check-kernel.js";
import { elementBytes } from "../../src/program/dtype.js";
import type { TensorData } from "../../src/program/dtype.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { evaluateElement } from "../../src/run/interpreter.js";
import { bench, judgeAll } from "../support/bench.js";
import { claimOfTrace } from "../support/claim-of-trace.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { Random } from "../support/random.js";
import { recogniser } from "../support/recogniser.js";

const PAIRS = 300;
/** What `ClaimBook.fault` and the records around a verdict add; measured in the tests of ClaimBook. */
const CONVICTION_GAS = 65_000;
const MOST_GAS = 8_000_000;

const { ethers } = await network.create();

/** EIP-7623: execution and 4 or 16 gas a byte, but at least 10 or 40 a byte. */
function transactionGas(evidence: Uint8Array, execution: number): number {
  const zeros = evidence.filter((byte) => byte === 0).length;
  const others = evidence.length - zeros + 200;
  return 21_000 + Math.max(4 * zeros + 16 * others + execution, 10 * zeros + 40 * others);
}

describe("e2e: random search over the recogniser", () => {
  it("the reference computes what the engine computed, in elements of every kernel", () => {
    const { committed, trace } = recogniser();
    const { artifact } = committed;
    const { tensors } = trace.run;
    const random = new Random(3);
    const firstKernel = artifact.inputs.length + artifact.weights.length;
    for (let pair = 0; pair < PAIRS; pair++) {
      const number = pair % artifact.kernels.length;
      const computed = tensors[firstKernel + number] as TensorData;
      const meaning = meaningOf(artifact.kernels[number] as Uint8Array, firstKernel + number, artifact.table);
      if (!("kernel" in meaning)) throw new Error(`kernel ${number} is void: ${meaning.void}`);
      const element = random.below(computed.length);
      const expected = evaluateElement(meaning.kernel, tensors, element);
      expect(Object.is(computed[element], expected), `kernel ${number}, element ${element}`).to.equal(true);
    }
  }).timeout(120_000);

  it(`convicts a flipped bit and refuses the true element in ${PAIRS} pairs over all kernels, none over 8 M gas`, async () => {
    const { committed, trace } = recogniser();
    const { artifact } = committed;
    const place = await bench(ethers);
    const random = new Random(2);
    const firstKernel = artifact.inputs.length + artifact.weights.length;
    const cases = Array.from({ length: PAIRS }, (_, pair) => {
      const kernel = pair % artifact.kernels.length;
      const { count, dtype } = artifact.table[firstKernel + kernel] as TensorEntry;
      const element = random.pick([
        0,
        count - 1,
        random.below(count),
        random.below(count),
        random.below(count),
      ]);
      const bit = element * 8 * elementBytes(dtype) + random.below(8 * elementBytes(dtype));
      const forged = withFlippedBit(trace, { index: kernel, bit });
      const [lie, truth] = [forged, trace].map((one) => {
        const { claim, exhibit } = claimOfTrace({ registry: place.registry, committed, trace: one });
        return { claim, evidence: elementEvidence(exhibit, { kernel, element }) };
      });
      return { kernel, element, lie: lie!, truth: truth! };
    });

    const lies = await judgeAll(
      place,
      cases.map(({ lie }) => lie),
    );
    const truths = await judgeAll(
      place,
      cases.map(({ truth }) => truth),
    );
    let dearest = { gas: 0, kernel: -1, element: -1, bytes: 0 };
    for (const [i, { kernel, element, lie }] of cases.entries()) {
      expect(lies[i]?.verdict, `kernel ${kernel}, element ${element}, flipped`).to.equal("Element");
      expect(truths[i]?.verdict, `kernel ${kernel}, element ${element}`).to.equal("ElementAgrees");
      expect(truths[i]?.values.slice(0, 2)).to.deep.equal([`${kernel}`, `${element}`]);
      const gas = transactionGas(lie.evidence, lies[i]!.gas) + CONVICTION_GAS;
      if (gas > dearest.gas) dearest = { gas, kernel, element, bytes: lie.evidence.length };
    }
    console.log(
      `      dearest of ${PAIRS}: ${dearest.gas} gas, kernel ${dearest.kernel}, element ${dearest.element}, ${dearest.bytes} bytes`,
    );
    expect(dearest.gas).to.be.below(MOST_GAS);
  }).timeout(240_000);
});
