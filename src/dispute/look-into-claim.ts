import { hexToBytes } from "@noble/hashes/utils.js";

import { aboutRecordsNode } from "./ask-about.js";
import type { DisputeView } from "./dispute-view.js";
import { absentRecordEvidence } from "./evidence.js";
import type { ChallengerHoldings } from "./holdings.js";
import type { Insight } from "./insight.js";
import { knownTree } from "./known-tree.js";
import { lookIntoRecord } from "./look-into-record.js";
import { search } from "./search.js";

/** What one comes to about each thing one looks into: the list of records, then the records, in the order held. */
export function lookIntoClaim(view: DisputeView, own: ChallengerHoldings): Insight[] {
  const records = own.records.map((held) => lookIntoRecord(view, own, held));
  const list = lookIntoList(view, own);
  const insights = list === undefined ? records : [list, ...records];
  return insights.length === 0 ? [{ kind: "rest", because: "unchecked: record" }] : insights;
}

/** The claim's list of records beside the one that was handed over. */
function lookIntoList(view: DisputeView, own: ChallengerHoldings): Insight | undefined {
  const { claim, answers } = view;
  const handedOver = own.recordList?.tree;
  if (handedOver?.count !== claim.n) return undefined;
  const root = hexToBytes(claim.recordsRoot.slice(2));
  const tree = knownTree({ form: "list", count: claim.n, root }, answers.data, handedOver);
  const sight = search(tree, handedOver);
  switch (sight.kind) {
    case "clear":
      return undefined;
    case "ask":
      return { kind: "ask", question: aboutRecordsNode(tree, sight.at) };
    case "not-absent":
      return { kind: "evidence", evidence: absentRecordEvidence(tree, sight.at) };
    case "differs":
      return lookIntoRecord(view, own, { index: sight.position });
  }
}
