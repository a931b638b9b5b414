import { callOfMove } from "../../src/chain/move-call.js";
import type { ChainMove } from "../../src/chain/move-call.js";
import { answerFor } from "../../src/dispute/answer-for.js";
import { openTurns } from "../../src/dispute/clocks.js";
import { answerBytes } from "../../src/dispute/deposit.js";
import type { DisputeView, SessionView } from "../../src/dispute/dispute-view.js";
import { depthOf } from "../../src/program/tensor-table.js";
import { asSeconds } from "../../src/types/seconds.js";
import type { Random } from "../../test/support/random.js";
import type { Deed, RawCall } from "./actor.js";
import { holdingsOf } from "./honest.js";
import { garbage } from "./lies.js";
import { PARTY } from "./scene.js";
import type { Scene } from "./scene.js";

/** What an operator tries, against the rules, to get out of a question. The chain has to refuse all of it. */
const CHEATS = ["answers late", "answers with noise", "closes unanswered", "finalizes contested"] as const;

/** Tries each cheat once a question, and to replace what it stated once a second; undefined when there is nothing left to try now. */
export function cheating({ ground, claim, claimed, random }: Scene) {
  const tried = new Set<string>();
  const { contracts } = ground.as(PARTY.operator);
  const call = (move: ChainMove): RawCall =>
    callOfMove({ contracts, claim, move, beneficiary: PARTY.operator });
  return (view: DisputeView, now: number): Deed | undefined => {
    const turns = openTurns(view, asSeconds(BigInt(now)));
    const again = `states again ${now}`;
    const restated =
      turns.some(({ turn }) => turn.of === "answerer") || tried.has(again)
        ? undefined
        : restate(view, random);
    if (restated !== undefined) {
      tried.add(again);
      return { kind: "calls", label: "cheat", calls: [call(restated)] };
    }
    for (const { session, turn } of turns) {
      const isSilent = turn.of === "nobody" && turn.because === "silence";
      const moves: Partial<Record<(typeof CHEATS)[number], () => ChainMove | undefined>> = {
        "closes unanswered": () =>
          isSilent || turn.of === "answerer" ? { kind: "close", session: session.id } : undefined,
        "answers late": () =>
          isSilent ? answer(session, answerFor(session.question, holdingsOf(claimed))) : undefined,
        "answers with noise": () =>
          turn.of === "answerer" ? answer(session, noise(view, session, random)) : undefined,
        "finalizes contested": () => (now >= Number(view.finalizableAt) ? { kind: "finalize" } : undefined),
      };
      for (const cheat of CHEATS) {
        const key = `${cheat} ${session.id} ${session.rounds}`;
        const move = tried.has(key) ? undefined : moves[cheat]?.();
        if (move === undefined) continue;
        tried.add(key);
        return { kind: "calls", label: "cheat", calls: [call(move)] };
      }
    }
    return undefined;
  };
}

function answer(session: SessionView, data: Uint8Array | undefined): ChainMove | undefined {
  if (data === undefined || session.question.form === "trace") return undefined;
  return { kind: "answer", session: session.id, to: session.question, data };
}

function noise({ claim }: DisputeView, { question }: SessionView, random: Random): Uint8Array {
  const length = question.form === "descriptor" ? 40 : answerBytes(question, depthOf(claim.n));
  return Uint8Array.from({ length }, () => random.below(256));
}

/** Another root for a trace that is stated, as long as that matters. */
function restate({ answers, phase }: DisputeView, random: Random): ChainMove | undefined {
  const [stated] = answers.traces.keys();
  if (stated === undefined || (phase !== "open" && phase !== "contested")) return undefined;
  return { kind: "state-traces", statements: [{ recordIndex: stated, traceRoot: garbage(random) }] };
}
