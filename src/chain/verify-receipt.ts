import { Contract, recoverAddress, Signature } from "ethers";

import { checkReceipt } from "../claim/check-receipt.js";
import type { KeyInterval, ReceiptFacts, ReceiptVerdict } from "../claim/check-receipt.js";
import { receiptHash } from "../claim/receipt.js";
import type { Receipt, SignedReceipt } from "../claim/receipt.js";
import { RECEIPT_STAGES } from "../dispute/receipt-view.js";
import type { ReceiptStage } from "../dispute/receipt-view.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";
import { chainNow } from "./chain-now.js";
import { providerOf, requirePart } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { readCourtRules } from "./read-receipt.js";

const IERC1271 = ["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"];
const YES = "0x1626ba7e";
/** What the court gives it, and a transaction's own; contracts/ReceiptCourt.sol. */
const MOST_SIGNATURE_GAS = 560_000n;

/**
 * Whether a receipt is worth its bytes: everything that can be seen without a chain, and, with the facts of one, all that a
 * court looks at. What is not known is said.
 */
export function verifyReceipt(signed: SignedReceipt, facts: ReceiptFacts = {}): ReceiptVerdict {
  return checkReceipt(signed, recoverSigner(signed), facts);
}

/** What a chain knows about a receipt; the court looks at neither of the two that are added. */
export type ReceiptChainFacts = ReceiptFacts & {
  /** Stake that backs no claim: what a penalty can reach. */
  readonly backing: Wei;
  readonly stage: ReceiptStage;
};

/** The facts that a chain has about a receipt. */
export async function readReceiptFacts(
  contracts: Contracts,
  signed: SignedReceipt,
): Promise<ReceiptChainFacts> {
  requirePart(contracts, "receiptCourt");
  const { receipt, signer } = signed;
  const provider = providerOf(contracts);
  const [{ exitDelay, keyNotice }, keys, now, backing, case_, isSignedByContract] = await Promise.all([
    readCourtRules(contracts),
    readKeys(contracts, receipt, signer),
    chainNow(provider),
    readBacking(contracts, receipt.operator),
    contracts.court.caseOf(receiptHash(receipt, contracts.courtPlace)),
    signer === receipt.operator ? askContract(contracts, signed) : undefined,
  ]);
  return {
    ...{ court: contracts.courtPlace, exitDelay, keyNotice, keys, now, backing },
    stage: RECEIPT_STAGES[Number(case_.stage)] ?? "none",
    ...(isSignedByContract !== undefined && { isSignedByContract }),
  };
}

/** Whose key signed, as the court reads it: 65 bytes in their one form. */
export function recoverSigner({ receipt, court, signature }: SignedReceipt): Address | undefined {
  const hash = receiptHash(receipt, court);
  try {
    const { serialized } = Signature.from(signature);
    return serialized === signature ? parseAddress(recoverAddress(hash, signature)) : undefined;
  } catch {
    return undefined;
  }
}

/** The interval of the signer, if it is the operator or a key of it. */
async function readKeys(
  { operators }: Contracts,
  { operator }: Receipt,
  signer: Address,
): Promise<KeyInterval[]> {
  if (signer === operator) {
    const { registeredAt } = await operators.operatorOf(operator);
    return registeredAt === 0n ? [] : [{ operator, signer, activeFrom: asSeconds(registeredAt) }];
  }
  const key = await operators.signerOf(signer);
  const interval = { operator: parseAddress(key.operator), signer, activeFrom: asSeconds(key.activeFrom) };
  return [key.revokedAt === 0n ? interval : { ...interval, revokedAt: asSeconds(key.revokedAt) }];
}

/** Stake that no claim binds: what a penalty of a receipt can reach. */
async function readBacking({ operators }: Contracts, operator: Address): Promise<Wei> {
  const [free, { amount }] = await Promise.all([operators.freeOf(operator), operators.exitOf(operator)]);
  return asWei(free + amount);
}

/** Whether the operator is a contract that says the signature is its own (EIP-1271). */
async function askContract(
  contracts: Contracts,
  { receipt, court, signer, signature }: SignedReceipt,
): Promise<boolean> {
  const provider = providerOf(contracts);
  if ((await provider.getCode(signer)) === "0x") return false;
  const account = new Contract(signer, IERC1271, provider);
  const given = [receiptHash(receipt, court), signature, { gasLimit: MOST_SIGNATURE_GAS }] as const;
  const said: unknown = await account
    .getFunction("isValidSignature")(...given)
    .catch(() => undefined);
  return said === YES;
}
