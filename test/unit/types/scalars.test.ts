import { expect } from "chai";
import fc from "fast-check";

import { isOnusError } from "../../../src/errors/onus-error.js";
import { parseAddress } from "../../../src/types/address.js";
import { bytes32From, parseBytes32 } from "../../../src/types/bytes32.js";
import { parseSeconds } from "../../../src/types/seconds.js";
import { parseWei } from "../../../src/types/wei.js";

/** Asserts that `parse` refuses each text, names the value, and quotes what it found. */
function refuses(parse: (text: string, name: string) => unknown, texts: readonly string[]): void {
  for (const text of texts) {
    try {
      parse(text, "the value");
    } catch (error) {
      if (!isOnusError(error, "MALFORMED_VALUE")) throw error;
      expect(error.context.name).to.equal("the value");
      expect(error.context.found).to.contain(text);
      continue;
    }
    expect.fail(`accepted ${JSON.stringify(text)}`);
  }
}

describe("parseBytes32", () => {
  it("accepts 64 hex digits of either case and returns them in lower case", () => {
    expect(parseBytes32(`0x${"Ab".repeat(32)}`)).to.equal(`0x${"ab".repeat(32)}`);
  });

  it("refuses any other length, digit or prefix", () => {
    refuses(parseBytes32, [
      "",
      "0x",
      "a".repeat(64),
      `0x${"a".repeat(63)}`,
      `0x${"a".repeat(65)}`,
      `0x${"g".repeat(64)}`,
    ]);
  });

  it("reads back what bytes32From wrote", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const text = bytes32From(bytes);
        expect(parseBytes32(text)).to.equal(text);
        expect(Uint8Array.from(Buffer.from(text.slice(2), "hex"))).to.deep.equal(bytes);
      }),
    );
  });
});

describe("parseAddress", () => {
  // The examples of EIP-55.
  const examples = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
  ];

  it("accepts the examples of EIP-55 and their lower-case forms", () => {
    for (const example of examples) {
      expect(parseAddress(example)).to.equal(example);
      expect(parseAddress(example.toLowerCase())).to.equal(example);
    }
  });

  it("refuses a wrong checksum, length or digit", () => {
    refuses(parseAddress, [
      "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      "0x00",
      `0x${"z".repeat(40)}`,
      "0".repeat(40),
    ]);
  });
});

describe("parseWei", () => {
  it("reads wei, gwei and ether exactly", () => {
    expect(parseWei("0")).to.equal(0n);
    expect(parseWei("30 gwei")).to.equal(30_000_000_000n);
    expect(parseWei("1.5 ether")).to.equal(1_500_000_000_000_000_000n);
    expect(parseWei("0.000000000000000001ether")).to.equal(1n);
  });

  it("refuses signs, exponents, unknown units and fractions of a wei", () => {
    refuses(parseWei, ["", "-1", "1e18", "1.5", "1 eth", ".5 ether", "0.0000000000000000001 ether", "1_000"]);
  });
});

describe("parseSeconds", () => {
  it("reads seconds, minutes, hours and days", () => {
    expect(["90", "90s", "30m", "48h", "7d"].map((text) => parseSeconds(text))).to.deep.equal([
      90n,
      90n,
      1_800n,
      172_800n,
      604_800n,
    ]);
  });

  it("refuses signs, fractions and unknown units", () => {
    refuses(parseSeconds, ["", "-1", "1.5h", "2w", "1h30m"]);
  });
});
