/** What the claim room refuses. */
export const claimErrors = {
  CLAIM_FILE: {
    say: (c: { expected: string; found: string }) =>
      `not a claim file: expected ${c.expected}, found ${c.found}`,
    hint: "`npm run recipe -- submit` writes one; ask the operator for it again",
    exit: 3,
  },
} as const;
