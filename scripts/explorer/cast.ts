/** Who acts on the seeded chain, by account. Operators have characters, and claim as these say. */
export const ACCOUNTS = 30;
export const PUBLISHERS = [1, 2] as const;
export const WATCHTOWER = 3;
export const ASKER = 4;
export const REQUESTERS = [5, 6, 7] as const;
/** A key that is no operator's own. */
export const SIGNER = 8;

/** Those who are no operators, by the names that the pages give them. */
export const EXTRAS: readonly (readonly [name: string, account: number])[] = [
  ["publisher A", PUBLISHERS[0]],
  ["publisher B", PUBLISHERS[1]],
  ["watchtower", WATCHTOWER],
  ["challenger", ASKER],
  ...REQUESTERS.map((account, number) => [`requester ${number + 1}`, account] as const),
  ["rotating's signer", SIGNER],
];

export type Character = {
  readonly name: string;
  readonly account: number;
  /** Days after the beginning on which it registers. */
  readonly since: number;
  /** Ether of stake, and of liability a claim. */
  readonly stake: string;
  readonly liability: string;
  /** Ordinary claims, spread over the days, of so many records. */
  readonly claims: number;
  readonly records: number;
};

const one = (account: number, name: string, rest: Partial<Character> = {}): Character => ({
  ...{ account, name, since: 0, stake: "6", liability: "0.4", claims: 9, records: 2 },
  ...rest,
});

export const CAST = {
  steady: one(10, "steady", { claims: 14 }),
  careful: one(11, "careful", { liability: "0.25", claims: 11 }),
  large: one(12, "large", { stake: "40", liability: "5", claims: 7, records: 16 }),
  questioned: one(13, "questioned", { claims: 7 }),
  rotating: one(14, "rotating", { claims: 6 }),
  newcomer: one(15, "newcomer", { since: 17, stake: "1", liability: "0.05", claims: 2, records: 1 }),
  leaving: one(16, "leaving", { claims: 5 }),
  careless: one(17, "careless", { claims: 4 }),
  hiding: one(18, "hiding", { claims: 3, stake: "4" }),
  silent: one(19, "silent", { claims: 3, stake: "3" }),
  sloppy: one(20, "sloppy", { claims: 2, stake: "2" }),
  swapping: one(21, "swapping", { claims: 2, stake: "2" }),
  twotongued: one(22, "two-tongued", { claims: 3, stake: "3" }),
  poisoned: one(23, "poisoned", { claims: 2, stake: "5" }),
} as const satisfies Record<string, Character>;
