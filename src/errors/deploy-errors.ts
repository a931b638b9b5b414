/** What stands in the way of a deployment. */
export const deployErrors = {
  RULES_BROKEN: {
    say: (c: { path: string; broken: readonly Broken[] }) =>
      `${c.path} breaks ${c.broken.length === 1 ? "a rule" : `${c.broken.length} rules`}: ${c.broken.map(tellRule).join("; ")}`,
    hint: "change the values in the preset; docs/flows/deployer.md explains each rule. Nothing was sent",
    exit: 3,
  },
  TOKEN_WITHOUT_CODE: {
    say: (c: { token: string; chainId: number }) =>
      `the stake token ${c.token} holds no code on chain ${c.chainId}`,
    hint: "name another one with --token ADDRESS, or --token local for a wrapped ether of your own. Nothing was sent",
    exit: 3,
  },
  TOKEN_SYMBOL: {
    say: (c: { token: string; actual: string; expected: string }) =>
      `the stake token ${c.token} calls itself ${c.actual}; expected ${c.expected}`,
    hint: "if it is the one you mean, say so with --token-symbol. Nothing was sent",
    exit: 3,
  },
  CLZ_MISSING: {
    say: (c: { chainId: number; answer: string }) =>
      `chain ${c.chainId} does not execute the CLZ opcode of EIP-7939 (osaka): ${c.answer}`,
    hint: "choose a chain that has the osaka upgrade (anvil: --hardfork osaka). Nothing was sent",
    exit: 5,
  },
  GAS_PRICE_OVER_LIMIT: {
    say: (c: { actual: bigint; limit: bigint }) =>
      `a unit of gas costs ${c.actual} wei at the moment; the limit is ${c.limit} wei`,
    hint: "wait, or raise --most-gas-price; running the command again goes on where it stopped",
    exit: 5,
  },
  NOT_INCLUDED: {
    say: (c: { call: string; nonce: number; seconds: number }) =>
      `${c.call}: transaction ${c.nonce} of the account is in no block after ${c.seconds} s`,
    hint: "check the node; running the command again goes on with the same transaction and never sends a second one",
    exit: 5,
  },
  NONCE_GAP: {
    say: (c: { call: string; account: string; nonce: number; next: number }) =>
      `${c.call} was sent as transaction ${c.nonce} of ${c.account}, and the node waits for transaction ${c.next} of it`,
    hint: (c: { next: number; nonce: number }) =>
      `send the account's missing transactions ${c.next} to ${c.nonce - 1}, or begin anew with --fresh`,
    exit: 5,
  },
  BEGUN_BY_ANOTHER: {
    say: (c: { account: string; by: string }) =>
      `this deployment was begun by ${c.by}; going on as ${c.account} would make a second one`,
    hint: "use the account that began it, or abandon what it made with --fresh",
    exit: 3,
  },
  DEPLOYED_OTHERWISE: {
    say: (c: { onus: string; differences: readonly string[] }) =>
      `Onus stands at ${c.onus}, made otherwise: ${c.differences.join("; ")}`,
    hint: "go on with the preset and the release it was made with, or make another one with --fresh",
    exit: 3,
  },
  DEPLOYMENT_RUNNING: {
    say: (c: { pid: number; path: string }) => `process ${c.pid} is deploying to the same chain`,
    hint: (c: { path: string }) =>
      `wait until it has ended; if it is none of yours, delete ${c.path} and run this again`,
    exit: 5,
  },
  JOURNAL_UNREADABLE: {
    say: (c: { path: string }) => `${c.path} is not the journal of a deployment`,
    hint: "restore it, since it knows what is in flight; or begin anew with --fresh",
    exit: 3,
  },
  VERIFYING_IMPOSSIBLE: {
    say: (c: { because: string }) => `the sources cannot be published from here: ${c.because}`,
    hint: "in a checkout, with ETHERSCAN_API_KEY in .env: `npm run recipe -- verify --network NAME`",
    exit: 3,
  },
  VERIFICATION_FAILED: {
    say: (c: { failed: readonly string[]; count: number }) =>
      `${c.failed.length} of ${c.count} contracts are not verified: ${c.failed.join("; ")}`,
    hint: "`npm run recipe -- verify --network NAME` tries those again; explorers often need a minute to see new code",
    exit: 5,
  },
} as const;

type Broken = {
  readonly parameter: string;
  readonly actual: bigint;
  readonly relation: string;
  readonly bound: bigint;
  readonly because: string;
};

const tellRule = ({ parameter, actual, relation, bound, because }: Broken): string =>
  `${parameter} is ${actual} and must be ${relation} ${bound} (${because})`;
