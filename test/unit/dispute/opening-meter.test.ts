import { expect } from "chai";
import fc from "fast-check";

import { openingMeter } from "../../../src/dispute/opening-meter.js";
import { rangesOf } from "../../../src/dispute/operand-leaves.js";
import { LEAF_BYTES } from "../../../src/program/tensor-table.js";
import { NODE_BYTES, openingBytes } from "../../../src/trace/tree.js";

/** A depth, and leaves of such a tree in any order, some of them twice, many of them neighbours. */
const leaves = fc
  .integer({ min: 0, max: 22 })
  .chain((depth) =>
    fc.tuple(
      fc.constant(depth),
      fc.array(
        fc.oneof(
          fc.integer({ min: 0, max: Math.min(2 ** depth - 1, 20) }),
          fc.integer({ min: 0, max: 2 ** depth - 1 }),
        ),
        { minLength: 1, maxLength: 60 },
      ),
    ),
  );

describe("dispute: the meter of an opening", () => {
  it("says of leaves added in any order what opening them together takes", () => {
    fc.assert(
      fc.property(leaves, ([depth, added]) => {
        const meter = openingMeter(depth);
        const seen = new Set<number>();
        for (const leaf of added) {
          expect(meter.add(leaf)).to.equal(!seen.has(leaf));
          seen.add(leaf);
          const positions = [...seen].sort((a, b) => a - b);
          expect(meter.leaves()).to.equal(positions.length);
          expect(meter.ranges()).to.equal(rangesOf(positions).length);
          const bytes = meter.leaves() * LEAF_BYTES + meter.siblings() * NODE_BYTES;
          expect(bytes).to.equal(openingBytes({ form: "bytes", positions, depth }));
        }
      }),
      { numRuns: 300 },
    );
  });
});
