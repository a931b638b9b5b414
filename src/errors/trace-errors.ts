/** What the trace room refuses. */
export const traceErrors = {
  NOTHING_OPENED: {
    say: () => "an opening names at least one position; none was given",
    hint: "an empty list has root 0 and opens nothing",
    exit: 3,
  },
  POSITIONS_NOT_ASCENDING: {
    say: (c: { position: number; previous: number }) =>
      `position ${c.position} follows ${c.previous}; positions are strictly ascending`,
    hint: "sort the positions and drop repeated ones",
    exit: 3,
  },
  POSITION_OUT_OF_RANGE: {
    say: (c: { position: number; size: number }) =>
      `position ${c.position} does not exist in a tree of ${c.size} positions`,
    hint: "depth comes from the committed count, see docs/spec/commitments.md",
    exit: 3,
  },
  OPENING_TOO_SHORT: {
    say: (c: { bytes: number; expected: number }) =>
      `the opening holds ${c.bytes} bytes; at least ${c.expected} are needed`,
    hint: "ask for the opening again, or rebuild it from the data",
    exit: 3,
  },
  NODE_UNKNOWN: {
    say: (c: { level: number; index: number }) =>
      `node ${c.index} of level ${c.level} is in a part of the tree that is not at hand`,
    hint: "ask the operator for it in an inquiry before proving what stands below it",
    exit: 6,
  },
  EMPTY_TENSOR: {
    say: () => "a tensor has at least one byte; none was given",
    hint: "tensors hold 1 to 2^27 elements",
    exit: 3,
  },
  ITEM_SIZE: {
    say: (c: { bytes: number }) =>
      `a list is made of 32-byte items; ${c.bytes} bytes are no multiple of that`,
    hint: "pass the items concatenated",
    exit: 3,
  },
  TRACE_FILE: {
    say: (c: { reason: string }) => `this is not a trace file of the artifact: ${c.reason}`,
    hint: "ask the operator for the file again; `onus claim submit --trace eager` writes it",
    exit: 3,
  },
} as const;
