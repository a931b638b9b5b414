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
} as const;
