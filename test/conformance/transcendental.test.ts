import { readFileSync } from "node:fs";

import { expect } from "chai";
import { getBytes } from "ethers";
import { network } from "hardhat";

import {
  exactTranscendental,
  TRANSCENDENTALS,
  type Transcendental,
} from "../../src/run/transcendental-exact.js";
import {
  bitsOfF32,
  EDGES,
  f32OfBits,
  FAST,
  packed,
  transcendentalVectors,
  unpacked,
} from "../support/transcendental-vectors.js";

const { ethers, networkHelpers } = await network.create();

const VECTORS_PER_FUNCTION = 20_000;
/** A call that fits the gas of one simulated block. */
const BATCH = 4_000;

const HARD_CASES: Record<Transcendental, readonly (readonly [bits: number, result: number])[]> = JSON.parse(
  readFileSync(new URL("../support/transcendental-hard-cases.json", import.meta.url), "utf8"),
);

async function harness() {
  const transcendental = await ethers.deployContract("Transcendental");
  return ethers.deployContract("TranscendentalHarness", [transcendental]);
}

async function onChain(name: Transcendental, vectors: Uint32Array): Promise<Uint32Array> {
  const contract = await networkHelpers.loadFixture(harness);
  const results = new Uint32Array(vectors.length);
  for (let at = 0; at < vectors.length; at += BATCH) {
    const batch = vectors.slice(at, at + BATCH);
    const answer = await contract.evaluate(TRANSCENDENTALS.indexOf(name), packed(batch), {
      gasLimit: 16_000_000n,
    });
    results.set(unpacked(getBytes(answer)), at);
  }
  return results;
}

function hex(bits: number | undefined): string {
  return `0x${(bits ?? 0).toString(16).padStart(8, "0")}`;
}

/** The first few disagreements, readable; none is the expected answer. */
function disagreements(
  vectors: Uint32Array,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): string[] {
  return Array.from(vectors.keys())
    .filter((i) => actual[i] !== expected[i])
    .slice(0, 5)
    .map((i) => `${hex(vectors[i])}: ${hex(actual[i])} instead of ${hex(expected[i])}`);
}

describe("transcendental functions", () => {
  for (const name of TRANSCENDENTALS) {
    describe(name, () => {
      const fast = (bits: number) => bitsOfF32(FAST[name](f32OfBits(bits)));
      const definition = (bits: number) => bitsOfF32(exactTranscendental(name, f32OfBits(bits)));

      it(`rounds ${VECTORS_PER_FUNCTION} boundary-weighted arguments alike in Solidity and in doubles`, async () => {
        const vectors = transcendentalVectors(name, VECTORS_PER_FUNCTION);
        expect(disagreements(vectors, await onChain(name, vectors), vectors.map(fast))).to.deep.equal([]);
      });

      it(`rounds ${VECTORS_PER_FUNCTION} boundary-weighted arguments as the definition does`, () => {
        const vectors = transcendentalVectors(name, VECTORS_PER_FUNCTION);
        expect(disagreements(vectors, vectors.map(fast), vectors.map(definition))).to.deep.equal([]);
      });

      it("rounds the values nearest to a boundary correctly in all three", async () => {
        const arguments_ = HARD_CASES[name].map(([bits]) => bits);
        const odd = name === "tanh" || name === "erf" || name === "sin" ? 0x80000000 : 0;
        const mirrored =
          name === "exp" || name === "log" ? [] : arguments_.map((bits) => (bits | 0x80000000) >>> 0);
        const results = HARD_CASES[name].map(([, result]) => result);
        const vectors = Uint32Array.from([...arguments_, ...mirrored]);
        const expected = [...results, ...mirrored.map((_, i) => (results[i]! ^ odd) >>> 0)];
        expect(disagreements(vectors, vectors.map(definition), expected)).to.deep.equal([]);
        expect(disagreements(vectors, vectors.map(fast), expected)).to.deep.equal([]);
        const padded = new Uint32Array(Math.ceil(vectors.length / 8) * 8);
        padded.set(vectors);
        expect(disagreements(vectors, await onChain(name, padded), expected)).to.deep.equal([]);
      });
    });
  }

  const NAN = 0x7fc00000;
  const INFINITY = 0x7f800000;
  const ONE = 0x3f800000;
  const MINUS = 0x80000000;
  const EDGE_RESULTS: Record<Transcendental, readonly (readonly [bits: number, result: number])[]> = {
    exp: [
      [0, ONE],
      [MINUS, ONE],
      [1, ONE],
      [INFINITY, INFINITY],
      [0xff800000, 0],
      [0x42b17217, 0x7f7fff84], // the largest argument that does not overflow
      [0x42b17218, INFINITY],
      [0xc2cff1b4, 1], // the last one that does not round to zero
      [0xc2cff1b5, 0],
    ],
    log: [
      [0, 0xff800000],
      [MINUS, 0xff800000],
      [ONE, 0],
      [INFINITY, INFINITY],
      [0xff800000, NAN],
      [0xbf800000, NAN],
      [0x80000001, NAN],
    ],
    tanh: [
      [0, 0],
      [MINUS, MINUS],
      [1, 1],
      [INFINITY, ONE],
      [0xff800000, 0xbf800000],
    ],
    erf: [
      [0, 0],
      [MINUS, MINUS],
      [1, 1],
      [0x80000001, 0x80000001],
      [INFINITY, ONE],
      [0xff800000, 0xbf800000],
    ],
    sin: [
      [0, 0],
      [MINUS, MINUS],
      [1, 1],
      [INFINITY, NAN],
      [0xff800000, NAN],
    ],
    cos: [
      [0, ONE],
      [MINUS, ONE],
      [1, ONE],
      [INFINITY, NAN],
      [0xff800000, NAN],
    ],
  };
  for (const name of TRANSCENDENTALS) {
    it(`keeps the edges of ${name}`, async () => {
      const nans = EDGES.filter((bits) => Number.isNaN(f32OfBits(bits))).map((bits) => [bits, NAN] as const);
      const cases = [...EDGE_RESULTS[name], ...nans];
      const vectors = new Uint32Array(Math.ceil(cases.length / 8) * 8);
      vectors.set(cases.map(([bits]) => bits));
      const expected = cases.map(([, result]) => result);
      const some = vectors.slice(0, cases.length);
      expect(
        disagreements(
          some,
          some.map((bits) => bitsOfF32(exactTranscendental(name, f32OfBits(bits)))),
          expected,
        ),
      ).to.deep.equal([]);
      expect(
        disagreements(
          some,
          some.map((bits) => bitsOfF32(FAST[name](f32OfBits(bits)))),
          expected,
        ),
      ).to.deep.equal([]);
      expect(disagreements(some, await onChain(name, vectors), expected)).to.deep.equal([]);
    });
  }

  it("reverts with UnknownFunction for a number that is none", async () => {
    const transcendental = await ethers.deployContract("Transcendental");
    await expect(transcendental.evaluate(6, 0))
      .to.be.revertedWithCustomError(transcendental, "UnknownFunction")
      .withArgs(6, 6);
  });

  it("refuses its deployment on a chain without the CLZ instruction", async () => {
    const older = await network.create({ override: { hardfork: "prague" } });
    await expect(older.ethers.deployContract("Transcendental")).to.be.revert(older.ethers);
  });
});
