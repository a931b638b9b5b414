import { callOfMove } from "../../src/chain/move-call.js";
import type { ChainMove } from "../../src/chain/move-call.js";
import { answerFor } from "../../src/dispute/answer-for.js";
import { openTurns, windowEnd } from "../../src/dispute/clocks.js";
import type { OpenTurn } from "../../src/dispute/clocks.js";
import type { DisputeView, SessionView } from "../../src/dispute/dispute-view.js";
import type { Address } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Random } from "../../test/support/random.js";
import type { Actor, Deed } from "./actor.js";
import { holdingsOf } from "./honest.js";
import { garbage } from "./lies.js";
import { firstDeposit, perhapsForeign, randomQuestion, topUp } from "./questions.js";
import type { Scene } from "./scene.js";

/** How somebody asks who wants no answer. */
export type Nuisance = {
  /** Sessions opened, all at the same time. */
  readonly sessions: number;
  /** Seconds after the submission at which they are opened, in the window's last second at the latest. */
  readonly after: number;
  /** Questions asked in each; after that it is abandoned. */
  readonly rounds: number;
  /** Asks in the last second of its clock, else at once. */
  readonly isSlow: boolean;
  /** Answers its own questions, where anybody may, before the operator can. */
  readonly answersItself: boolean;
};

/** Asks questions at random about a claim of which it knows everything, and convicts whoever does not answer. */
export function nuisance(scene: Scene, who: Address, manner: Nuisance): Actor {
  const { ground, random, claim } = scene;
  const { account, contracts } = ground.as(who);
  let opened = 0;
  let last: string | undefined;
  /** Sessions about which it has nothing more to ask, and questions that it has answered or tried to. */
  const done = new Set<string>();
  const call = (move: ChainMove): Deed => {
    last = "session" in move ? move.session : undefined;
    const { to, data, value } = callOfMove({ contracts, claim, move, beneficiary: who });
    return { kind: "calls", label: move.kind, calls: [{ to, data, value }] };
  };

  const open = (view: DisputeView, now: number): Deed | undefined => {
    const end = Number(windowEnd(view));
    if (opened >= manner.sessions || now >= end) return undefined;
    const at = Math.min(Number(view.submittedAt) + manner.after, end - 1);
    if (now < at) return { kind: "wait", until: at };
    const question = randomQuestion(scene, view);
    if (question === undefined) {
      opened = manner.sessions;
      return undefined;
    }
    const asked = { question: perhapsForeign(question, random), value: firstDeposit(view, question) };
    return call({ kind: "open", nonce: BigInt(opened++), ...asked });
  };

  const goOn = (view: DisputeView, { session, turn }: OpenTurn, now: number): Deed | undefined => {
    if (turn.of === "nobody") {
      if (turn.because !== "silence" || done.has(session.id)) return undefined;
      done.add(session.id);
      return call({ kind: "time-out", session: session.id });
    }
    if (turn.of === "answerer") {
      const { key } = session.question;
      const answer = manner.answersItself && !done.has(key) ? answerInstead(scene, session) : undefined;
      if (answer === undefined) return { kind: "wait", until: Number(turn.deadline) };
      done.add(key);
      return call(answer);
    }
    if (session.rounds >= manner.rounds || done.has(session.id)) return undefined;
    const lastSecond = Number(turn.deadline) - 1;
    if (manner.isSlow && now < lastSecond) return { kind: "wait", until: lastSecond };
    const question = randomQuestion(scene, view);
    if (question !== undefined) {
      return call({ kind: "ask", session: session.id, question, value: topUp(view, session, question) });
    }
    done.add(session.id);
    return undefined;
  };

  return {
    role: "attacker",
    isHonest: false,
    account,
    next(view, now) {
      if (view.phase === "final" || view.phase === "faulted") return { kind: "rest" };
      const first = open(view, now);
      if (first !== undefined) return first;
      let until = Infinity;
      for (const one of openTurns(view, asSeconds(BigInt(now)))) {
        if (one.session.asker !== who) continue;
        const deed = goOn(view, one, now);
        if (deed?.kind === "calls") return deed;
        if (deed?.kind === "wait") until = Math.min(until, deed.until);
      }
      return until === Infinity ? { kind: "rest" } : { kind: "wait", until };
    },
    // It asks nothing twice that was refused.
    refused(deed) {
      if (last !== undefined && deed.kind === "calls" && deed.label === "ask") done.add(last);
    },
  };
}

/** What a stranger can do in the operator's place; a trace it can only try to state. */
function answerInstead({ claimed, random }: Scene, { id, question }: SessionView): ChainMove | undefined {
  if (question.form === "trace") {
    const { record: recordIndex } = question.place;
    return { kind: "state-traces", statements: [{ recordIndex, traceRoot: garbage(random), session: id }] };
  }
  const data = answerFor(question, holdingsOf(claimed));
  return data && { kind: "answer", session: id, to: question, data };
}

export type NuisanceKind = "asks and abandons" | "stalls" | "occupies" | "answers for the operator";

export function mannerOf(kind: NuisanceKind, window: number, random: Random): Nuisance {
  const anyTime = random.pick([0, random.below(window), window]);
  const some = (least: number, most: number): number => random.between(least, most);
  switch (kind) {
    case "asks and abandons":
      return {
        sessions: some(1, 5),
        after: anyTime,
        rounds: some(1, 3),
        isSlow: false,
        answersItself: false,
      };
    case "stalls":
      return { sessions: some(1, 3), after: window, rounds: 16, isSlow: true, answersItself: false };
    case "occupies":
      return { sessions: some(20, 60), after: 0, rounds: some(1, 2), isSlow: true, answersItself: false };
    case "answers for the operator": {
      const isSlow = random.chance(50);
      return { sessions: some(1, 6), after: anyTime, rounds: some(1, 6), isSlow, answersItself: true };
    }
  }
}
