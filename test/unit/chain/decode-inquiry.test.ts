import { toBeHex, zeroPadValue } from "ethers";
import { expect } from "chai";

import { decodeAsked } from "../../../src/chain/decode-inquiry.js";
import type { PlaceCodes } from "../../../src/chain/decode-inquiry.js";
import { asBytes32 } from "../../../src/types/bytes32.js";

const word = (seed: number) => asBytes32(zeroPadValue(toBeHex(seed), 32));
const place = (given: Partial<PlaceCodes>): PlaceCodes => ({
  ...{ list: 0n, level: 0n, record: 0n, tensor: 0xffff_ffffn, index: 0n },
  ...given,
});

describe("chain: a question in an event", () => {
  it("names the tensor that holds the node", () => {
    const asked = {
      ...{ key: word(1), form: 4n, levels: 3n, subject: word(2) },
      place: place({ list: 3n, level: 3n, record: 5n, tensor: 7n, index: 9n }),
    };
    expect(decodeAsked(asked)).to.deep.equal({
      ...{ key: word(1), form: "leaves", levels: 3, subject: word(2) },
      place: { list: "trace", level: 3, record: 5, tensor: 7, index: 9 },
    });
  });

  it("names no tensor where the node is the list's own, and tensor 0 where it is that one's", () => {
    const asked = { key: word(1), form: 3n, levels: 6n, subject: word(2) };
    expect(decodeAsked({ ...asked, place: place({ list: 6n }) }).place).to.not.have.property("tensor");
    expect(decodeAsked({ ...asked, place: place({ list: 6n, tensor: 0n }) }).place).to.have.property(
      "tensor",
      0,
    );
  });

  it("of a form nobody knows is an error", () => {
    const asked = { key: word(1), form: 6n, levels: 0n, subject: word(2), place: place({}) };
    expect(() => decodeAsked(asked)).to.throw("code 6 is none of record, trace, nodes, leaves, descriptor");
  });
});
