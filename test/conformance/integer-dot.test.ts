import { expect } from "chai";
import { artifacts, network } from "hardhat";

import { CALL_NETWORK, call, deployHarness } from "../support/arithmetic-harness.js";
import { anyInteger, Random } from "../support/float-vectors.js";

const { provider } = await network.create({ override: CALL_NETWORK });
const send = (method: string, params: unknown[]): Promise<unknown> => provider.request({ method, params });
const harness = await deployHarness(send, await artifacts.readArtifact("RunHarness"));

const EXTREMES = [0, 1, 0x7f, 0x80, 0x81, 0xff];
const LENGTHS = [0, 1, 2, 31, 32, 33, 63, 64, 65, 300];

const read = (byte: number, signed: boolean): number => (signed ? (byte << 24) >> 24 : byte);
const drawBytes = (random: Random, length: number): Buffer => {
  const kind = random.below(4);
  const one = random.below(256);
  const draw = (): number =>
    kind === 0 ? one : kind === 1 ? EXTREMES[random.below(6)]! : random.bits() & 255;
  return Buffer.from(Array.from({ length }, draw));
};

describe("IntegerDot", function () {
  this.timeout(120_000);

  for (const signedA of [false, true]) {
    for (const signedB of [false, true]) {
      it(`equals the plain wrapping sum of ${signedA ? "i8" : "u8"} times ${signedB ? "i8" : "u8"}`, async () => {
        const random = new Random(Number(signedA) * 2 + Number(signedB) + 1);
        for (let i = 0; i < 150; i++) {
          const n = i < 30 ? LENGTHS[i % 10]! : random.below(100);
          const data = drawBytes(random, 2 * n + 40);
          let expected = anyInteger(random);
          const start = expected;
          for (let k = 0; k < n; k++) {
            expected = (expected + read(data[k]!, signedA) * read(data[n + k]!, signedB)) >>> 0;
          }
          const [sum] = await call(harness, "integerDot", [start, n, signedA, signedB, data]);
          expect(sum, data.toString("hex")).to.equal(BigInt(expected));
        }
      });
    }
  }

  for (const signed of [false, true]) {
    it(`equals the plain wrapping sum of ${signed ? "i8" : "u8"}`, async () => {
      const random = new Random(Number(signed) + 10);
      for (let i = 0; i < 150; i++) {
        const n = i < 30 ? LENGTHS[i % 10]! : random.below(100);
        const data = drawBytes(random, n + 40);
        let expected = anyInteger(random);
        const start = expected;
        for (let k = 0; k < n; k++) expected = (expected + read(data[k]!, signed)) >>> 0;
        const [sum] = await call(harness, "integerSum", [start, n, signed, data]);
        expect(sum, data.toString("hex")).to.equal(BigInt(expected));
      }
    });
  }

  it("wraps at 2^32 over many blocks of extreme products", async () => {
    for (const byte of [0x80, 0xff]) {
      const n = 70_000;
      const [sum] = await call(harness, "integerDot", [
        0,
        n,
        byte === 0x80,
        byte === 0x80,
        Buffer.alloc(2 * n, byte),
      ]);
      expect(sum).to.equal((BigInt(n) * (byte === 0x80 ? 16_384n : 65_025n)) % 2n ** 32n);
    }
  });

  it("reads zeros beyond the calldata", async () => {
    const [sum] = await call(harness, "integerDot", [5, 10_000, true, false, Buffer.alloc(64, 0xff)]);
    expect(sum).to.equal(5n);
  });
});
