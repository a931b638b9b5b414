import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { receiptHash } from "./receipt.js";
import type { SignedReceipt } from "./receipt.js";
import { requestId } from "./record.js";

/** When receipts of a key count; the operator's own since its registration. */
export type KeyInterval = {
  readonly operator: Address;
  readonly signer: Address;
  /** Unix seconds, inclusive. */
  readonly activeFrom: Seconds;
  /** Unix seconds; absent while it is active. */
  readonly revokedAt?: Seconds;
};

/** What somebody knows beside the receipt itself; what is absent is not known. */
export type ReceiptFacts = {
  /** The court of a deployment that is trusted. */
  readonly court?: Place;
  /** Every key of the operator. */
  readonly keys?: readonly KeyInterval[];
  readonly exitDelay?: Seconds;
  readonly keyNotice?: Seconds;
  readonly now?: Seconds;
  /** When the answer was asked for: a promise that is dated back runs out early. */
  readonly askedAt?: Seconds;
  /** What the operator's contract says about the signature, where the operator is one. */
  readonly isSignedByContract?: boolean;
  /** What the receipt should be about. */
  readonly about?: {
    readonly operator?: Address;
    readonly modelId?: Bytes32;
    readonly requester?: Address;
    readonly inputRoot?: Bytes32;
    readonly outputRoot?: Bytes32;
  };
};

export type ReceiptCheck = {
  readonly check: "subject" | "court" | "signature" | "key" | "time" | "deadline" | "terms";
  readonly outcome: "holds" | "fails" | "unknown";
  /** Why, as a sentence without its capital and full stop. */
  readonly because: string;
};

export type ReceiptVerdict = {
  readonly receiptHash: Bytes32;
  readonly requestId: Bytes32;
  /** Fails when a check does, and is unknown when one is; a receipt that is unknown may be worth nothing. */
  readonly outcome: ReceiptCheck["outcome"];
  readonly checks: readonly ReceiptCheck[];
  /** From when on nobody can present it any more; absent where the exit delay is not known. */
  readonly presentableUntil?: Seconds;
};

/**
 * Whether a court would take a receipt (docs/spec/receipts.md), and whether its promise is one.
 *
 * @param recovered whose key made the signature; undefined when it is none that a court takes
 */
export function checkReceipt(
  signed: SignedReceipt,
  recovered: Address | undefined,
  facts: ReceiptFacts = {},
): ReceiptVerdict {
  const { receipt, court } = signed;
  const checks = [
    ...checkSubject(signed, facts),
    checkCourt(signed, facts),
    checkSignature(signed, recovered, facts),
    checkKey(signed, facts),
    checkTime(signed, facts),
    checkDeadline(signed, facts),
    checkTerms(signed),
  ];
  const has = (outcome: ReceiptCheck["outcome"]) => checks.some((check) => check.outcome === outcome);
  const { exitDelay } = facts;
  return {
    receiptHash: receiptHash(receipt, court),
    requestId: requestId(receipt.record, receipt.modelId),
    outcome: has("fails") ? "fails" : has("unknown") ? "unknown" : "holds",
    checks,
    ...(exitDelay !== undefined && { presentableUntil: asSeconds(receipt.issuedAt + exitDelay / 2n) }),
  };
}

function checkSubject({ receipt }: SignedReceipt, { about }: ReceiptFacts): ReceiptCheck[] {
  if (about === undefined) return [];
  const { operator, modelId, record } = receipt;
  const { requester, inputRoot, outputRoot } = record;
  const found = { operator, modelId, requester, inputRoot, outputRoot };
  const names = Object.keys(found) as (keyof typeof found)[];
  const wrong = names.find((name) => about[name] !== undefined && about[name] !== found[name]);
  if (wrong === undefined) return [say("subject", "holds", "it is about what was asked")];
  return [say("subject", "fails", `its ${wrong} is ${found[wrong]}, not ${about[wrong]}`)];
}

function checkCourt({ court }: SignedReceipt, { court: trusted }: ReceiptFacts): ReceiptCheck {
  const named = `court ${court.contract} on chain ${court.chainId}`;
  if (trusted === undefined)
    return say("court", "unknown", `it names ${named}; no deployment to compare with`);
  if (trusted.chainId === court.chainId && trusted.contract === court.contract) {
    return say("court", "holds", `it names ${named}, the deployment's`);
  }
  const other = `the deployment's is ${trusted.contract} on chain ${trusted.chainId}`;
  return say("court", "fails", `it names ${named}; ${other}`);
}

function checkSignature(
  { receipt, signer }: SignedReceipt,
  recovered: Address | undefined,
  { isSignedByContract }: ReceiptFacts,
): ReceiptCheck {
  if (recovered === signer) return say("signature", "holds", `it is that of ${signer}`);
  if (signer !== receipt.operator || isSignedByContract === false) {
    const whose = recovered === undefined ? "nobody's" : `that of ${recovered}`;
    return say("signature", "fails", `it is ${whose}, not that of ${signer}`);
  }
  if (isSignedByContract) return say("signature", "holds", `the operator's contract ${signer} says so, now`);
  return say(
    "signature",
    "unknown",
    `it is no key's; if ${signer} is a contract, the chain alone can ask it`,
  );
}

function checkKey({ receipt, signer }: SignedReceipt, { keys, keyNotice }: ReceiptFacts): ReceiptCheck {
  const { operator, issuedAt } = receipt;
  if (keys === undefined) return say("key", "unknown", `whether ${signer} was a key of ${operator} then`);
  const key = keys.find((one) => one.signer === signer && one.operator === operator);
  if (key === undefined) return say("key", "fails", `${signer} is no key of operator ${operator}`);
  if (issuedAt < key.activeFrom) {
    return say("key", "fails", `issued at ${issuedAt}, and the key counts from ${key.activeFrom} on`);
  }
  if (key.revokedAt === undefined)
    return say("key", "holds", `a key of the operator since ${key.activeFrom}`);
  if (issuedAt < key.revokedAt) return say("key", "holds", `revoked at ${key.revokedAt}, after it signed`);
  if (keyNotice === undefined) {
    return say("key", "unknown", `revoked at ${key.revokedAt}; the deployment's notice is not known`);
  }
  const end = key.revokedAt + keyNotice;
  return issuedAt < end
    ? say("key", "holds", `revoked at ${key.revokedAt}, and signed within the notice`)
    : say("key", "fails", `issued at ${issuedAt}, and the key's receipts ended at ${end}`);
}

function checkTime({ receipt }: SignedReceipt, { now, askedAt, exitDelay }: ReceiptFacts): ReceiptCheck {
  const { issuedAt } = receipt;
  if (askedAt !== undefined && issuedAt < askedAt) {
    return say(
      "time",
      "fails",
      `it says it was issued at ${issuedAt}, before it was asked for at ${askedAt}`,
    );
  }
  if (now === undefined) return say("time", "unknown", `it says it was issued at ${issuedAt}`);
  if (issuedAt > now) return say("time", "fails", `it says it was issued at ${issuedAt}, and now is ${now}`);
  if (exitDelay === undefined) {
    return say("time", "unknown", `until when it can be presented: the exit delay is not known`);
  }
  const end = issuedAt + exitDelay / 2n;
  return now < end
    ? say("time", "holds", `it can be presented until ${end}`)
    : say("time", "fails", `it could be presented until ${end}, and now is ${now}`);
}

function checkDeadline({ receipt }: SignedReceipt, { exitDelay }: ReceiptFacts): ReceiptCheck {
  const { issuedAt, inclusionDeadline } = receipt;
  if (inclusionDeadline < issuedAt) {
    return say("deadline", "fails", `inclusion by ${inclusionDeadline}, before it was issued at ${issuedAt}`);
  }
  if (exitDelay === undefined) {
    return say("deadline", "unknown", `inclusion by ${inclusionDeadline}; the exit delay is not known`);
  }
  const most = issuedAt + exitDelay / 4n;
  return inclusionDeadline <= most
    ? say("deadline", "holds", `inclusion by ${inclusionDeadline}`)
    : say("deadline", "fails", `inclusion by ${inclusionDeadline}, and a court takes ${most} at most`);
}

function checkTerms({ receipt }: SignedReceipt): ReceiptCheck {
  const { liabilityWei, maxRecords } = receipt;
  if (liabilityWei === 0n || maxRecords === 0) {
    return say("terms", "fails", `${liabilityWei} wei behind ${maxRecords} records promise nothing`);
  }
  const each = liabilityWei / BigInt(maxRecords);
  return say("terms", "holds", `${liabilityWei} wei behind at most ${maxRecords} records, ${each} for each`);
}

const say = (
  check: ReceiptCheck["check"],
  outcome: ReceiptCheck["outcome"],
  because: string,
): ReceiptCheck => ({ check, outcome, because });
