import { hexlify } from "ethers";

import type { InferenceRecord } from "../claim/record.js";
import type { Claim } from "../claim/claim.js";
import type { OpenedRecord, SessionView, Stage } from "../dispute/dispute-view.js";
import { STAGES } from "../dispute/dispute-view.js";
import { FORM, LIST, questionKey, recordSubject } from "../dispute/question.js";
import type { Form, ListName, Place, QuestionKey } from "../dispute/question.js";
import { depthOf } from "../program/tensor-table.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { ByteReader } from "../types/byte-reader.js";
import { asBytes32, bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type { AskedEvent } from "../../typechain-types/interfaces/IInquiry.js";
import type { IInquiry } from "../../typechain-types/index.js";

/** `Place.tensor` of what stands in a list itself; contracts/types/Question.sol. */
const NO_TENSOR = 0xffff_ffff;

const nameOf = <Name extends string>(codes: Readonly<Record<Name, number>>, code: bigint): Name => {
  const found = (Object.keys(codes) as Name[]).find((name) => codes[name] === Number(code));
  if (found === undefined) throw new RangeError(`code ${code} is none of ${Object.keys(codes).join(", ")}`);
  return found;
};

/** A `Place` as the contract has it. */
export type PlaceCodes = Readonly<Record<"list" | "level" | "record" | "tensor" | "index", bigint>>;

export const formOf = (code: bigint): Form => nameOf(FORM, code);
export const stageOf = (code: bigint): Stage => STAGES[Number(code)] ?? "none";

/** The question of an event `Asked`. */
export function decodeAsked(
  asked: Pick<AskedEvent.OutputObject, "key" | "form" | "levels" | "subject"> & {
    readonly place: PlaceCodes;
  },
): QuestionKey & { readonly place: Place } {
  const { list, level, record, tensor, index } = asked.place;
  const inside = Number(tensor) === NO_TENSOR ? {} : { tensor: Number(tensor) };
  return {
    key: asBytes32(asked.key),
    form: formOf(asked.form),
    levels: Number(asked.levels),
    subject: asBytes32(asked.subject),
    place: {
      list: nameOf<ListName>(LIST, list),
      record: Number(record),
      ...inside,
      level: Number(level),
      index: Number(index),
    },
  };
}

/** A session as the contract keeps it, with its last question from the events. */
export function decodeSession(
  id: Bytes32,
  state: IInquiry.SessionStruct | IInquiry.SessionStructOutput,
  known: { readonly asker: Address; readonly question: SessionView["question"] },
): SessionView {
  const { stage, rounds, askedAt, answererLeft, askerLeft } = state;
  return {
    id,
    asker: known.asker,
    stage: stageOf(BigInt(stage)),
    rounds: Number(rounds),
    askedAt: asSeconds(BigInt(askedAt)),
    answererLeft: asSeconds(BigInt(answererLeft)),
    askerLeft: asSeconds(BigInt(askerLeft)),
    question: known.question,
  };
}

/**
 * The record in an answer of form Record (RECORD of docs/spec/faults.md), and its index; undefined when the answer is
 * not to a question about this claim's list of records.
 */
export function decodeRecordAnswer(
  { recordsRoot, n }: Pick<Claim, "recordsRoot" | "n">,
  key: Bytes32,
  data: Uint8Array,
): { readonly index: number; readonly opened: OpenedRecord } | undefined {
  const depth = depthOf(n);
  if (data.length !== RECORD_BYTES + 32 * depth) return undefined;
  const reader = new ByteReader(data, "answer", (reason) => new RangeError(reason));
  const word = (): Bytes32 => bytes32From(reader.take(32));
  const requester = parseAddress(hexlify(reader.take(20)));
  const [salt, inputRoot, outputRoot, traceRoot, parentsRoot] = [word(), word(), word(), word(), word()];
  const parentsCount = reader.u8();
  const record: InferenceRecord = {
    requester,
    salt,
    inputRoot,
    outputRoot,
    traceRoot,
    parentsRoot,
    parentsCount,
  };
  const index = reader.u32();
  // Two lists of one depth may both be asked about: only the key says which this record is in.
  if (questionKey("record", 0, recordSubject(recordsRoot, depth, index)).key !== key) return undefined;
  return { index, opened: { record, path: Array.from({ length: depth }, word) } };
}

/** requester 20, five words, count 1, index 4 */
const RECORD_BYTES = 20 + 5 * 32 + 1 + 4;
