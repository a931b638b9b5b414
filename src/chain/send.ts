import { Interface } from "ethers";
import type { ContractTransactionResponse, Log } from "ethers";

import { OnusError } from "../errors/onus-error.js";
import {
  IClaimBook__factory,
  IInquiry__factory,
  ILineage__factory,
  IModelRegistry__factory,
  IOnus__factory,
  IOperatorRegistry__factory,
  IReceiptCourt__factory,
  IReferee__factory,
  IStanding__factory,
  IWorkbench__factory,
} from "../../typechain-types/index.js";

/** A transaction that is in the chain. */
export type Sent = { readonly hash: string; readonly gasUsed: bigint; readonly logs: readonly Log[] };

/** Errors of all parts: a call to one contract may be refused by another one behind it. */
const refusals = new Interface(
  [
    IOnus__factory,
    IModelRegistry__factory,
    IOperatorRegistry__factory,
    IClaimBook__factory,
    IReferee__factory,
    IWorkbench__factory,
    IInquiry__factory,
    IReceiptCourt__factory,
    IStanding__factory,
    ILineage__factory,
  ].flatMap(({ abi }) => abi.filter(({ type }) => type === "error")),
);

/** Sends a transaction and waits until it is in a block. `call` names it in errors: "ClaimBook.submit". */
export async function send(call: string, transaction: Promise<ContractTransactionResponse>): Promise<Sent> {
  const sent = await named(call, transaction);
  const receipt = await named(call, sent.wait());
  if (receipt === null) throw new OnusError("TRANSACTION_LOST", { call, hash: sent.hash });
  return { hash: sent.hash, gasUsed: receipt.gasUsed, logs: receipt.logs };
}

/** Waits for a call, and names the contract's refusal when there is one. */
export async function named<T>(call: string, pending: Promise<T>): Promise<T> {
  try {
    return await pending;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    throw new OnusError("REVERTED", { call, error: refusal.text }, { cause: error });
  }
}

/** Why a contract refused: the error's name and its values, and both in one text. */
export type Refusal = {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** "WrongPhase(claimId: 0x…, actual: 3, expected: 1)" */
  readonly text: string;
};

/** Undefined when the error is not a revert that is known here. */
export function refusalOf(error: unknown): Refusal | undefined {
  const data = revertData(error);
  if (data === undefined) return undefined;
  const parsed = refusals.parseError(data);
  if (parsed === null) return undefined;
  const values = parsed.fragment.inputs.map(({ name }, i): [string, unknown] => [name, parsed.args[i]]);
  const text = values.map(([name, value]) => `${name}: ${String(value)}`).join(", ");
  return { name: parsed.name, values: Object.fromEntries(values), text: `${parsed.name}(${text})` };
}

/** Clients put the data of a revert in different places; the first hex string found under `data` is it. */
function revertData(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 4) return undefined;
  const {
    data,
    error: inner,
    info,
    cause,
  } = error as Partial<Record<"data" | "error" | "info" | "cause", unknown>>;
  if (typeof data === "string" && /^0x([0-9a-f]{2}){4,}$/i.test(data)) return data;
  for (const next of [data, inner, info, cause]) {
    const found = revertData(next, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
