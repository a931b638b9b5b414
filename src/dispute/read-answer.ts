import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import { recordHash } from "../claim/record.js";
import { LIMITS } from "../program/kernel.js";
import { LEAF_BYTES } from "../program/tensor-table.js";
import { treeOfPath } from "../trace/tree-of-path.js";
import { NODE_BYTES, treeOfBytes, treeOfItems } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { parseAddress } from "../types/address.js";
import { ByteReader } from "../types/byte-reader.js";
import { bytes32From } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { RecordAt } from "./ask-about.js";
import { questionKey, recordSubject } from "./question.js";
import type { Form, QuestionKey } from "./question.js";

/**
 * The key that data of a form answers: which question it is that the data itself proves an answer to. Undefined where
 * it is no answer at all; a trace is stated, and has no data.
 */
export function keyOfAnswer(form: Form, levels: number, data: Uint8Array): QuestionKey | undefined {
  switch (form) {
    case "record": {
      const read = readRecord(data);
      if (read === undefined || levels !== 0) return undefined;
      return questionKey("record", 0, recordSubject(rootOf(read), read.path.length, read.index));
    }
    case "trace":
      return undefined;
    case "descriptor":
      if (levels !== 0 || data.length > LIMITS.descriptorBytes) return undefined;
      return questionKey("descriptor", 0, bytes32From(keccak_256(data)));
    case "nodes":
    case "leaves": {
      const size = form === "leaves" ? LEAF_BYTES : NODE_BYTES;
      const most = form === "leaves" ? 4 : 6;
      if (levels > most || data.length !== size * 2 ** levels) return undefined;
      if (form === "nodes" && levels === 0) return undefined;
      return questionKey(form, levels, bytes32From(subtreeOf(form, data).root));
    }
  }
}

/** Whether data answers a question. */
export function isAnswer(question: QuestionKey, data: Uint8Array): boolean {
  return keyOfAnswer(question.form, question.levels, data)?.key === question.key;
}

/** What stands below a node, from the data that answers it. */
export function subtreeOf(form: "nodes" | "leaves", data: Uint8Array): Tree {
  return form === "leaves" ? treeOfBytes(data) : treeOfItems(data);
}

/** The record that stands at its index of a list; undefined where the bytes are no RECORD. */
export function readRecord(data: Uint8Array): RecordAt | undefined {
  const reader = new ByteReader(data, "record", (reason) => new RangeError(reason));
  try {
    const requester = parseAddress(`0x${bytesToHex(reader.take(20))}`);
    const [salt, inputRoot, outputRoot, traceRoot, parentsRoot] = Array.from({ length: 5 }, () =>
      bytes32From(reader.take(32)),
    ) as [Bytes32, Bytes32, Bytes32, Bytes32, Bytes32];
    const parentsCount = reader.u8();
    const index = reader.u32();
    const path: Bytes32[] = [];
    while (!reader.isDone) path.push(bytes32From(reader.take(32)));
    if (index >= 2 ** path.length) return undefined;
    return {
      index,
      path,
      record: { requester, salt, inputRoot, outputRoot, traceRoot, parentsRoot, parentsCount },
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The list of `count` records, of which one and its path are at hand. */
export function treeOfRecord({ record, index, path }: RecordAt, count: number): Tree {
  const item = hexToBytes(recordHash(record).slice(2));
  const siblings = path.map((sibling) => hexToBytes(sibling.slice(2)));
  return treeOfPath({ count, index, item, path: siblings });
}

/** The root of the list of records that a record and its path lead to. */
export function rootOf(opened: RecordAt): Bytes32 {
  return bytes32From(treeOfRecord(opened, 2 ** opened.path.length).root);
}
