import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { CommittedTrace, RecordList } from "../trace/committed-trace.js";
import type { Tree } from "../trace/tree.js";
import { aboutNode } from "./ask-about.js";
import type { RecordAt } from "./ask-about.js";
import type { DisputeView } from "./dispute-view.js";
import type { Exhibit } from "./evidence.js";
import type { Finding } from "./locate-fault.js";
import type { RestReason } from "./move.js";
import type { Question } from "./question.js";
import { recordTreeOf } from "./record-at-hand.js";
import type { Sight } from "./search.js";

/** What looking into a claim comes to, with what is known now. */
export type Insight =
  /** Unless this is answered, nobody sees further. `withheld`: it belongs to what whoever claims has to show. */
  | { readonly kind: "ask"; readonly question: Question; readonly withheld?: "input" | "artifact" }
  | { readonly kind: "fault"; readonly exhibit: Exhibit; readonly finding: Finding }
  /** A fault of the list of records itself, which needs no exhibit. */
  | { readonly kind: "evidence"; readonly evidence: Uint8Array }
  | { readonly kind: "rest"; readonly because: RestReason };

/** A record that is looked into, with an artifact that is its model's. */
export type Subject = {
  readonly view: DisputeView;
  readonly committed: CommittedArtifact;
  readonly record: RecordAt;
};

/** What evidence about a record is made from. */
export function exhibitOf({ view, committed, record }: Subject, trace: CommittedTrace): Exhibit {
  const records = recordTreeOf(view.claim, record);
  return { records, recordIndex: record.index, model: view.model.identity, committed, trace };
}

/** A tree that is looked at: a list of the record, or a tensor in it; all else is `taken` to be what the record says. */
export type Seen = {
  readonly taken: CommittedTrace;
  readonly place: {
    readonly list: RecordList;
    readonly tree: Tree;
    readonly tensor?: { readonly index: number; readonly tree: Tree };
  };
};

/** What it comes to that one sees so far into a tree; undefined where nothing is left to look for. */
export function insightFrom(
  sight: Sight,
  subject: Subject,
  seen: Seen & { readonly differs: (position: number) => Insight | undefined },
): Insight | undefined {
  const { list, tensor } = seen.place;
  switch (sight.kind) {
    case "clear":
      return undefined;
    case "ask": {
      const { view, committed, record } = subject;
      const ground = { model: view.model, table: committed.table, record };
      return { kind: "ask", question: aboutNode(ground, { ...seen.place, ...sight.at }) };
    }
    case "not-absent": {
      const { level, index: position } = sight.at;
      const inside = tensor === undefined ? {} : { tensor: tensor.index };
      return fault(subject, seen, { kind: "absent-node", list, ...inside, level, position });
    }
    case "differs":
      return seen.differs(sight.position);
  }
}

/** A fault, with the tree that shows it in the place of what was taken for it. */
export function fault(subject: Subject, { taken, place }: Seen, finding: Finding): Insight {
  const { list, tree, tensor } = place;
  const trace: CommittedTrace = {
    lists: { ...taken.lists, [list]: tree },
    tensor: (name, index) =>
      name === list && index === tensor?.index ? tensor.tree : taken.tensor(name, index),
  };
  return { kind: "fault", exhibit: exhibitOf(subject, trace), finding };
}
