import { expect } from "chai";
import { artifacts, network } from "hardhat";

import { CALL_NETWORK, call, deployHarness, packVectors } from "../support/arithmetic-harness.js";
import { Random } from "../support/float-vectors.js";
import { OPERATIONS } from "../support/plain-arithmetic.js";

const VECTORS = 100_000;
/** Vectors per call; the simulated network slows down on long ones. */
const BATCH = 500;

const { provider } = await network.create({ override: CALL_NETWORK });
const send = (method: string, params: unknown[]): Promise<unknown> => provider.request({ method, params });
const harness = await deployHarness(send, await artifacts.readArtifact("ArithmeticHarness"));

describe("scalar arithmetic", () => {
  for (const operation of OPERATIONS) {
    it(`${operation.name} equals plain arithmetic on ${VECTORS} vectors`, async function () {
      this.timeout(120_000);
      const random = new Random(operation.number + 1);
      for (let done = 0; done < VECTORS; done += BATCH) {
        const vectors = packVectors(operation, random, BATCH);
        const [tally] = (await call(harness, "check", [operation.number, operation.floating, vectors])) as [
          bigint[],
        ];
        const at = 12 * Number(tally[1]);
        const hex = (offset: number): string =>
          vectors.subarray(at + offset, at + offset + 4).toString("hex");
        expect(
          tally[0],
          `${operation.name}(${hex(0)}, ${hex(4)}) gave ${tally[2]!.toString(16)}, expected ${hex(8)}`,
        ).to.equal(0n);
      }
    });
  }
});
