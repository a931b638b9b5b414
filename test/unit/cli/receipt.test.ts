import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";

import { signReceipt } from "../../../src/chain/sign-receipt.js";
import { receiptHash } from "../../../src/claim/receipt.js";
import type { Receipt } from "../../../src/claim/receipt.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { encodeReceiptFile } from "../../../src/store/receipt-file.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { bytes32, makeRecord } from "../../support/protocol.js";
import { ADDRESSES } from "../../support/receipts.js";

const COURT = { chainId: 31_337n, contract: ADDRESSES.court };
const RECEIPT: Receipt = {
  operator: ADDRESSES.operator,
  modelId: bytes32(7),
  record: makeRecord(ADDRESSES.requester),
  issuedAt: asSeconds(1_767_225_600n),
  inclusionDeadline: asSeconds(1_767_225_660n),
  liabilityWei: asWei(10n ** 16n),
  maxRecords: 256,
};

async function onus(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const status = await runCli(args, {
    streams: {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
    },
  });
  return { status, out, err };
}

describe("onus receipt verify", () => {
  const directory = mkdtempSync(join(tmpdir(), "onus-receipt-"));
  const file = join(directory, "receipt.json");

  before(async () => {
    const signed = await signReceipt(RECEIPT, { signer: new Wallet(bytes32(0x5eed)), court: COURT });
    writeFileSync(file, encodeReceiptFile(signed));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it("says offline what holds and what a node would know", async () => {
    const { status, out } = await onus("receipt", "verify", file);
    expect(status).to.equal(0);
    expect(out).to.include(receiptHash(RECEIPT, COURT));
    expect(out).to.match(/^signature +yes: it is that of 0x/m);
    expect(out).to.match(/^key +not known: /m);
    expect(out).to.match(/^court +not known: /m);
    expect(out).to.include("name one with --network or --rpc");
  });

  it("prints the verdict as JSON", async () => {
    const { status, out } = await onus("receipt", "verify", file, "--json");
    expect(status).to.equal(0);
    const verdict = JSON.parse(out) as {
      outcome: string;
      receiptHash: string;
      receipt: { maxRecords: number };
    };
    expect(verdict.outcome).to.equal("unknown");
    expect(verdict.receiptHash).to.equal(receiptHash(RECEIPT, COURT));
    expect(verdict.receipt.maxRecords).to.equal(256);
  });

  it("takes what the receipt should be about, and ends with 6 when it is about something else", async () => {
    expect((await onus("receipt", "verify", file, "--model", RECEIPT.modelId)).status).to.equal(0);
    for (const wrong of [
      ["--model", bytes32(8)],
      ["--operator", ADDRESSES.requester],
      ["--requester", ADDRESSES.operator],
      ["--input-root", bytes32(8)],
      ["--output-root", bytes32(8)],
      ["--asked-at", "1767225601"],
    ]) {
      const { status, err } = await onus("receipt", "verify", file, ...wrong);
      expect(status).to.equal(6);
      expect(err).to.match(/proves nothing: (its|it says) /);
    }
  });

  it("ends with 6 when a word of it was changed", async () => {
    const signed = await signReceipt(RECEIPT, { signer: new Wallet(bytes32(0x5eed)), court: COURT });
    const bent = join(directory, "bent.json");
    writeFileSync(bent, encodeReceiptFile({ ...signed, receipt: { ...RECEIPT, liabilityWei: asWei(1n) } }));
    const { status, err } = await onus("receipt", "verify", bent);
    expect(status).to.equal(6);
    expect(err).to.include(`not that of ${signed.signer}`);
  });

  it("ends with 3 when there is no receipt in the file, or no file", async () => {
    const other = join(directory, "other.json");
    writeFileSync(other, "{}");
    expect(await onus("receipt", "verify", other)).to.have.property("status", 3);
    expect(await onus("receipt", "verify", join(directory, "none.json"))).to.have.property("status", 3);
  });
});
