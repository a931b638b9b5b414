import { keccak_256 } from "@noble/hashes/sha3.js";
import { hexToBytes } from "@noble/hashes/utils.js";

import type { Address } from "../types/address.js";
import type { Place as ContractPlace } from "../types/place.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { hashWords } from "../types/hash-words.js";
import { ByteWriter } from "../types/byte-writer.js";

/** What an answer looks like; codes of contracts/types/Question.sol. */
export const FORM = { record: 1, trace: 2, nodes: 3, leaves: 4, descriptor: 5 } as const;
export type Form = keyof typeof FORM;

/** The trees that can be asked about; codes of contracts/types/Question.sol. */
export const LIST = { records: 0, input: 1, output: 2, trace: 3, program: 4, table: 5, weights: 6 } as const;
export type ListName = keyof typeof LIST;

/** Two questions with one key have the same answer, whoever is asked. */
export type QuestionKey = {
  readonly key: Bytes32;
  readonly form: Form;
  /** Between the node and what is asked for; 0 for records, traces and descriptors. */
  readonly levels: number;
  readonly subject: Bytes32;
};

/** Where a question points to: the node at `index` of a level of a list, or of the tensor at index `tensor` of it. */
export type Place = {
  readonly list: ListName;
  /** 0 where the place is the model's. */
  readonly record: number;
  readonly tensor?: number;
  readonly level: number;
  /** Of a descriptor the kernel. */
  readonly index: number;
};

/** A question and the bytes that put it (docs/spec/inquiry.md). */
export type Question = QuestionKey & { readonly place: Place; readonly stream: Uint8Array };

export function questionKey(form: Form, levels: number, subject: Bytes32): QuestionKey {
  return { key: hashWords("onus-1/question", [FORM[form], levels, subject]), form, levels, subject };
}

/** How the descendants of a node are answered; undefined below an item of a list, where there is nothing. */
export function descentFrom(
  treeForm: "bytes" | "list",
  level: number,
): { readonly form: "nodes" | "leaves"; readonly levels: number } | undefined {
  if (treeForm === "list") {
    return level === 0 ? undefined : { form: "nodes", levels: ((level - 1) % 6) + 1 };
  }
  if (level <= 4) return { form: "leaves", levels: level };
  return { form: "nodes", levels: ((level - 5) % 6) + 1 };
}

export function recordSubject(root: Bytes32, depth: number, index: number): Bytes32 {
  return hashOf(root, depth, index);
}

export function traceSubject(claimId: Bytes32, recordIndex: number): Bytes32 {
  return hashOf(claimId, recordIndex);
}

/** A session's id; `subject` is a claim id or a model id. */
export function sessionId(
  session: { readonly subject: Bytes32; readonly asker: Address; readonly nonce: bigint },
  inquiry: ContractPlace,
): Bytes32 {
  const { subject, asker, nonce } = session;
  return hashWords("onus-1/session", [inquiry.chainId, inquiry.contract, subject, asker, nonce]);
}

/** keccak256(abi.encode(first, ...numbers)) */
function hashOf(first: Bytes32, ...numbers: readonly number[]): Bytes32 {
  const writer = new ByteWriter().hex(first);
  for (const number of numbers) writer.bytes(hexToBytes(number.toString(16).padStart(64, "0")));
  return bytes32From(keccak_256(writer.finish()));
}
