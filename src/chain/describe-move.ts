import type { ChainMove } from "./move-call.js";
import type { Place, QuestionKey } from "../dispute/question.js";

/** A move in words, for whoever watches. */
export function describeMove(move: ChainMove): string {
  switch (move.kind) {
    case "open":
      return `opens a session and asks for ${describeQuestion(move.question)}`;
    case "ask":
      return `asks for ${describeQuestion(move.question)}`;
    case "answer":
      return `answers with ${move.data.length} bytes of ${move.to.form}`;
    case "state-traces":
      return `states the trace of ${move.statements.length} record(s)`;
    case "convict":
      return `proves the fault with ${move.evidence.length} bytes of evidence`;
    case "open-job":
      return "opens a proof in stages";
    case "advance-job":
      return "advances the proof by a stage";
    case "finish-job":
      return "finishes the proof in stages";
    case "time-out":
      return "proves the silence";
    case "close":
      return "closes a session";
    case "settle":
      return "settles a session";
    case "finalize":
      return "finalizes the claim";
  }
}

/** What a question asks for, in words. */
export function describeQuestion({ form, levels, place }: QuestionKey & { readonly place: Place }): string {
  switch (form) {
    case "record":
      return `record ${place.index}`;
    case "trace":
      return `the trace of record ${place.record}`;
    case "descriptor":
      return `the descriptor of kernel ${place.index}`;
    case "nodes":
    case "leaves":
      return `the ${2 ** levels} ${form} below node ${place.index} of level ${place.level} of ${treeName(place)}`;
  }
}

function treeName({ list, record, tensor }: Place): string {
  const ofRecord = list === "input" || list === "output" || list === "trace";
  const name =
    list === "table" ? "the table" : list === "records" ? "the list of records" : `the ${list} list`;
  const tree = tensor === undefined ? name : `tensor ${tensor} of ${name}`;
  return ofRecord ? `${tree} of record ${record}` : tree;
}
