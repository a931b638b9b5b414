/**
 * The long form of test/conformance/transcendental.test.ts: boundary-weighted arguments, Solidity against doubles.
 *
 *   npx tsx scripts/conformance/transcendental-vectors.ts [--count 1000000] [--seed 2] [--function exp]
 */
import { parseArgs } from "node:util";

import { getBytes } from "ethers";
import { network } from "hardhat";

import { TRANSCENDENTALS } from "../../src/run/transcendental-exact.js";
import {
  bitsOfF32,
  f32OfBits,
  FAST,
  packed,
  transcendentalVectors,
  unpacked,
} from "../../test/support/transcendental-vectors.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000000" },
    seed: { type: "string", default: "2" },
    function: { type: "string" },
  },
});
/** A call that fits the gas of one simulated block. */
const BATCH = 8_000;

const { ethers } = await network.create();
const transcendental = await ethers.deployContract("Transcendental");
const harness = await ethers.deployContract("TranscendentalHarness", [transcendental]);

for (const [op, name] of TRANSCENDENTALS.entries()) {
  if (values.function !== undefined && values.function !== name) continue;
  const start = performance.now();
  const vectors = transcendentalVectors(name, Number(values.count), Number(values.seed));
  let different = 0;
  for (let at = 0; at < vectors.length; at += BATCH) {
    const batch = vectors.slice(at, at + BATCH);
    const answer = await harness.evaluate(op, packed(batch), { gasLimit: 16_000_000n });
    const results = unpacked(getBytes(answer));
    batch.forEach((bits, i) => {
      const expected = bitsOfF32(FAST[name](f32OfBits(bits)));
      if (results[i] === expected) return;
      if (different++ < 5) {
        console.error(
          `${name} 0x${bits.toString(16)}: 0x${results[i]!.toString(16)} instead of 0x${expected.toString(16)}`,
        );
      }
    });
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${name}: ${vectors.length} arguments, ${different} differences, ${seconds} s`);
  if (different > 0) process.exitCode = 1;
}
