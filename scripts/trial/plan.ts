import { Random } from "../../test/support/random.js";

/** What a case is about. The first list lies or withholds, the second one is right and under attack. */
export const LIES = [
  "flips an element",
  "wrong output root",
  "other input",
  "withholds the artifact",
  "withholds the input",
  "non-zero padding",
  "absent node in a trace",
  "absent node in the records",
  "garbage trace root",
  "garbage record list",
  "falls silent",
  "lies in the last second",
  "extreme operands",
  "void kernel",
  "proof over many transactions",
  "accomplices occupy",
] as const;
export const ATTACKS = [
  "nothing to ask",
  "asks every record at once",
  "asks and abandons",
  "stalls",
  "occupies",
  "answers for the operator",
  "replays evidence",
  "random calldata",
] as const;
export const KINDS = [...LIES, ...ATTACKS] as const;
export type LieKind = (typeof LIES)[number];
export type AttackKind = (typeof ATTACKS)[number];
export type Kind = LieKind | AttackKind;

/** One case, from which everything that happens in it follows. */
export type CaseSpec = {
  readonly number: number;
  readonly seed: number;
  readonly kind: Kind;
  /** How often this kind came before, in this run. */
  readonly turn: number;
  readonly model: "small" | "classifier" | "own";
  /** Records of the claim. */
  readonly n: number;
  readonly disputed: number;
  readonly onDemand: boolean;
  /** Honest parties act in the last second in which they may. */
  readonly isSlow: boolean;
  /** Honest parties cannot see what the same block holds, and pay for races they lose. */
  readonly isBlind: boolean;
  /** Liars try what the rules forbid, too. */
  readonly cheats: boolean;
};

/** Models that a kind brings itself. */
const OWN_MODEL: ReadonlySet<Kind> = new Set<Kind>([
  "extreme operands",
  "void kernel",
  "proof over many transactions",
]);

export const LARGEST_BATCH = 4_096;
/** Records of the batches that are asked about all at once, in turn. */
const FLOODED = [
  LARGEST_BATCH,
  64,
  LARGEST_BATCH,
  1_024,
  LARGEST_BATCH,
  LARGEST_BATCH,
  256,
  LARGEST_BATCH,
] as const;

/** All cases of a trial: kinds in turn, models and batches spread over the turns of each kind. */
export function planTrial({ cases, seed }: { cases: number; seed: number }): CaseSpec[] {
  return Array.from({ length: cases }, (_, number) => planCase(number, seed));
}

export function planCase(number: number, trialSeed: number): CaseSpec {
  const turn = Math.floor(number / KINDS.length);
  const kind = KINDS[number % KINDS.length] as Kind;
  const seed = mixed(trialSeed, number);
  const random = new Random(seed);
  const n = recordsOf(kind, turn, random);
  return {
    number,
    seed,
    kind,
    turn,
    model: modelOf(kind, turn),
    n,
    disputed: random.below(n),
    // In a batch of which every trace is asked for, there is nothing else to ask.
    onDemand: random.chance(60) || n === LARGEST_BATCH,
    isSlow: random.chance(30),
    isBlind: random.chance(30),
    cheats: random.chance(50),
  };
}

function modelOf(kind: Kind, turn: number): CaseSpec["model"] {
  if (OWN_MODEL.has(kind)) return "own";
  // Some jobs that are begun against a claim that is right are long.
  if (kind === "replays evidence" && turn % 5 === 4) return "own";
  return turn % 6 === 2 ? "classifier" : "small";
}

function recordsOf(kind: Kind, turn: number, random: Random): number {
  if (kind === "asks every record at once") return FLOODED[turn % FLOODED.length] as number;
  // A full list has no absent place.
  const notFull = (n: number): number => (kind !== "absent node in the records" || n & (n - 1) ? n : n + 1);
  const n = turn % 4 === 1 ? random.between(64, 512) : turn % 4 === 3 ? random.between(2, 9) : 1;
  return notFull(kind === "absent node in the records" ? Math.max(n, 3) : n);
}

/** Neighbouring cases and neighbouring trials have nothing in common. */
function mixed(seed: number, number: number): number {
  let word = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d);
  return (word ^ (word >>> 13)) >>> 0;
}
