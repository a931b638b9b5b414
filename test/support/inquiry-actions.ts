import fc from "fast-check";

/** Kinds of actions with their weights. */
export const WEIGHTS = {
  submit: 3,
  open: 14,
  openOnModel: 6,
  ask: 18,
  answer: 24,
  stateTraces: 6,
  timeOut: 6,
  close: 8,
  settle: 6,
  finalize: 2,
  convict: 1,
  withdraw: 3,
  burn: 1,
  retire: 3,
  withdrawBond: 1,
  exchange: 6,
  wait: 1,
} as const;
export type Kind = keyof typeof WEIGHTS;

/** Numbers choose who, which and what; what they mean follows from where the play stands. */
export type Action = {
  readonly kind: Kind;
  readonly who: number;
  readonly which: number;
  readonly what: number;
  readonly how: number;
  /** `edge`: at a deadline of what the action is about, a second before or after. */
  readonly when: { readonly soon: bigint } | { readonly edge: number; readonly offset: bigint };
  /** Wei per gas, and how many times that the sender pays. */
  readonly baseFee: bigint;
  readonly times: bigint;
};

const when = fc.oneof(
  { weight: 5, arbitrary: fc.record({ soon: fc.constantFrom(0n, 0n, 1n, 1n, 2n, 4n, 6n) }) },
  {
    weight: 3,
    arbitrary: fc.record({ edge: fc.nat(3), offset: fc.constantFrom(-1n, -1n, 0n, 0n, 1n) }),
  },
);

export function actionsOf(weights: Partial<Record<Kind, number>>): fc.Arbitrary<Action> {
  const kinds = Object.entries(weights).map(([kind, weight]) => ({
    weight,
    arbitrary: fc.constant(kind as Kind),
  }));
  return fc.record({
    kind: fc.oneof(...kinds),
    // Their digits are choices: none of them is an edge.
    who: fc.noBias(fc.nat(11)),
    which: fc.noBias(fc.nat(0xffff)),
    what: fc.noBias(fc.nat(0x3fffffff)),
    how: fc.noBias(fc.nat(0xff)),
    when,
    baseFee: fc.constantFrom(7n, 7n, 7n, 8n, 29n, 1_000n, 0n),
    times: fc.constantFrom(1n, 1n, 2n, 4n, 5n),
  });
}

/** Takes small numbers out of a large one. */
export class Digits {
  #left: number;

  constructor(number: number) {
    this.#left = number;
  }

  below(count: number): number {
    const digit = this.#left % count;
    this.#left = Math.floor(this.#left / count);
    return digit;
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }
}
