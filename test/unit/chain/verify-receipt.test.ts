import { expect } from "chai";
import { Wallet } from "ethers";

import { signReceipt } from "../../../src/chain/sign-receipt.js";
import { verifyReceipt } from "../../../src/chain/verify-receipt.js";
import type { KeyInterval, ReceiptCheck, ReceiptFacts } from "../../../src/claim/check-receipt.js";
import { receiptHash } from "../../../src/claim/receipt.js";
import type { Receipt, SignedReceipt } from "../../../src/claim/receipt.js";
import { requestId } from "../../../src/claim/record.js";
import { parseAddress } from "../../../src/types/address.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";
import { bytes32, makeRecord } from "../../support/protocol.js";
import { ADDRESSES } from "../../support/receipts.js";

const { operator, requester } = ADDRESSES;
const COURT = { chainId: 11_155_111n, contract: ADDRESSES.court };
const T = 1_767_225_600n;
const at = (seconds: bigint) => asSeconds(T + seconds);

const KEY = new Wallet(bytes32(0x5eed));
const SIGNER = parseAddress(KEY.address);
const STRANGER = new Wallet(bytes32(0xbad));

const RECEIPT: Receipt = {
  operator,
  modelId: bytes32(7),
  record: makeRecord(requester),
  issuedAt: at(0n),
  inclusionDeadline: at(72n),
  liabilityWei: asWei(1_000n),
  maxRecords: 8,
};
const key = (overrides: Partial<KeyInterval> = {}): KeyInterval => ({
  operator,
  signer: SIGNER,
  activeFrom: at(-10n),
  ...overrides,
});
const FACTS: ReceiptFacts = {
  court: COURT,
  keys: [key()],
  exitDelay: asSeconds(290n),
  keyNotice: asSeconds(20n),
  now: at(5n),
};

const signed = (overrides: Partial<Receipt> = {}, by = KEY): Promise<SignedReceipt> =>
  signReceipt({ ...RECEIPT, ...overrides }, { signer: by, court: COURT });

/** The outcome of a receipt, and of the checks that do not hold. */
function outcomeOf(given: SignedReceipt, facts: ReceiptFacts) {
  const { outcome, checks } = verifyReceipt(given, facts);
  const open = checks.filter((check) => check.outcome !== "holds");
  return [outcome, ...open.map(({ check, outcome: found }) => `${check} ${found}`)];
}

describe("verifyReceipt", () => {
  it("says that a receipt holds when everything is known and right", async () => {
    const given = await signed();
    const verdict = verifyReceipt(given, FACTS);
    expect(verdict.outcome).to.equal("holds");
    expect(verdict.receiptHash).to.equal(receiptHash(RECEIPT, COURT));
    expect(verdict.requestId).to.equal(requestId(RECEIPT.record, RECEIPT.modelId));
    expect(verdict.presentableUntil).to.equal(at(145n));
    const names: ReceiptCheck["check"][] = ["court", "signature", "key", "time", "deadline", "terms"];
    expect(verdict.checks.map(({ check }) => check)).to.deep.equal(names);
  });

  it("says what it does not know without a chain, and what it knows all the same", async () => {
    expect(outcomeOf(await signed(), {})).to.deep.equal([
      "unknown",
      "court unknown",
      "key unknown",
      "time unknown",
      "deadline unknown",
    ]);
    expect(outcomeOf(await signed({ inclusionDeadline: at(-1n) }), {})[0]).to.equal("fails");
    const { checks } = verifyReceipt(await signed(), {});
    for (const { because } of checks) expect(because).to.match(/^[^.]+$/);
  });

  it("refutes every forgery: of another key, another form, another word, another court", async () => {
    const given = await signed();
    const forged = { ...(await signed({}, STRANGER)), signer: SIGNER };
    expect(outcomeOf(forged, FACTS)).to.deep.equal(["fails", "signature fails"]);
    const changed = { ...given, receipt: { ...RECEIPT, maxRecords: 9 } };
    expect(outcomeOf(changed, FACTS)).to.deep.equal(["fails", "signature fails"]);
    const elsewhere = { ...given, court: { ...COURT, chainId: 1n } };
    expect(outcomeOf(elsewhere, FACTS)).to.deep.equal(["fails", "court fails", "signature fails"]);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const [r, s, v] = [
      given.signature.slice(0, 66),
      given.signature.slice(66, 130),
      given.signature.slice(130),
    ];
    const high = (order - BigInt(`0x${s}`)).toString(16).padStart(64, "0");
    const forms = [`${r}${high}${v === "1b" ? "1c" : "1b"}`, `${r}${s}${v === "1b" ? "00" : "01"}`, "0x00"];
    for (const form of forms) {
      const bent = { ...given, signature: form as `0x${string}` };
      expect(outcomeOf(bent, FACTS), form).to.deep.equal(["fails", "signature fails"]);
    }
  });

  it("knows a key's interval to the second", async () => {
    const given = await signed();
    const outcomes = (interval: Partial<KeyInterval>) =>
      outcomeOf(given, { ...FACTS, keys: [key(interval)] });
    expect(outcomes({ activeFrom: at(0n) })).to.deep.equal(["holds"]);
    expect(outcomes({ activeFrom: at(1n) })).to.deep.equal(["fails", "key fails"]);
    expect(outcomes({ revokedAt: at(-19n) })).to.deep.equal(["holds"]);
    expect(outcomes({ revokedAt: at(-20n) })).to.deep.equal(["fails", "key fails"]);
    expect(outcomes({ operator: requester })).to.deep.equal(["fails", "key fails"]);
    expect(outcomeOf(given, { ...FACTS, keys: [] })).to.deep.equal(["fails", "key fails"]);
    const { keyNotice: _, ...withoutNotice } = FACTS;
    const revoked = (revokedAt: bigint) =>
      outcomeOf(given, { ...withoutNotice, keys: [key({ revokedAt: at(revokedAt) })] });
    expect(revoked(1n)).to.deep.equal(["holds"]);
    expect(revoked(0n)).to.deep.equal(["unknown", "key unknown"]);
  });

  it("knows the times of a court to the second", async () => {
    const given = await signed();
    const atTime = (now: bigint) => outcomeOf(given, { ...FACTS, now: at(now) });
    expect(atTime(-1n)).to.deep.equal(["fails", "time fails"]);
    expect(atTime(0n)).to.deep.equal(["holds"]);
    expect(atTime(144n)).to.deep.equal(["holds"]);
    expect(atTime(145n)).to.deep.equal(["fails", "time fails"]);
    const asked = (askedAt: bigint) => outcomeOf(given, { ...FACTS, askedAt: at(askedAt) });
    expect(asked(0n)).to.deep.equal(["holds"]);
    expect(asked(1n)).to.deep.equal(["fails", "time fails"]);
    const until = async (seconds: bigint) =>
      outcomeOf(await signed({ inclusionDeadline: at(seconds) }), FACTS);
    expect(await until(0n)).to.deep.equal(["holds"]);
    expect(await until(73n)).to.deep.equal(["fails", "deadline fails"]);
  });

  it("refutes promises of nothing", async () => {
    expect(outcomeOf(await signed({ liabilityWei: asWei(0n) }), FACTS)).to.deep.equal([
      "fails",
      "terms fails",
    ]);
    expect(outcomeOf(await signed({ maxRecords: 0 }), FACTS)).to.deep.equal(["fails", "terms fails"]);
  });

  it("leaves what an operator's contract signed to the contract", async () => {
    const own = { ...(await signed()), signer: operator, signature: "0x1234" } as const;
    const keys = [key({ signer: operator })];
    const outcomes = (isSignedByContract?: boolean) =>
      outcomeOf(own, { ...FACTS, keys, ...(isSignedByContract !== undefined && { isSignedByContract }) });
    expect(outcomes()).to.deep.equal(["unknown", "signature unknown"]);
    expect(outcomes(true)).to.deep.equal(["holds"]);
    expect(outcomes(false)).to.deep.equal(["fails", "signature fails"]);
  });

  it("compares it with what was asked", async () => {
    const given = await signed();
    const { inputRoot, outputRoot } = RECEIPT.record;
    const right = { operator, modelId: RECEIPT.modelId, requester, inputRoot, outputRoot };
    expect(outcomeOf(given, { ...FACTS, about: right })).to.deep.equal(["holds"]);
    for (const wrong of [
      { operator: requester },
      { modelId: bytes32(8) },
      { requester: operator },
      { inputRoot: bytes32(8) },
      { outputRoot: bytes32(8) },
    ]) {
      const about = { ...right, ...wrong };
      expect(outcomeOf(given, { ...FACTS, about })).to.deep.equal(["fails", "subject fails"]);
    }
  });
});
