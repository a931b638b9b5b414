/** What the dispute room refuses. */
export const disputeErrors = {
  TENSOR_WITHHELD: {
    say: (c: { list: string; index: number }) =>
      `the bytes of tensor ${c.index} of the ${c.list} list are needed for the proof and are not at hand`,
    hint: "ask the operator for the whole trace file; the claim stays unchecked until then",
    exit: 6,
  },
} as const;
