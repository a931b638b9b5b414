import { chainNow } from "../../chain/chain-now.js";
import { describeQuestion } from "../../chain/describe-move.js";
import { providerOf } from "../../chain/contracts.js";
import { readDispute } from "../../chain/read-dispute.js";
import { openTurns } from "../../dispute/clocks.js";
import type { Turn } from "../../dispute/clocks.js";
import type { DisputeView, SessionView } from "../../dispute/dispute-view.js";
import { parseCount } from "../../types/count.js";
import { formatWei } from "../../types/wei.js";
import { readNamedClaim } from "../claim-files.js";
import type { Act } from "../does.js";
import { formatTime } from "../table.js";
import { openForReading } from "../where.js";
import type { Where } from "../options.js";

export const showDispute: Act<Where & { blockRange?: string }> = async ({ args, options }) => {
  const { contracts } = await openForReading(options);
  const { claim, id } = await readNamedClaim(contracts, args[0] as string);
  const range =
    options.blockRange === undefined ? {} : { blockRange: parseCount(options.blockRange, "--block-range") };
  const view = await readDispute(contracts, claim, range);
  const now = await chainNow(providerOf(contracts));
  const turns = new Map(openTurns(view, now).map(({ session, turn }) => [session.id, turn]));
  const sessions = view.sessions.map((session) => ({ ...session, turn: turns.get(session.id) }));
  const { phase, finalizableAt, answers } = view;
  const value = {
    ...{ claimId: id, phase, finalizableAt, sessions },
    statedTraces: Object.fromEntries(answers.traces),
    answers: answers.data.size,
    jobs: Object.fromEntries(view.jobs),
  };
  return { value, text: describeDispute(view, sessions) };
};

type Shown = SessionView & { readonly turn: Turn | undefined };

function describeDispute({ claimId, phase, answers, jobs }: DisputeView, sessions: readonly Shown[]): string {
  const traces = [...answers.traces].map(([record, root]) => `the trace of record ${record} is ${root}`);
  const work = [...jobs].map(([job, { next }]) => `job ${job} has accumulated ${next} terms`);
  const asked = sessions.map(describeSession);
  const nothing = sessions.length === 0 ? ["nobody has asked anything"] : [];
  return [`claim ${claimId} is ${phase}`, ...nothing, ...asked, ...traces, ...work].join("\n");
}

const describeSession = (session: Shown): string =>
  [
    `session ${session.id}, ${session.stage}, by ${session.asker}`,
    `  asks for ${describeQuestion(session.question)} (${session.rounds} questions so far)`,
    `  holds ${formatWei(session.deposit)}, of which a bond of ${formatWei(session.bond)}`,
    ...(session.turn === undefined ? [] : [`  ${describeTurn(session.turn)}`]),
  ].join("\n");

function describeTurn(turn: Turn): string {
  switch (turn.of) {
    case "answerer":
      return `the operator must answer before ${formatTime(turn.deadline)}`;
    case "asker":
      return `the asker may go on before ${formatTime(turn.deadline)}`;
    case "nobody":
      return turn.because === "silence"
        ? "nobody answered in time: anyone may prove the silence"
        : "nobody asks any more: anyone may close it";
  }
}
