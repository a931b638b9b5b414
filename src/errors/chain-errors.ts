/** What the chain edge meets. */
export const chainErrors = {
  REVERTED: {
    say: (c: { call: string; error: string }) => `${c.call} was refused by the contract: ${c.error}`,
    hint: "the names in brackets are explained in contracts/interfaces; nothing was changed and only gas was spent",
    exit: 5,
  },
  NO_PROGRESS: {
    say: (c: { move: string; because: string }) =>
      `the move "${c.move}" is said to be done, and the chain does not show it: ${c.because}`,
    hint: "the node may be far behind: try another endpoint; starting again goes on where this stopped",
    exit: 5,
  },
  TRANSACTION_LOST: {
    say: (c: { call: string; hash: string }) => `${c.call}: transaction ${c.hash} is not in the chain`,
    hint: "check the node and send it again; every call is safe to repeat",
    exit: 5,
  },
  FUNDS_MISSING: {
    say: (c: { call: string; account: string; actual: bigint; expected: bigint }) =>
      `${c.call} needs ${c.expected} wei at most; account ${c.account} has ${c.actual} wei`,
    hint: "send native currency to the account; what a deposit does not use, and gas that was not needed, stays yours",
    exit: 5,
  },
  GAS_OVER_CAP: {
    say: (c: { call: string; actual: bigint; expected: bigint }) =>
      `${c.call} needs ${c.actual} gas; at most ${c.expected} are allowed`,
    hint: "a transaction may use 16,777,216 gas; raise the limit where you set a lower one",
    exit: 5,
  },
  DEPLOYMENT_STOPPED: {
    say: (c: { reason: string }) => `the deployment is not complete: ${c.reason}`,
    hint: "run `onus deploy` again with the same network: it goes on where it stopped",
    exit: 5,
  },
  NETWORK_UNKNOWN: {
    say: (c: { name: string; known: string }) => `there is no network ${c.name}; there are: ${c.known}`,
    hint: "choose one of these with --network, or give another one's endpoint with --rpc URL (a recipe: in hardhat.config.ts)",
    exit: 2,
  },
  NETWORK_UNREACHABLE: {
    say: (c: { name: string; reason: string }) => `network ${c.name} does not answer: ${c.reason}`,
    hint: "start its node, or set its endpoint in .env (see .env.example)",
    exit: 5,
  },
  SETTING_MISSING: {
    say: (c: { name: string; network: string }) => `network ${c.network} needs ${c.name}, and it is not set`,
    hint: (c: { name: string }) => `set ${c.name} in .env, or with \`npx hardhat keystore set ${c.name}\``,
    exit: 3,
  },
  PARAMETERS: {
    say: (c: { path: string; problem: string }) => `${c.path} does not describe a deployment: ${c.problem}`,
    hint: "compare it with deploy/parameters/custom.json, which explains each value; amounts and durations carry their unit",
    exit: 3,
  },
  NOT_DEPLOYED: {
    say: (c: { chainId: number; path: string }) =>
      `no deployment on chain ${c.chainId} is known: there is no ${c.path}`,
    hint: "`onus deploy --network NAME` makes one and writes the file; one that exists is named with --deployment FILE",
    exit: 3,
  },
  ADDRESS_FILE: {
    say: (c: { path: string; problem: string }) =>
      `${c.path} is no address file of a deployment: ${c.problem}`,
    hint: "deploying writes it: name the right one with --deployment FILE, or ask whoever deployed for it",
    exit: 3,
  },
  PART_MISSING: {
    say: (c: { part: string; onus: string }) => `the deployment at ${c.onus} has no ${c.part}`,
    hint: "it was made without one and never gets one: use another deployment, or make one with `onus deploy --fresh`",
    exit: 3,
  },
  WRONG_CHAIN: {
    say: (c: { expected: number; found: number; path: string }) =>
      `${c.path} is for chain ${c.expected}; the network answers with chain ${c.found}`,
    hint: "choose the network with --network, or the parameters of that chain",
    exit: 3,
  },
  PARAMETERS_UNKNOWN: {
    say: (c: { chainId: number }) => `there are no parameters for chain ${c.chainId} in deploy/parameters`,
    hint: "copy deploy/parameters/custom.json to deploy/parameters/NAME.json and set its chainId, by which it is found",
    exit: 3,
  },
  MODEL_UNKNOWN: {
    say: (c: { modelId: string; registry: string }) =>
      `no model ${c.modelId} is published in registry ${c.registry}`,
    hint: "`onus model publish FILE.onus` publishes one and prints its id; else check the id and the network",
    exit: 3,
  },
  CLAIM_UNKNOWN: {
    say: (c: { claimId: string; claimBook: string }) =>
      `no claim ${c.claimId} was submitted to claim book ${c.claimBook}`,
    hint: "check the id, the network and its address file; `onus claim list` prints the ids there are",
    exit: 3,
  },
  OPERATOR_UNKNOWN: {
    say: (c: { operator: string; registry: string }) =>
      `${c.operator} is no operator of registry ${c.registry}`,
    hint: "`onus operator register` makes the account one; check the address, the network and its address file",
    exit: 3,
  },
  NOT_THE_OPERATOR: {
    say: (c: { account: string; operator: string }) =>
      `account ${c.account} is neither operator ${c.operator} nor an active signer of it`,
    hint: "only they state the claim's trace when it is asked for: choose the account with --account",
    exit: 3,
  },
  KEY_MISSING: {
    say: (c: { network: string; names: string }) =>
      `no key for ${c.network}: ${c.names} is not set, and no account of the node is named`,
    hint: "set ONUS_KEY in .env (see .env.example), or name an account that the node holds unlocked: --account 0x…",
    exit: 3,
  },
  KEY_MALFORMED: {
    say: (c: { name: string; length: number }) =>
      `${c.name} holds ${c.length} characters that are no private key`,
    hint: "a key is 0x and 64 hex digits; it is not repeated here, so look where it is set",
    exit: 3,
  },
  ACCOUNT_LOCKED: {
    say: (c: { account: string; count: number }) =>
      `the node does not hold account ${c.account}; it holds ${c.count} unlocked accounts`,
    hint: "leave --account out and set the account's key as ONUS_KEY in .env",
    exit: 3,
  },
  TOKEN_MISSING: {
    say: (c: { token: string; account: string; actual: bigint; expected: bigint }) =>
      `account ${c.account} has ${c.actual} wei of ${c.token}; ${c.expected} wei are to be deposited`,
    hint: "add --wrap to turn native currency into WETH first, or send the token to the account",
    exit: 5,
  },
  ALLOWANCE_MISSING: {
    say: (c: { token: string; spender: string; actual: bigint; expected: bigint }) =>
      `registry ${c.spender} may take ${c.actual} wei of the account's ${c.token}; ${c.expected} wei are to be deposited`,
    hint: "add --approve to allow exactly that much first",
    exit: 5,
  },
  ACCOUNT_MISSING: {
    say: (c: { network: string; account: number; count: number }) =>
      `network ${c.network} has ${c.count} accounts here; account ${c.account} was asked for`,
    hint: "set the network's private key in .env or with `npx hardhat keystore set`, see .env.example",
    exit: 3,
  },
} as const;
