/** What the chain edge meets. */
export const chainErrors = {
  REVERTED: {
    say: (c: { call: string; error: string }) => `${c.call} was refused by the contract: ${c.error}`,
    hint: "the names in brackets are explained in contracts/interfaces; nothing was changed and only gas was spent",
    exit: 5,
  },
  TRANSACTION_LOST: {
    say: (c: { call: string; hash: string }) => `${c.call}: transaction ${c.hash} is not in the chain`,
    hint: "check the node and send it again; every call is safe to repeat",
    exit: 5,
  },
} as const;
