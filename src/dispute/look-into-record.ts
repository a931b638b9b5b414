import { hexToBytes } from "@noble/hashes/utils.js";

import { leafCount } from "../program/tensor-table.js";
import type { TensorEntry } from "../program/tensor-table.js";
import { rootsOf } from "../trace/commit-run.js";
import type { OwnTrace } from "../trace/commit-run.js";
import type { CommittedTrace } from "../trace/committed-trace.js";
import { absentNode, leafAt, nodeAt } from "../trace/tree.js";
import { ZERO_HASH } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { aboutRecord, aboutTrace, tensorId } from "./ask-about.js";
import type { RecordAt } from "./ask-about.js";
import type { DisputeView } from "./dispute-view.js";
import { absentRecordEvidence } from "./evidence.js";
import { evidenceOfFinding } from "./evidence-of-finding.js";
import type { ChallengerHoldings, HeldRecord } from "./holdings.js";
import { exhibitOf, fault, insightFrom } from "./insight.js";
import type { Insight, Subject } from "./insight.js";
import { equalBytes, knownTree } from "./known-tree.js";
import type { KnownTree } from "./known-tree.js";
import { compareLeaves, findingInTensor, locateFault } from "./locate-fault.js";
import type { LeafDifference } from "./locate-fault.js";
import { recordAtHand, recordTreeOf } from "./record-at-hand.js";
import { search } from "./search.js";
import { questionAboutUnopenable } from "./unopenable.js";
import { lookIntoArtifact } from "./withheld-artifact.js";
import { lookIntoInput } from "./withheld-input.js";

const AGREES: Insight = { kind: "rest", because: "agrees" };

/** What is wrong with one record of a claim, or what has to be asked to find out. */
export function lookIntoRecord(view: DisputeView, own: ChallengerHoldings, held: HeldRecord): Insight {
  if (held.index >= view.claim.n) return { kind: "rest", because: "unchecked: record" };
  const record = recordAtHand(view, own, held);
  if (record === undefined) return { kind: "ask", question: aboutRecord(view.claim, held.index) };
  const stray = strayOnPath(view, record);
  if (stray !== undefined) return { kind: "evidence", evidence: stray };

  const { committed } = own;
  if (committed?.id !== view.model.identity.artifactId) return lookIntoArtifact(view);
  const subject = { view, committed, record };
  const runs = [held, ...own.records].flatMap(({ run }) => (run === undefined ? [] : [run]));
  const run = runs.find(({ roots }) => roots.input === record.record.inputRoot);
  return run === undefined
    ? lookIntoInput(subject, held.run)
    : lookIntoRun(subject, { run, handedOver: held.handedOver });
}

/** Evidence of something beside the path where no record stands: the path itself shows it. */
function strayOnPath({ claim }: DisputeView, record: RecordAt): Uint8Array | undefined {
  const { tree } = recordTreeOf(claim, record);
  for (let level = 0; level < tree.depth; level++) {
    const own = Math.floor(record.index / 2 ** level);
    const position = own % 2 === 0 ? own + 1 : own - 1;
    if (position * 2 ** level < claim.n) continue;
    if (equalBytes(nodeAt(tree, level, position), absentNode("list", level))) continue;
    return absentRecordEvidence(tree, { level, index: position });
  }
  return undefined;
}

/** A record of which input and artifact are at hand, beside one's own run of them. */
function lookIntoRun(
  subject: Subject,
  { run, handedOver }: { run: OwnTrace; handedOver: CommittedTrace | undefined },
): Insight {
  const { view, record } = subject;
  const { traceRoot: inRecord, outputRoot } = record.record;
  const traceRoot = inRecord === ZERO_HASH ? view.answers.traces.get(record.index) : inRecord;
  if (traceRoot === undefined) {
    // Nothing was stated, and nothing stated later could make a right output wrong.
    if (outputRoot === run.roots.output) return AGREES;
    return { kind: "ask", question: aboutTrace(view.claimId, record) };
  }
  if (traceRoot === run.roots.trace && outputRoot === run.roots.output) return AGREES;
  const shown =
    handedOver === undefined ? undefined : lookIntoHandedOver(subject, { run, handedOver, traceRoot });
  if (shown !== undefined) return shown;
  return lookIntoTrace(subject, run, traceRoot) ?? lookIntoOutputs(subject, run) ?? AGREES;
}

/** A trace that was handed over shows the fault without a question, if it is the one that the record speaks of. */
function lookIntoHandedOver(
  subject: Subject,
  given: { run: OwnTrace; handedOver: CommittedTrace; traceRoot: Bytes32 },
): Insight | undefined {
  const { run, handedOver, traceRoot } = given;
  const roots = rootsOf(handedOver.lists);
  const { inputRoot, outputRoot } = subject.record.record;
  if (roots.input !== inputRoot || roots.output !== outputRoot || roots.trace !== traceRoot) return undefined;
  const exhibit = exhibitOf(subject, handedOver);
  const finding = locateFault(subject.committed.artifact, run, handedOver);
  const isShown = evidenceOfFinding(exhibit, finding) !== undefined;
  return isShown ? { kind: "fault", exhibit, finding } : undefined;
}

/** The first tensor of the trace that is not one's own, and in it the first leaf: every operand is one's own then. */
function lookIntoTrace(subject: Subject, run: OwnTrace, root: Bytes32): Insight | undefined {
  const own = run.lists.trace;
  const { data } = subject.view.answers;
  const tree = knownTree({ form: "list", count: own.count, root: hexToBytes(root.slice(2)) }, data, own);
  return insightFrom(search(tree, own), subject, {
    taken: run,
    place: { list: "trace", tree },
    differs: (kernel) => lookIntoTensor(subject, { run, tree, kernel }),
  });
}

function lookIntoTensor(
  subject: Subject,
  { run, tree, kernel }: { run: OwnTrace; tree: KnownTree; kernel: number },
): Insight | undefined {
  const { table } = subject.committed.artifact;
  const entry = table[tensorId(subject.view.model.commitment, "trace", kernel)] as TensorEntry;
  const own = run.tensor("trace", kernel);
  const item = { form: "bytes", count: leafCount(entry), root: nodeAt(tree, 0, kernel) } as const;
  const tensor = knownTree(item, subject.view.answers.data, own);
  const place = { list: "trace", tree, tensor: { index: kernel, tree: tensor } } as const;
  return insightFrom(search(tensor, own), subject, {
    taken: run,
    place,
    differs: (leaf) => {
      const leaves = { ours: leafAt(own, leaf), theirs: leafAt(tensor, leaf) };
      const difference = compareLeaves({ ...leaves, leaf, entry }) as LeafDifference;
      const unopenable = questionAboutUnopenable(subject, kernel);
      if (difference.kind === "element" && unopenable !== undefined)
        return { kind: "ask", question: unopenable };
      const finding = findingInTensor({ list: "trace", index: kernel }, difference);
      return fault(subject, { taken: run, place }, finding);
    },
  });
}

/** The output list beside a trace that is one's own. */
function lookIntoOutputs(subject: Subject, run: OwnTrace): Insight | undefined {
  const own = run.lists.output;
  const root = hexToBytes(subject.record.record.outputRoot.slice(2));
  const tree = knownTree({ form: "list", count: own.count, root }, subject.view.answers.data, own);
  const seen = { taken: run, place: { list: "output", tree } } as const;
  return insightFrom(search(tree, own), subject, {
    ...seen,
    differs: (output) => fault(subject, seen, { kind: "output-root", output }),
  });
}
