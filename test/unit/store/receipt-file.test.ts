import { expect } from "chai";

import type { SignedReceipt } from "../../../src/claim/receipt.js";
import { isOnusError } from "../../../src/errors/onus-error.js";
import { decodeReceiptFile, encodeReceiptFile } from "../../../src/store/receipt-file.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { bytes32 } from "../../support/protocol.js";
import { ADDRESSES } from "../../support/receipts.js";

const { operator, signer, court, requester } = ADDRESSES;

const SIGNED: SignedReceipt = {
  receipt: {
    operator,
    modelId: bytes32(7),
    record: {
      requester,
      salt: bytes32(1),
      inputRoot: bytes32(2),
      outputRoot: bytes32(3),
      traceRoot: bytes32(0),
      parentsRoot: bytes32(0),
      parentsCount: 0,
    },
    issuedAt: asSeconds(1_767_225_600n),
    inclusionDeadline: asSeconds(1_767_225_660n),
    liabilityWei: asWei(10n ** 16n),
    maxRecords: 256,
  },
  court: { chainId: 31_337n, contract: court },
  signer,
  signature: `0x${"1f".repeat(65)}`,
};

/** What is wrong with a file, as the error says it. */
function refusalOf(text: string): string {
  try {
    decodeReceiptFile(text);
  } catch (error) {
    if (isOnusError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

/** The file with one value put elsewhere. */
function withValue(path: readonly string[], value: unknown): string {
  const json = JSON.parse(encodeReceiptFile(SIGNED)) as Record<string, unknown>;
  let inner = json;
  for (const name of path.slice(0, -1)) inner = inner[name] as Record<string, unknown>;
  inner[path.at(-1)!] = value;
  return JSON.stringify(json);
}

describe("A receipt file", () => {
  it("reads back as what was written, to the wei", () => {
    expect(decodeReceiptFile(encodeReceiptFile(SIGNED))).to.deep.equal(SIGNED);
  });

  it("says what is no JSON", () => {
    expect(refusalOf("{")).to.match(/^RECEIPT_FILE: not a signed receipt: expected JSON/);
  });

  it("refuses numbers that fit no field, and says where", () => {
    const over = (bits: bigint): string => (1n << bits).toString();
    for (const [path, value] of [
      [["receipt", "issuedAt"], over(40n)],
      [["receipt", "inclusionDeadline"], over(40n)],
      [["receipt", "liabilityWei"], over(96n)],
      [["receipt", "maxRecords"], 0],
      [["receipt", "maxRecords"], 2 ** 20 + 1],
      [["receipt", "record", "parentsCount"], 65],
      [["court", "chainId"], over(256n)],
      [["signature"], "0x1"],
      [["signature"], "0x"],
    ] as const) {
      expect(refusalOf(withValue(path, value))).to.match(
        new RegExp(`^RECEIPT_FILE: .* at ${path.join("\\.")}$`),
      );
    }
    expect(refusalOf(withValue(["receipt", "issuedAt"], (2n ** 40n - 1n).toString()))).to.equal("none");
  });

  it("refuses an address whose checksum is wrong", () => {
    const wrong = operator.replace(/[a-f]/, (letter) => letter.toUpperCase());
    expect(refusalOf(withValue(["receipt", "operator"], wrong))).to.match(/^MALFORMED_VALUE: /);
  });
});
