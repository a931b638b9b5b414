import { hexToBytes } from "@noble/hashes/utils.js";

import type { Claim } from "../../src/claim/claim.js";
import { recordHash } from "../../src/claim/record.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { questionKey, recordSubject, traceSubject } from "../../src/dispute/question.js";
import type { Form, ListName, Place, QuestionKey } from "../../src/dispute/question.js";
import { artifactId } from "../../src/model/artifact-id.js";
import type { ArtifactCommitment } from "../../src/model/artifact-id.js";
import { modelId } from "../../src/model/model-id.js";
import { decodeTable, depthOf, leafCount } from "../../src/program/tensor-table.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { rootFromOpening } from "../../src/trace/tree.js";
import { asAddress, parseAddress } from "../../src/types/address.js";
import { ByteReader } from "../../src/types/byte-reader.js";
import { ZERO_HASH, bytes32From } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import type { Place as ContractPlace } from "../../src/types/place.js";

/** What a question is read against: a claim and what was stated about it. */
export type Asked = {
  readonly claim: Claim;
  readonly claimId: Bytes32;
  readonly registry: ContractPlace;
  readonly stated: ReadonlyMap<number, Bytes32>;
};

export type ReadQuestion = QuestionKey & { readonly place: Place };

const LISTS: readonly ListName[] = ["records", "input", "output", "trace", "program", "table", "weights"];

/** docs/spec/inquiry.md once more: reads a stream front to back and refuses, with a sentence, what is not the claim's. */
export function readQuestion(stream: Uint8Array, asked: Asked): ReadQuestion {
  const { claim, registry } = asked;
  const reader = new ByteReader(stream, "question", (reason) => new Error(reason));
  const hex = (): Bytes32 => bytes32From(reader.take(32));
  const must = (isSo: boolean, what: string): void => {
    if (!isSo) throw new Error(what);
  };
  const pathRoot = (node: Uint8Array, index: number, levels: number): Bytes32 => {
    must(index < 2 ** levels, `index ${index} of ${2 ** levels}`);
    const given = { form: "list", positions: [index], depth: levels, items: node } as const;
    return bytes32From(rootFromOpening({ ...given, stream: reader.take(32 * levels) }).root);
  };
  const record = (): { record: InferenceRecord; index: number } => {
    const read: InferenceRecord = {
      requester: parseAddress(`0x${Buffer.from(reader.take(20)).toString("hex")}`),
      salt: hex(),
      inputRoot: hex(),
      outputRoot: hex(),
      traceRoot: hex(),
      parentsRoot: hex(),
      parentsCount: reader.u8(),
    };
    const index = reader.u32();
    must(index < claim.n, `record ${index} of ${claim.n}`);
    const root = pathRoot(hexToBytes(recordHash(read).slice(2)), index, depthOf(claim.n));
    must(root === claim.recordsRoot, "the record is not the claim's");
    return { record: read, index };
  };
  const model = (): ArtifactCommitment => {
    const [kernelCount, weightCount, inputCount, outputCount] = [0, 0, 0, 0].map(() => reader.u32());
    const [programRoot, tableRoot, weightsRoot, interfaceHash] = [hex(), hex(), hex(), hex()];
    const publisher = asAddress(parseAddress(`0x${Buffer.from(reader.take(20)).toString("hex")}`));
    const superseded = hex();
    const commitment = {
      ...{ kernelCount, weightCount, inputCount, outputCount },
      ...{ programRoot, tableRoot, weightsRoot, interfaceHash },
    } as ArtifactCommitment;
    const id = modelId({ publisher, artifactId: artifactId(commitment), superseded }, registry);
    must(id === claim.modelId, "the model is not the claim's");
    return commitment;
  };
  const entry = (of: ArtifactCommitment, id: number): TensorEntry => {
    const leaf = Math.floor(id / 16);
    const depth = depthOf(Math.ceil((of.inputCount + of.weightCount + of.kernelCount) / 16));
    const opening = reader.take(128 + 32 * depth);
    const { root } = rootFromOpening({ form: "bytes", positions: [leaf], depth, stream: opening });
    must(bytes32From(root) === of.tableRoot, "the table entry is not the model's");
    return decodeTable(opening.subarray(0, 128))[id % 16] as TensorEntry;
  };
  /** Level, index, node and path, to a root that is expected. */
  const node = (tree: { form: "bytes" | "list"; count: number; root: Bytes32 }) => {
    const level = reader.u8();
    const index = reader.u32();
    const there = reader.take(32);
    const depth = depthOf(tree.count);
    must(level <= depth, `level ${level} of ${depth}`);
    must(pathRoot(there, index, depth - level) === tree.root, "the node is not the tree's");
    must(level > 0 || tree.form === "bytes", "nothing is below an item");
    const isLeaves = tree.form === "bytes" && level <= 4;
    const lowest = tree.form === "bytes" ? 4 : 0;
    const levels = isLeaves ? level : ((level - lowest - 1) % 6) + 1;
    const form: Form = isLeaves ? "leaves" : "nodes";
    return { level, index, ...questionKey(form, levels, bytes32From(there)) };
  };
  const done = (key: QuestionKey, place: Place): ReadQuestion => {
    reader.end();
    return { key: key.key, form: key.form, levels: key.levels, subject: key.subject, place };
  };

  const kind = reader.u8();
  if (kind === 1) {
    const index = reader.u32();
    must(index < claim.n, `record ${index} of ${claim.n}`);
    const subject = recordSubject(claim.recordsRoot, depthOf(claim.n), index);
    return done(questionKey("record", 0, subject), { list: "records", record: index, level: 0, index });
  }
  if (kind === 2) {
    const { record: read, index } = record();
    must(read.traceRoot === ZERO_HASH, "the record states its trace itself");
    const place = { list: "trace", record: index, level: 0, index: 0 } as const;
    return done(questionKey("trace", 0, traceSubject(asked.claimId, index)), place);
  }
  if (kind === 4) {
    const of = model();
    const kernel = reader.u32();
    must(kernel < of.kernelCount, `kernel ${kernel} of ${of.kernelCount}`);
    const hash = reader.take(32);
    must(
      pathRoot(hash, kernel, depthOf(of.kernelCount)) === of.programRoot,
      "the kernel is not the program's",
    );
    const place = { list: "program", record: 0, level: 0, index: kernel } as const;
    return done(questionKey("descriptor", 0, bytes32From(hash)), place);
  }
  must(kind === 3, `kind ${kind}`);
  const list = LISTS[reader.u8()] as ListName;
  const inside = reader.u8();
  if (list === "records") {
    const { level, index, ...key } = node({ form: "list", count: claim.n, root: claim.recordsRoot });
    return done(key, { list, record: 0, level, index });
  }
  const ofRecord = list === "input" || list === "output" || list === "trace" ? record() : undefined;
  const of = model();
  const stated = ofRecord?.record.traceRoot === ZERO_HASH ? asked.stated.get(ofRecord.index) : undefined;
  const traceRoot = stated ?? ofRecord?.record.traceRoot ?? ZERO_HASH;
  must(list !== "trace" || traceRoot !== ZERO_HASH, "no trace was stated");
  const tensors = of.inputCount + of.weightCount + of.kernelCount;
  const lists = {
    input: { count: of.inputCount, root: ofRecord?.record.inputRoot ?? ZERO_HASH, first: 0 },
    output: {
      count: of.outputCount,
      root: ofRecord?.record.outputRoot ?? ZERO_HASH,
      first: tensors - of.outputCount,
    },
    trace: { count: of.kernelCount, root: traceRoot, first: of.inputCount + of.weightCount },
    program: { count: of.kernelCount, root: of.programRoot, first: 0 },
    table: { count: Math.ceil(tensors / 16), root: of.tableRoot, first: 0 },
    weights: { count: of.weightCount, root: of.weightsRoot, first: of.inputCount },
  };
  const { count, root, first } = lists[list];
  if (inside === 0) {
    const form = list === "table" ? "bytes" : "list";
    const { level, index, ...key } = node({ form, count, root });
    return done(key, { list, record: ofRecord?.index ?? 0, level, index });
  }
  must(inside === 1 && list !== "table" && list !== "program", `inside ${inside} of ${list}`);
  const tensor = reader.u32();
  must(tensor < count, `tensor ${tensor} of ${count}`);
  const item = reader.take(32);
  must(pathRoot(item, tensor, depthOf(count)) === root, "the tensor is not the list's");
  const leaves = leafCount(entry(of, first + tensor));
  const { level, index, ...key } = node({ form: "bytes", count: leaves, root: bytes32From(item) });
  return done(key, { list, record: ofRecord?.index ?? 0, tensor, level, index });
}
