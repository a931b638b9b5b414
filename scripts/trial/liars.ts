import { leafCount } from "../../src/program/tensor-table.js";
import type { SessionView } from "../../src/dispute/dispute-view.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { ChallengerHoldings, HeldRecord } from "../../src/dispute/holdings.js";
import type { Move } from "../../src/dispute/move.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { Random } from "../../test/support/random.js";
import { cheating } from "./cheats.js";
import { claimTruly } from "./claimed.js";
import type { Actor, Deed } from "./actor.js";
import type { Claimed, Terms } from "./claimed.js";
import { holdingsOf, operatorMind } from "./honest.js";
import {
  fillAbsent,
  fillRecords,
  flipElement,
  flipInput,
  garbageRecords,
  garbageTrace,
  otherOutput,
  padWithBytes,
} from "./lies.js";
import type { Lie } from "./lies.js";
import { answerLate, leaveUnanswered } from "./pace.js";
import type { LieKind } from "./plan.js";
import { PARTY } from "./scene.js";
import type { Scene } from "./scene.js";
import type { World } from "./worlds.js";

/** What each kind of liar claims. */
const LIE_OF: Readonly<Record<LieKind, Lie>> = {
  "flips an element": flipElement,
  "wrong output root": otherOutput,
  "other input": flipInput,
  "withholds the artifact": (world, terms, random) => withhold("the artifact", { world, terms, random }),
  "withholds the input": (world, terms, random) => withhold("the input", { world, terms, random }),
  "non-zero padding": padWithBytes,
  "absent node in a trace": fillAbsent,
  "absent node in the records": fillRecords,
  "garbage trace root": garbageTrace,
  "garbage record list": garbageRecords,
  "falls silent": flipElement,
  "lies in the last second": flipElement,
  "extreme operands": flipElement,
  "void kernel": flipElement,
  "proof over many transactions": flipElement,
  "accomplices occupy": flipElement,
};

export const lieOf = (kind: LieKind): Lie => LIE_OF[kind];

/** Leaves that a few sessions bring to light. */
const MOST_REVEALED = 200;

/**
 * A claim of which everything is right but what nobody is shown; or which is wrong, and shown piece by piece to those who
 * ask for it.
 */
function withhold(
  what: "the artifact" | "the input",
  { world, terms, random }: { world: World; terms: Terms; random: Random },
): Claimed | undefined {
  const { artifact } = world.committed;
  // Without inputs there is nothing that could be withheld.
  if (what === "the input" && artifact.inputs.length === 0) return undefined;
  const firstKernel = artifact.table.length - artifact.kernels.length;
  const [from, to] =
    what === "the input" ? [0, artifact.inputs.length] : [artifact.inputs.length, firstKernel];
  const leaves = artifact.table.slice(from, to).reduce((sum, entry) => sum + leafCount(entry), 0);
  const isSmall = leaves <= MOST_REVEALED && (what === "the input" || artifact.kernels.length <= 8);
  if (!isSmall || random.chance(60)) return { ...claimTruly(world, terms), wrong: `${what} is withheld` };
  const lie = flipElement(world, terms, random);
  return lie && { ...lie, reveals: true };
}

/** Questions after which the liar that falls silent does not answer any more: every round has its turn. */
export const SILENT_AFTER = [0, 1, 2, 3, 4, 5] as const;

/** Answers what it likes, with what it committed to, and never admits anything. */
export function lyingOperator(scene: Scene, kind: LieKind): Actor {
  const { ground, claimed, spec } = scene;
  const refused = new Set<string>();
  const cheat = spec.cheats ? cheating(scene) : (): undefined => undefined;
  const willing = leaveUnanswered(
    operatorMind(holdingsOf(claimed)),
    (session) => refused.has(session.question.key) || leaves(scene, kind, session),
  );
  const mind = kind === "lies in the last second" ? answerLate(willing) : willing;
  const { disputed, statesUnasked = false } = claimed;
  return {
    role: "operator",
    isHonest: false,
    account: ground.as(PARTY.operator).account,
    next(view, now) {
      if (statesUnasked && view.phase === "open" && !view.answers.traces.has(disputed)) {
        const traceRoot = claimed.statedRoot?.(disputed) ?? rootsOf(claimed.trace(disputed).lists).trace;
        return {
          kind: "move",
          move: { kind: "state-traces", statements: [{ recordIndex: disputed, traceRoot }] },
        };
      }
      const deed = lieInMove(claimed, mind(view, now));
      // First what the rules allow: who can answer does.
      return deed.kind === "move" ? deed : (cheat(view, now) ?? deed);
    },
    refused(deed) {
      if (deed.kind === "move" && deed.move.kind === "answer") refused.add(deed.move.to.key);
    },
  };
}

/** Which questions a liar of some kind does not answer. */
function leaves({ spec, claimed }: Scene, kind: LieKind, { rounds, question }: SessionView): boolean {
  const { list } = question.place;
  if (claimed.reveals === true) return false;
  if (kind === "withholds the artifact") return list === "program" || list === "table" || list === "weights";
  if (kind === "withholds the input") return list === "input";
  return kind === "falls silent" && rounds > (SILENT_AFTER[spec.turn % SILENT_AFTER.length] as number);
}

/** States the roots that it lies about. */
function lieInMove({ statedRoot }: Claimed, deed: Deed): Deed {
  if (statedRoot === undefined || deed.kind !== "move" || deed.move.kind !== "state-traces") return deed;
  const statements = deed.move.statements.map((one) => ({ ...one, traceRoot: statedRoot(one.recordIndex) }));
  const move: Move = { ...deed.move, statements };
  return { kind: "move", move };
}

/** What the honest challenger has: the record it asked for, its own run, and what comes with the kind. */
export function heldAgainst(args: {
  kind: LieKind;
  world: World;
  claimed: Claimed;
  terms: Terms;
  random: Random;
}): ChallengerHoldings {
  const { kind, world, claimed, terms, random } = args;
  const index = claimed.disputed;
  const record = claimed.records.records[index];
  const run = world.traces[index % world.traces.length];
  const held: HeldRecord = {
    index,
    ...(record === undefined ? {} : { record }),
    ...(run === undefined || kind.startsWith("withholds") ? {} : { run }),
    // An operator that has nothing to hide hands over its trace; one that lies may do so too.
    ...(terms.onDemand || kind.startsWith("withholds") || kind === "falls silent" || random.chance(60)
      ? {}
      : { handedOver: claimed.trace(index) }),
  };
  const handsOverAll = kind === "absent node in the records" || (terms.n > 1 && random.chance(30));
  return {
    address: PARTY.challenger,
    ...(kind === "withholds the artifact" ? {} : { committed: claimed.committed }),
    records: [held],
    ...(handsOverAll ? { recordList: commitRecords(claimed.records.records) } : {}),
  };
}
