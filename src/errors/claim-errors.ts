type ParentList = { readonly count: number; readonly root: string };

/** What the claim room refuses. */
export const claimErrors = {
  ARTIFACT_MISMATCH: {
    say: (c: { model: string; expected: string; found: string }) =>
      `model ${c.model} is of artifact ${c.expected}; the file holds artifact ${c.found}`,
    hint: "a claim on it could be convicted: import the model's own ONNX file, or name the model of this file",
    exit: 3,
  },
  CLAIM_FILE: {
    say: (c: { expected: string; found: string }) =>
      `not a claim file: expected ${c.expected}, found ${c.found}`,
    hint: "`onus claim submit` writes one; ask the operator for it again",
    exit: 3,
  },
  RECEIPT_FILE: {
    say: (c: { expected: string; found: string }) =>
      `not a signed receipt: expected ${c.expected}, found ${c.found}`,
    hint: "the operator's node hands one out with every answer; ask it for the receipt again",
    exit: 3,
  },
  RECEIPT_WORTHLESS: {
    say: (c: { receiptHash: string; because: readonly string[] }) =>
      `receipt ${c.receiptHash} proves nothing: ${c.because.join("; ")}`,
    hint: "do not take the answer for promised: ask the operator for a receipt that its deployment's court takes",
    exit: 6,
  },
  TOO_MANY_PARENTS: {
    say: (c: { count: number; most: number }) => `a record names at most ${c.most} parents, not ${c.count}`,
    hint: "split the result, or let one record gather others and name that one",
    exit: 2,
  },
  PARENTS_DIFFER: {
    say: (c: { index: number; actual: ParentList; expected: ParentList }) =>
      `the parents given for record ${c.index} are ${c.actual.count} and make ${c.actual.root}; it commits to ${c.expected.count} that make ${c.expected.root}`,
    hint: "name all of its parents in their order, foreign ones too; whoever made the claim has them in claim.json",
    exit: 3,
  },
  PARENTS_UNKNOWN: {
    say: (c: { claimId: string; index: number; count: number }) =>
      `record ${c.index} of claim ${c.claimId} names ${c.count} parents, and nothing at hand says which`,
    hint: "name all of them in their order with --parent CLAIM:INDEX, or take the claim.json of whoever made the claim",
    exit: 3,
  },
  PARENT_NOT_NAMED: {
    say: (c: { claimId: string; index: number; parent: string }) =>
      `record ${c.index} of claim ${c.claimId} does not name ${c.parent} as a parent`,
    hint: "an edge is what the child names, and nothing else: leave the parent out to state all that it names",
    exit: 3,
  },
  TENSORS_UNKNOWN: {
    say: (c: { of: string; count: number }) =>
      `the roots of the ${c.count} tensors among the ${c.of} are not at hand`,
    hint: "hand in the files: --input for the child's inputs, --output or --artifact for the parent's outputs",
    exit: 3,
  },
  NOTHING_IN_COMMON: {
    say: (c: { child: string; parent: string }) => `no output of ${c.parent} is an input of ${c.child}`,
    hint: "such an edge can be stated, never bound: `onus lineage state`",
    exit: 3,
  },
  NOT_TAINTED: {
    say: (c: { claimId: string; phase: string }) =>
      `nothing can be pushed from claim ${c.claimId}: it is ${c.phase}, and no tainted record of it is named`,
    hint: "taint comes from a fallen claim: `onus lineage show` tells which ancestor fell; push from there",
    exit: 3,
  },
  CLAIM_UNDECIDED: {
    say: (c: { claimId: string; phase: string; until: string }) =>
      `claim ${c.claimId} is ${c.phase}, and undecided until ${c.until} at least`,
    hint: "a claim counts once it is decided: `onus claim finalize` makes it final when its time has come",
    exit: 3,
  },
} as const;
