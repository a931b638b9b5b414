import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { hashWords } from "../types/hash-words.js";

/** One inference; its model is its claim's. Chain side: contracts/types/Record.sol. */
export interface InferenceRecord {
  /** Who asked, and who is paid the record's share when the claim falls. */
  readonly requester: Address;
  /** Chosen by the requester; hides an input that could be guessed. */
  readonly salt: Bytes32;
  /** List of the input tensors' roots. */
  readonly inputRoot: Bytes32;
  /** List of the output tensors' roots. */
  readonly outputRoot: Bytes32;
  /** List of all kernels' output roots; zero = stated when asked. */
  readonly traceRoot: Bytes32;
  /** List of the parent items; zero when there are none. */
  readonly parentsRoot: Bytes32;
  /** 0..64 */
  readonly parentsCount: number;
}

/** The item that stands for a record in its claim's list. */
export function recordHash(record: InferenceRecord): Bytes32 {
  return hashWords("onus-1/record", [
    record.requester,
    record.salt,
    record.inputRoot,
    record.outputRoot,
    record.traceRoot,
    record.parentsRoot,
    record.parentsCount,
  ]);
}

/** What was asked of a model, known before the run. */
export function requestId(
  record: Pick<InferenceRecord, "requester" | "inputRoot" | "salt">,
  modelId: Bytes32,
): Bytes32 {
  return hashWords("onus-1/request", [record.requester, modelId, record.inputRoot, record.salt]);
}
