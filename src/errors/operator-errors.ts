/** Why an operator node does not do what it is asked. Answered over HTTP; the same codes in its log. */
export const operatorErrors = {
  OPERATOR_CONFIG: {
    say: (c: { path: string; problem: string }) => `${c.path} does not configure an operator: ${c.problem}`,
    hint: "compare it with the example in docs/flows/operator.md; amounts and durations carry their unit",
    exit: 3,
  },
  OPERATOR_JAILED: {
    say: () => "the operator was convicted: it claims nothing again, and answers for what it claimed",
    hint: "ask another operator; `onus receipt verify` says what a receipt of this one is still worth",
    exit: 6,
  },
  SIGNING_KEY_INACTIVE: {
    say: () => "the node's key may not sign for its operator: it was revoked, or never added",
    hint: "the operator adds a key with OperatorRegistry.addSigner, and restarts the node with it",
    exit: 6,
  },
  MODEL_RETIRING: {
    say: (c: { modelId: string; retiredAt: bigint }) =>
      `model ${c.modelId} takes no claims from ${c.retiredAt} on: a promise made now could not be kept`,
    hint: "ask for the version that supersedes it",
    exit: 6,
  },
  CLAIMS_PAUSED: {
    say: () => "the guardian has paused new claims",
    hint: "ask again when they are resumed; claims and receipts that exist stay valid",
    exit: 6,
  },
  CHAIN_STALE: {
    say: (c: { actual: number; expected: number }) =>
      `the operator has had no news of the chain for ${c.actual} s; it promises nothing after ${c.expected} s`,
    hint: "ask again; the operator checks its node with `onus doctor`",
    exit: 6,
  },
  GAS_PRICE_TOO_HIGH: {
    say: (c: { actual: bigint; expected: bigint }) =>
      `the base fee is ${c.actual} wei; the operator promises nothing above ${c.expected} wei`,
    hint: "ask again when the chain is quieter",
    exit: 6,
  },
  OPEN_LIABILITY_FULL: {
    say: (c: { actual: bigint; expected: bigint }) =>
      `with this request ${c.actual} wei would be open; the operator's limit is ${c.expected} wei`,
    hint: "ask again when some of its claims are final",
    exit: 6,
  },
  STAKE_TOO_SMALL: {
    say: (c: { actual: bigint; expected: bigint }) =>
      `the operator has ${c.actual} wei of free stake; what it promised needs ${c.expected} wei`,
    hint: "ask again when some of its claims are final, or when it has deposited more",
    exit: 6,
  },
  UNSTATED_RECORDS_FULL: {
    say: (c: { actual: number; expected: number }) =>
      `${c.actual} records are open; the operator can answer for ${c.expected} of them in half its clock`,
    hint: "ask again when some of its claims are final",
    exit: 6,
  },
  QUEUE_FULL: {
    say: (c: { actual: number; expected: number }) =>
      `${c.actual} requests are under way or waiting; at most ${c.expected} are taken`,
    hint: "ask again in a moment",
    exit: 6,
  },
  MODEL_NOT_SERVED: {
    say: (c: { modelId: string }) => `this operator does not serve model ${c.modelId}`,
    hint: "GET /v1/models lists what it serves",
    exit: 3,
  },
  REQUEST_MALFORMED: {
    say: (c: { problem: string }) => `the request cannot be read: ${c.problem}`,
    hint: "docs/flows/operator.md shows a request",
    exit: 3,
  },
  BODY_TOO_LARGE: {
    say: (c: { expected: number }) => `the request has more than ${c.expected} bytes`,
    hint: "send the inputs of one inference; raw bytes take a quarter less than base64",
    exit: 3,
  },
  NOT_KEPT: {
    say: (c: { what: string; id: string }) => `this operator keeps no ${c.what} ${c.id}`,
    hint: "check the id; inputs are kept until their claim is decided",
    exit: 3,
  },
  NODE_STOPPING: {
    say: () => "the node is being stopped and takes nothing new",
    hint: "ask again when it is back: what it promised is kept",
    exit: 6,
  },
} as const;
