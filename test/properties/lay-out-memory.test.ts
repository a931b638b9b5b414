import { expect } from "chai";
import fc from "fast-check";

import { layOutMemory } from "../../src/run/wasm/lay-out-memory.js";

const lifetime = fc
  .record({ bytes: fc.integer({ min: 1, max: 400 }), first: fc.nat(20), lasts: fc.nat(6) })
  .map(({ bytes, first, lasts }) => ({ bytes, first, last: first + lasts }));

describe("run: memory shared by lifetime", () => {
  it("never gives the same byte to two things that live in the same step", () => {
    fc.assert(
      fc.property(fc.array(lifetime, { maxLength: 40 }), (lifetimes) => {
        const { offsets, bytes } = layOutMemory(lifetimes);
        lifetimes.forEach((one, i) => {
          const from = offsets[i] as number;
          expect(from % 64).to.equal(0);
          expect(from + one.bytes).to.be.at.most(bytes);
          lifetimes.slice(0, i).forEach((other, j) => {
            if (one.first > other.last || other.first > one.last) return;
            const start = offsets[j] as number;
            expect(from + one.bytes <= start || start + other.bytes <= from, `${j} and ${i}`).to.equal(true);
          });
        });
      }),
    );
  });

  it("takes no more than the largest two in a chain of equals", () => {
    const chain = Array.from({ length: 50 }, (_, first) => ({ bytes: 64, first, last: first + 1 }));
    expect(layOutMemory(chain).bytes).to.equal(128);
  });
});
