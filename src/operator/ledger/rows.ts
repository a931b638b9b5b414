import type { Claim } from "../../claim/claim.js";
import type { NamedParent } from "../../claim/named-parent.js";
import type { InferenceRecord } from "../../claim/record.js";
import { asAddress } from "../../types/address.js";
import type { Address } from "../../types/address.js";
import { asBytes32 } from "../../types/bytes32.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { asSeconds } from "../../types/seconds.js";
import type { Seconds } from "../../types/seconds.js";
import { asWei } from "../../types/wei.js";
import type { Wei } from "../../types/wei.js";

export type TensorRoots = { readonly inputs: readonly Bytes32[]; readonly outputs: readonly Bytes32[] };

/** A record that was promised, with its promise. */
export type PromisedRecord = {
  readonly requestId: Bytes32;
  readonly modelId: Bytes32;
  readonly record: InferenceRecord;
  readonly parents: readonly NamedParent[];
  /** Of the tensors, in their order; of what was promised before they were kept they are not known. */
  readonly roots?: TensorRoots;
  /** Unix seconds. */
  readonly issuedAt: Seconds;
  /** Unix seconds, exclusive. */
  readonly inclusionDeadline: Seconds;
  readonly liability: Wei;
  readonly maxRecords: number;
  readonly signer: Address;
  readonly signature: `0x${string}`;
};

export type StoredRecord = PromisedRecord & {
  readonly serial: number;
  /** Where it stands, once a claim was made of it. */
  readonly place?: { readonly claim: number; readonly position: number };
};

export const CLAIM_STATES = ["made", "open", "final", "faulted"] as const;
/** `made`: not seen on chain, or no more; `final`, `faulted`: decided. */
export type ClaimState = (typeof CLAIM_STATES)[number];

export type StoredClaim = {
  readonly number: number;
  readonly claimId: Bytes32;
  readonly claim: Claim;
  /** Unix seconds, and block. */
  readonly madeAt: Seconds;
  readonly madeBlock: number;
  readonly earliestDeadline: Seconds;
  readonly state: ClaimState;
  readonly submittedAt?: Seconds;
};

type Row = Readonly<Record<string, string | number | null>>;

const text = (row: Row, name: string): string => row[name] as string;
const number = (row: Row, name: string): number => row[name] as number;
const seconds = (row: Row, name: string): Seconds => asSeconds(BigInt(number(row, name)));

export function recordOfRow(row: unknown): StoredRecord {
  const of = row as Row;
  const { claim, position, tensor_roots: tensorRoots = null } = of;
  const place = claim === null ? {} : { place: { claim: Number(claim), position: Number(position) } };
  return {
    serial: number(of, "serial"),
    requestId: asBytes32(text(of, "request_id")),
    modelId: asBytes32(text(of, "model_id")),
    record: inferenceOfRow(of),
    parents: JSON.parse(text(of, "parents")) as NamedParent[],
    issuedAt: seconds(of, "issued_at"),
    inclusionDeadline: seconds(of, "inclusion_deadline"),
    liability: asWei(BigInt(text(of, "liability"))),
    maxRecords: number(of, "max_records"),
    signer: asAddress(text(of, "signer")),
    signature: text(of, "signature") as `0x${string}`,
    ...(tensorRoots !== null && { roots: JSON.parse(String(tensorRoots)) as TensorRoots }),
    ...place,
  };
}

export function inferenceOfRow(row: unknown): InferenceRecord {
  const of = row as Row;
  return {
    requester: asAddress(text(of, "requester")),
    salt: asBytes32(text(of, "salt")),
    inputRoot: asBytes32(text(of, "input_root")),
    outputRoot: asBytes32(text(of, "output_root")),
    traceRoot: asBytes32(text(of, "trace_root")),
    parentsRoot: asBytes32(text(of, "parents_root")),
    parentsCount: number(of, "parents_count"),
  };
}

/** @param operator whose ledger it is */
export function claimOfRow(row: unknown, operator: Address): StoredClaim {
  const of = row as Row;
  return {
    number: number(of, "number"),
    claimId: asBytes32(text(of, "claim_id")),
    claim: {
      operator,
      modelId: asBytes32(text(of, "model_id")),
      nonce: BigInt(text(of, "nonce")),
      recordsRoot: asBytes32(text(of, "records_root")),
      n: number(of, "n"),
      liability: asWei(BigInt(text(of, "liability"))),
      window: seconds(of, "window"),
    },
    madeAt: seconds(of, "made_at"),
    madeBlock: number(of, "made_block"),
    earliestDeadline: seconds(of, "earliest_deadline"),
    state: text(of, "state") as ClaimState,
    ...(of["submitted_at"] === null ? {} : { submittedAt: seconds(of, "submitted_at") }),
  };
}
