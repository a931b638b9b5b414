import type { ListName } from "../../src/dispute/question.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import type { Digits } from "./inquiry-actions.js";
import type { InquiryGround } from "./inquiry-ground.js";
import type { Asking, InquiryModel, Subject } from "./inquiry-model.js";
import { GARBAGE_ROOT, hexOf, poseQuestion, type Posed, type Spot } from "./inquiry-questions.js";

/** A question with its answer, and what the definition has to know of it. */
export type Question = { readonly posed: Posed; readonly asking: Asking; readonly spot: Spot };

type Table = {
  readonly ground: InquiryGround;
  readonly shadow: InquiryModel;
  /** Where questions that were put before point to, by key. */
  readonly asked: ReadonlyMap<Bytes32, { readonly spot: Spot }>;
};

/** A question about a subject: mostly a good one, often one that somebody else is asking, rarely a spoiled one. */
export function chooseQuestion(table: Table, subject: Subject, digits: Digits): Question {
  const spoil = digits.below(24);
  const shared = digits.below(4) === 0 ? spotOfAnother(table, subject, digits) : undefined;
  const question = questionAbout(table, subject, shared ?? chooseSpot(table, subject, digits));
  if (spoil > 0) return question;
  const { stream, reasons } = spoilStream(question.posed.stream, digits.below(4));
  const refused = [...(question.asking.refused ?? []), ...reasons];
  return {
    ...question,
    posed: { ...question.posed, stream },
    asking: { ...question.asking, refused },
  };
}

/** A question about what stands somewhere, with what there is against asking it. */
export function questionAbout({ ground }: Pick<Table, "ground">, subject: Subject, spot: Spot): Question {
  const ofModel = subject.kind === "model";
  const { template, claimId } = ground.claims[ofModel ? 0 : subject.index]!;
  const { committed, onDemand } = template;
  const { identity } = ground.models[ofModel ? subject.index : 0]!;
  const posed = poseQuestion(committed, { claimId, model: identity }, spot);
  const refused = whyNobodyAsks(spot, ofModel, onDemand);
  const standsOn = traceBelow(spot, onDemand, hexOf(committed.lists.trace.root));
  return {
    posed,
    spot,
    asking: {
      key: posed.key,
      answerBytes: lengthOf(posed, committed.records.tree.depth),
      ...(refused === undefined ? {} : { refused: [refused] }),
      ...(standsOn === undefined ? {} : { standsOn }),
    },
  };
}

/** What some open session is asking, most often one that waits: an answer to one is an answer to both. */
function spotOfAnother({ ground, shadow, asked }: Table, subject: Subject, digits: Digits): Spot | undefined {
  const open = shadow.sessions.filter(({ stage }) => stage === "OPEN");
  const waiting = open.filter(({ key }) => !shadow.answeredAt.has(key));
  const among = waiting.length > 0 && digits.below(4) > 0 ? waiting : open;
  const spot = among.length === 0 ? undefined : asked.get(digits.pick(among).key)?.spot;
  // Lists of records differ from claim to claim: a place in one may be none in the other.
  const { records } = ground.claims[subject.kind === "claim" ? subject.index : 0]!.template.committed;
  if (spot === undefined || spot.kind === "descriptor") return spot;
  const { depth, count } = records.tree;
  if (spot.record >= count) return undefined;
  return spot.kind === "node" && spot.list === "records" && spot.level + Math.log2(spot.index + 1) > depth
    ? undefined
    : spot;
}

function chooseSpot({ ground, shadow }: Table, subject: Subject, digits: Digits): Spot {
  const ofModel = subject.kind === "model";
  const { committed, onDemand } = ground.claims[ofModel ? 0 : subject.index]!.template;
  const count = committed.records.records.length;
  const choice = digits.below(12);
  if (!ofModel && choice < 2) return { kind: "record", record: digits.below(count) };
  if (!ofModel && choice < 4) {
    return {
      kind: "trace",
      record: digits.below(8) === 0 ? digits.below(count) : digits.pick(onDemand),
    };
  }
  if (choice === 4) return { kind: "descriptor", kernel: digits.below(5) };

  const lists: readonly ListName[] =
    ofModel && digits.below(12) > 0
      ? ["program", "table", "weights"]
      : ["trace", "trace", "trace", "records", "input", "output", "program", "table", "weights"];
  let list = digits.pick(lists);
  const record = digits.below(count);
  const stated = ofModel ? undefined : shadow.statedTrace(subject.index, record);
  // Below a trace that nobody has stated there is nothing to ask yet.
  if (list === "trace" && onDemand.includes(record) && stated === undefined && digits.below(8) > 0)
    list = "input";
  const tensors = committed.tensors[list];
  const inside = tensors.length > 0 && digits.below(3) > 0;
  const tensor = inside ? digits.below(tensors.length) : undefined;
  const tree = tensor === undefined ? committed.lists[list] : tensors[tensor]!;
  if (list === "trace" && tensor === undefined && stated === GARBAGE_ROOT) {
    return { kind: "node", list, record, level: tree.depth, index: 0, unknown: GARBAGE_ROOT };
  }
  const lowest = tree.form === "list" && digits.below(12) > 0 ? Math.min(1, tree.depth) : 0;
  const level = lowest + digits.below(tree.depth - lowest + 1);
  const index = digits.below(2 ** (tree.depth - level));
  return { kind: "node", list, record, level, index, ...(tensor === undefined ? {} : { tensor }) };
}

function whyNobodyAsks(spot: Spot, ofModel: boolean, onDemand: readonly number[]): string | undefined {
  if (ofModel && spot.kind !== "descriptor" && (spot.kind !== "node" || !OF_ARTIFACT.includes(spot.list)))
    return "NotOfArtifact";
  if (spot.kind === "trace" && !onDemand.includes(spot.record)) return "TraceNotOnDemand";
  // A statement never speaks for a record that states its trace itself.
  if (spot.kind === "node" && spot.unknown !== undefined && !onDemand.includes(spot.record))
    return "WrongRoot";
  const isItem = spot.kind === "node" && spot.level === 0 && spot.tensor === undefined;
  return isItem && spot.list !== "table" ? "NothingBelow" : undefined;
}

const OF_ARTIFACT: readonly ListName[] = ["program", "table", "weights"];

/** The trace that has to be stated for a question to be about anything. */
function traceBelow(spot: Spot, onDemand: readonly number[], own: Bytes32): Asking["standsOn"] {
  if (spot.kind !== "node" || spot.list !== "trace") return undefined;
  // An eager record states its own trace, and no other can be asked about.
  const eager = !onDemand.includes(spot.record);
  if (eager) return undefined;
  return { record: spot.record, root: spot.unknown ?? own };
}

/** Bytes of an answer, as known from the form of its question. */
function lengthOf({ form, levels }: Posed, recordDepth: number): bigint {
  if (form === "record") return BigInt(20 + 5 * 32 + 1 + 4 + 32 * recordDepth);
  if (form === "trace") return 32n;
  // Nobody says beforehand how long a descriptor is.
  if (form === "descriptor") return 8_192n;
  return BigInt(2 ** levels * (form === "leaves" ? 128 : 32));
}

/** What a path that leads elsewhere, or an index that is another, is refused with. */
const UNPROVEN = ["WrongRoot", "WrongRecord", "RecordOutOfRange", "PositionOutOfRange"];

function spoilStream(stream: Uint8Array, how: number): { stream: Uint8Array; reasons: readonly string[] } {
  const copy = Uint8Array.from(stream);
  switch (how) {
    case 0:
      return { stream: Uint8Array.of(...stream, 0), reasons: ["TrailingQuestion"] };
    case 1:
      return { stream: copy.subarray(0, -1), reasons: ["QuestionTooShort", ...UNPROVEN] };
    case 2:
      copy[0] = 5;
      return { stream: copy, reasons: ["UnknownQuestion"] };
    default:
      copy[copy.length - 1]! ^= 0x40;
      // Of a path, of a node, or of a record's index.
      return { stream: copy, reasons: UNPROVEN };
  }
}
