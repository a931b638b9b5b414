import { keccak_256 } from "@noble/hashes/sha3.js";

import { openRecord } from "../claim/record-list.js";
import type { InferenceRecord } from "../claim/record.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { leafAt, nodeAt } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { ByteWriter } from "../types/byte-writer.js";
import { bytes32From } from "../types/bytes32.js";
import { writeRecord } from "./blocks.js";
import type { OperatorHoldings } from "./holdings.js";
import { recordSubject } from "./question.js";
import type { Place, QuestionKey } from "./question.js";

type Asked = QuestionKey & { readonly place: Place };

/**
 * The data that answers a question, from what stands at its place; undefined where something else stands there, or
 * nothing that is at hand. A trace is not answered but stated.
 */
export function answerFor(asked: Asked, own: OperatorHoldings): Uint8Array | undefined {
  const { form, levels, subject, place } = asked;
  switch (form) {
    case "record": {
      const { tree, root } = own.records;
      const record = own.records.records[place.record] as InferenceRecord | undefined;
      if (record === undefined || recordSubject(root, tree.depth, place.record) !== subject) return undefined;
      const path = openRecord(own.records, place.record);
      return writeRecord(new ByteWriter(), place.record, { record, path }).finish();
    }
    case "trace":
      return undefined;
    case "descriptor": {
      const descriptor = own.committed.artifact.kernels[place.index];
      if (descriptor === undefined || bytes32From(keccak_256(descriptor)) !== subject) return undefined;
      return descriptor;
    }
    case "nodes":
    case "leaves": {
      const tree = place.list === "records" ? own.records.tree : treeAt(place, own);
      if (tree === undefined || !holds(tree, asked)) return undefined;
      const first = place.index * 2 ** levels;
      const writer = new ByteWriter();
      for (let index = first; index < first + 2 ** levels; index++) {
        writer.bytes(form === "leaves" ? leafAt(tree, index) : nodeAt(tree, place.level - levels, index));
      }
      return writer.finish();
    }
  }
}

/** The same for a publisher, who is asked about its artifact alone. */
export function answerForModel(asked: Asked, committed: CommittedArtifact): Uint8Array | undefined {
  const { list } = asked.place;
  if (list !== "program" && list !== "table" && list !== "weights") return undefined;
  const nothing = { records: [], root: asked.subject, tree: committed.program };
  return answerFor(asked, { committed, records: nothing, trace: () => undefined });
}

function treeAt({ list, record, tensor }: Place, { committed, trace }: OperatorHoldings): Tree | undefined {
  switch (list) {
    case "records":
      return undefined;
    case "program":
    case "table":
      return committed[list];
    case "weights":
      return tensor === undefined ? committed.weights : committed.weightTensors[tensor];
    case "input":
    case "output":
    case "trace": {
      const run = trace(record);
      return tensor === undefined ? run?.lists[list] : run?.tensor(list, tensor);
    }
  }
}

/** Whether the node that is asked about stands in the tree, so that what stands below it is the answer. */
function holds(tree: Tree, { form, levels, subject, place }: Asked): boolean {
  const { level, index } = place;
  const fits = (form === "leaves") === (tree.form === "bytes" && level === levels);
  if (!fits || level < levels || level > tree.depth || index >= 2 ** (tree.depth - level)) return false;
  return bytes32From(nodeAt(tree, level, index)) === subject;
}
