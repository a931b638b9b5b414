import { callOfMove } from "../../src/chain/move-call.js";
import type { ChainMove } from "../../src/chain/move-call.js";
import { openRecord } from "../../src/claim/record-list.js";
import { answerFor } from "../../src/dispute/answer-for.js";
import {
  aboutDescriptor,
  aboutNode,
  aboutRecord,
  aboutRecordsNode,
  aboutTrace,
} from "../../src/dispute/ask-about.js";
import type { NodePlace, RecordAt } from "../../src/dispute/ask-about.js";
import { turnOf, windowEnd } from "../../src/dispute/clocks.js";
import { answerBytes, bondFor, depositFor } from "../../src/dispute/deposit.js";
import type { DisputeView, SessionView } from "../../src/dispute/dispute-view.js";
import type { Question } from "../../src/dispute/question.js";
import { depthOf } from "../../src/program/tensor-table.js";
import type { Tree } from "../../src/trace/tree.js";
import type { Address } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import type { Wei } from "../../src/types/wei.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import type { Random } from "../../test/support/random.js";
import type { Actor, Deed } from "./actor.js";
import { holdingsOf } from "./honest.js";
import type { Scene } from "./scene.js";

/** How somebody asks who wants no answer. */
export type Nuisance = {
  /** Sessions opened, all at the same time. */
  readonly sessions: number;
  /** Unix seconds after the submission at which they are opened, before the end of the window. */
  readonly after: number;
  /** Questions asked in each; after that it is abandoned. */
  readonly rounds: number;
  /** Asks in the last second of its clock, else at once. */
  readonly isSlow: boolean;
  /** Answers its own questions, where anybody may, before the operator can. */
  readonly answersItself: boolean;
  /** Proves the silence of whoever does not answer. */
  readonly timesOut: boolean;
};

/** Asks questions at random about a claim of which it knows everything. */
export function nuisance(scene: Scene, who: Address, manner: Nuisance): Actor {
  const { ground, random, claim } = scene;
  const { account, contracts } = ground.as(who);
  let opened = 0;
  let last: string | undefined;
  const dead = new Set<string>();
  const call = (move: ChainMove): Deed => {
    last = "session" in move ? move.session : undefined;
    const { to, data, value } = callOfMove({ contracts, claim, move, beneficiary: who });
    return { kind: "calls", label: move.kind, calls: [{ to, data, value }] };
  };
  const openAt = (view: DisputeView): number =>
    Math.min(Number(view.submittedAt) + manner.after, Number(windowEnd(view)) - 1);
  return {
    role: "attacker",
    isHonest: false,
    account,
    next(view, now) {
      if (view.phase === "final" || view.phase === "faulted") return { kind: "rest" };
      if (opened < manner.sessions && now < Number(windowEnd(view))) {
        if (now < openAt(view)) return { kind: "wait", until: openAt(view) };
        const question = randomQuestion(scene, view, random);
        if (question !== undefined) {
          const value = firstDeposit(view, question);
          return call({ kind: "open", nonce: BigInt(opened++), question, value });
        }
        opened = manner.sessions;
      }
      let until = Infinity;
      for (const session of view.sessions) {
        if (session.asker !== who || session.stage !== "open" || dead.has(session.id)) continue;
        const turn = turnOf(session, view, asSeconds(BigInt(now)));
        if (turn.of === "answerer") {
          const data = manner.answersItself
            ? answerFor(session.question, holdingsOf(scene.claimed))
            : undefined;
          if (data !== undefined) {
            return call({ kind: "answer", session: session.id, to: session.question, data });
          }
          until = Math.min(until, Number(turn.deadline));
        } else if (turn.of === "asker" && session.rounds < manner.rounds) {
          const lastSecond = Number(turn.deadline) - 1;
          if (manner.isSlow && now < lastSecond) {
            until = Math.min(until, lastSecond);
            continue;
          }
          const question = randomQuestion(scene, view, random);
          if (question === undefined) dead.add(session.id);
          else
            return call({
              kind: "ask",
              session: session.id,
              question,
              value: topUp(view, session, question),
            });
        } else if (turn.of === "nobody" && turn.because === "silence" && manner.timesOut) {
          dead.add(session.id);
          return call({ kind: "time-out", session: session.id });
        }
      }
      return until === Infinity ? { kind: "rest" } : { kind: "wait", until };
    },
    // It tries nothing twice.
    refused() {
      if (last !== undefined) dead.add(last);
    },
  };
}

/** Something that nobody has answered yet; undefined when nothing was found in a few tries. */
export function randomQuestion(scene: Scene, view: DisputeView, random: Random): Question | undefined {
  for (let attempt = 0; attempt < 30; attempt++) {
    const question = anyQuestion(scene, view, random);
    if (question !== undefined && !view.answers.answeredAt.has(question.key)) return question;
  }
  return undefined;
}

function anyQuestion(scene: Scene, view: DisputeView, random: Random): Question | undefined {
  const { claim, claimId, claimed, model } = scene;
  const { committed, records } = claimed;
  const index = random.below(claim.n);
  const record: RecordAt = {
    index,
    record: records.records[index] as InferenceRecord,
    path: openRecord(records, index),
  };
  const stated = view.answers.traces.has(index) || BigInt(record.record.traceRoot) !== 0n;
  const within = (tree: Tree, at: Pick<NodePlace, "list" | "tensor" | "tree">): Question | undefined => {
    const level = random.chance(50) ? tree.depth : random.below(tree.depth + 1);
    if (level === 0 && tree.form === "list") return undefined;
    const place = { ...at, level, index: random.below(2 ** (tree.depth - level)) };
    return aboutNode({ model, table: committed.table, record }, place);
  };
  switch (random.below(8)) {
    case 0:
      return aboutRecord(claim, index);
    case 1:
      return BigInt(record.record.traceRoot) === 0n ? aboutTrace(claimId, record) : undefined;
    case 2: {
      const { tree } = records;
      if (tree.depth === 0) return undefined;
      const level = random.between(1, tree.depth);
      return aboutRecordsNode(tree, { level, index: random.below(2 ** (tree.depth - level)) });
    }
    case 3:
      return aboutDescriptor(model, committed.program, random.below(committed.artifact.kernels.length));
    case 4: {
      const list = random.pick(["program", "table", "weights"] as const);
      if (list !== "weights" || committed.weightTensors.length === 0 || random.chance(50)) {
        return within(committed[list], { list, tree: committed[list] });
      }
      const tensor = random.below(committed.weightTensors.length);
      const tree = committed.weightTensors[tensor] as Tree;
      return within(tree, { list, tree: committed.weights, tensor: { index: tensor, tree } });
    }
    default: {
      const list = random.pick(["input", "output", "trace"] as const);
      if (list === "trace" && !stated) return undefined;
      const trace = claimed.trace(index);
      const tree = trace.lists[list];
      if (tree.count === 0) return undefined;
      if (random.chance(40)) return within(tree, { list, tree });
      const tensor = random.below(tree.count);
      const inside = trace.tensor(list, tensor);
      return inside && within(inside, { list, tree, tensor: { index: tensor, tree: inside } });
    }
  }
}

/** What a new session must hold, beside `others` more sessions than are open. */
export function firstDeposit(view: DisputeView, question: Question, others = 0): Wei {
  const bond = bondFor(view.rules, view.openSessions + others);
  return depositFor(view.rules, {
    ...{ bond, liability: view.claim.liability, baseFee: view.baseFee },
    ...{ answerBytes: answerBytes(question, depthOf(view.claim.n)), owed: asWei(0n), payees: 0 },
  });
}

function topUp(view: DisputeView, session: SessionView, question: Question): Wei {
  const least = depositFor(view.rules, {
    ...{ bond: session.bond, liability: view.claim.liability, baseFee: view.baseFee },
    ...{ answerBytes: answerBytes(question, depthOf(view.claim.n)) },
    ...{ owed: session.owed, payees: session.payees },
  });
  return asWei(least > session.deposit ? least - session.deposit : 0n);
}

/** The manners of those who only want to be a nuisance. */
export function mannerOf(
  kind: "asks and abandons" | "stalls" | "occupies" | "answers for the operator",
  random: Random,
): Nuisance {
  const window = 48 * 3_600;
  const anyTime = random.pick([0, random.below(window), window]);
  switch (kind) {
    case "asks and abandons":
      return {
        ...{ sessions: random.between(1, 5), after: anyTime, rounds: random.between(1, 3) },
        ...{ isSlow: false, answersItself: false, timesOut: true },
      };
    case "stalls":
      return {
        ...{ sessions: random.between(1, 3), after: random.pick([anyTime, window]), rounds: 16 },
        ...{ isSlow: true, answersItself: false, timesOut: true },
      };
    case "occupies":
      return {
        ...{ sessions: random.between(20, 60), after: 0, rounds: random.between(1, 2) },
        ...{ isSlow: true, answersItself: false, timesOut: true },
      };
    case "answers for the operator":
      return {
        ...{ sessions: random.between(1, 6), after: anyTime, rounds: random.between(1, 6) },
        ...{ isSlow: random.chance(50), answersItself: true, timesOut: true },
      };
  }
}
