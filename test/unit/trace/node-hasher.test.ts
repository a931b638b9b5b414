import { expect } from "chai";

import { nobleHasher } from "../../../src/trace/noble-hasher.js";
import { rootOfBytes } from "../../../src/trace/tree.js";
import { nodeHasher } from "../../../src/threads/node-hasher.js";
import { Random } from "../../support/random.js";

describe("threads: the hasher of the programs", () => {
  it("leads to the roots of the plain one, whatever the machine's cores", () => {
    const random = new Random(5);
    for (const count of [1, 129, 70_001, 500_003]) {
      const bytes = Uint8Array.from({ length: count }, () => random.below(256));
      expect(rootOfBytes(bytes, nodeHasher)).to.deep.equal(rootOfBytes(bytes, nobleHasher));
    }
  });
});
