/** What the dispute room refuses. */
export const disputeErrors = {
  TENSOR_WITHHELD: {
    say: (c: { list: string; index: number }) =>
      `the bytes of tensor ${c.index} of the ${c.list} list are needed for the proof and are not at hand`,
    hint: "ask the operator for the whole trace file; the claim stays unchecked until then",
    exit: 6,
  },
  HANDED_OVER_MISMATCH: {
    say: (c: { piece: string; found: string; expected: string }) =>
      `the ${c.piece} handed over is not what the claim commits to: expected ${c.expected}, found ${c.found}`,
    hint: "ask for the right files; until they are here the claim is unchecked, and nobody should rely on it",
    exit: 6,
  },
  TRACE_NOT_STATED: {
    say: (c: { index: number }) =>
      `record ${c.index} leaves its trace to be stated on demand, and it was not stated`,
    hint: "`onus dispute open` asks for it, and convicts an operator that stays silent; until then do not rely on this record",
    exit: 6,
  },
  NOTHING_BELOW: {
    say: (c: { list: string; index: number }) =>
      `item ${c.index} of the ${c.list} list is no node; nothing stands below it`,
    hint: "ask for the tensor, the record or the descriptor that the item stands for",
    exit: 3,
  },
  NOTHING_TO_PROVE: {
    say: (c: { finding: string }) => `a finding of kind "${c.finding}" is no fault that evidence proves`,
    hint: "ask for what is missing, or rely on the claim",
    exit: 6,
  },
  RECORD_NEEDED: {
    say: (c: { list: string }) => `the ${c.list} list is a record's; the question names no record`,
    hint: "a publisher answers only for program, table and weights",
    exit: 3,
  },
  UNCHECKED: {
    say: (c: { claimId: string; because: string }) => `claim ${c.claimId} is unchecked: ${c.because}`,
    hint: (c: { because: string }) =>
      c.because === "window over"
        ? "nothing can be asked any more: do not rely on it; with --trace FILE a proof still counts until it is final"
        : "do not rely on it; hand over what is missing with --artifact, --input or claim.json, and `onus dispute open` again",
    exit: 6,
  },
  EVIDENCE_UNREADABLE: {
    say: (c: { reason: string }) => `these bytes are no evidence of a wrong element: ${c.reason}`,
    hint: "take the evidence of the transaction that convicted, and the number of records of its claim",
    exit: 3,
  },
  RECORD_MISSING: {
    say: (c: { index: number; count: number }) =>
      `there is no record ${c.index}; the claim file has ${c.count}`,
    hint: "records count from 0",
    exit: 2,
  },
} as const;
