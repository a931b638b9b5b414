import { inBatches } from "../../chain/in-batches.js";
import type { Contracts } from "../../chain/contracts.js";
import { PHASES } from "../../dispute/dispute-view.js";
import type { Phase } from "../../dispute/dispute-view.js";
import type { Bytes32 } from "../../types/bytes32.js";
import { asSeconds } from "../../types/seconds.js";
import type { Seconds } from "../../types/seconds.js";
import type { RaiseAlarm } from "../alarms.js";
import type { ChainNews } from "../chain-news.js";
import type { ClaimLedger } from "../ledger/claim-ledger.js";
import type { StoredClaim } from "../ledger/rows.js";
import { maySubmit } from "../policy/may-submit.js";
import type { Limits } from "../policy/why-refused.js";
import type { SendOnce } from "./send-once.js";
import { tendClaim } from "./tend-claim.js";
import type { TendParts } from "./tend-claim.js";

export type KeepParts = {
  readonly contracts: Contracts;
  readonly claims: ClaimLedger;
  readonly tend: TendParts;
  readonly send: SendOnce;
  readonly limits: () => Pick<Limits, "gasPrice">;
  readonly submitMargin: Seconds;
  readonly raise: RaiseAlarm;
  /** Told of every change of a claim's state. */
  readonly tell: (claim: StoredClaim, change: "included" | "reorged-out" | "final" | "faulted") => void;
  readonly fail: (what: string, claim: StoredClaim, error: unknown) => void;
};

/** Brings claims on chain, answers for them, and takes the stake back. */
export interface ClaimKeeper {
  /**
   * Compares the ledger with the chain as the news have it. What is to be done about single claims is begun and not waited
   * for: one that waits for a block, or a run, holds up no other.
   *
   * @param noted called when the ledger agrees with the news, before anything else can happen
   */
  follow(news: ChainNews, noted: () => void): Promise<void>;
  /** Waits until what was begun is done. */
  settle(): Promise<void>;
}

type State = {
  readonly phase: Phase;
  readonly openSessions: number;
  readonly submittedAt: Seconds;
  readonly finalizableAt: Seconds;
};

export function openClaimKeeper(parts: KeepParts): ClaimKeeper {
  const { contracts, claims, tend, send, raise, tell, fail } = parts;
  const underWay = new Map<Bytes32, Promise<void>>();
  /** Sessions of the claims that are asked about, as far as they are known. */
  const asked = new Map<Bytes32, number>();
  /** Claims about which nothing is left to do, but for a reorg. */
  const concluded = new Set<Bytes32>();

  const statesAt = async (list: readonly StoredClaim[], block: number): Promise<readonly State[]> =>
    inBatches(list, async ({ claimId }) => {
      const state = await contracts.claims.stateOf(claimId, { blockTag: block });
      return {
        phase: PHASES[Number(state.phase)] ?? "none",
        openSessions: Number(state.openSessions),
        submittedAt: asSeconds(state.submittedAt),
        finalizableAt: asSeconds(state.finalizableAt),
      };
    });

  /** Those about which the chain may have something new; the others are left in peace. */
  const worthReading = (list: readonly StoredClaim[], news: ChainNews): readonly StoredClaim[] => {
    const known = [...asked.values()].reduce((sum, sessions) => sum + sessions, 0);
    const isAnyAsked = known !== news.openSessions;
    return list.filter(({ claimId, claim, state, submittedAt = 0n }) => {
      const isRecent = submittedAt >= news.settled.time;
      const isDue = news.now >= submittedAt + claim.window;
      return state === "made" || isRecent || isDue || isAnyAsked || asked.has(claimId) || news.isJailed;
    });
  };

  const begin = (what: string, stored: StoredClaim, work: () => Promise<void>): void => {
    if (underWay.has(stored.claimId)) return;
    const done = work()
      .catch((error: unknown) => fail(what, stored, error))
      .finally(() => underWay.delete(stored.claimId));
    underWay.set(stored.claimId, done);
  };

  const submit = async (stored: StoredClaim): Promise<void> => {
    const { claim, claimId } = stored;
    const data = contracts.claims.interface.encodeFunctionData("submit", [claim]);
    const call = { call: "ClaimBook.submit", to: contracts.deployment.claimBook, data, value: 0n };
    const transacted = await send(`submit ${claimId}`, call);
    // Used by ourselves, in a former life: the next look at the chain sees it.
    if (transacted.status === "done" || transacted.refusal?.name === "WrongPhase") return;
    const reason = transacted.refusal?.text ?? "without a reason";
    raise({ alarm: "transaction-failing", call: `ClaimBook.submit of ${claimId}`, reason });
  };

  const answer = async (stored: StoredClaim): Promise<void> => {
    const { view, rest } = await tendClaim(tend, stored);
    if (rest?.kind !== "rest") return;
    if (rest.because === "decided") concluded.add(stored.claimId);
    else raise({ alarm: "question-unanswerable", claimId: stored.claimId, reason: rest.because });
    if (view.phase === "faulted") raise({ alarm: "claim-faulted", claimId: stored.claimId });
  };

  /** What the chain says of one claim, written down. */
  const note = (stored: StoredClaim, state: State): void => {
    const { claimId } = stored;
    if (state.openSessions > 0) asked.set(claimId, state.openSessions);
    else asked.delete(claimId);
    if (state.phase !== "final" && state.phase !== "faulted") concluded.delete(claimId);
    if (state.phase === "none") {
      if (stored.state === "made") return;
      claims.setState(claimId, "made");
      tell(stored, "reorged-out");
    } else if (stored.state === "made" || stored.submittedAt !== state.submittedAt) {
      claims.setState(claimId, "open", state.submittedAt);
      if (stored.state === "made") tell(stored, "included");
    }
  };

  const act = (stored: StoredClaim, state: State, news: ChainNews): void => {
    const { earliestDeadline } = stored;
    if (state.phase === "none") {
      const margin = parts.submitMargin;
      const left = Number(earliestDeadline - news.now);
      // During a pause the deadline stands still.
      if (!news.isPaused && left < Number(margin) / 2) {
        raise({ alarm: "inclusion-in-danger", claimId: stored.claimId, secondsLeft: left });
      }
      const price = { baseFee: news.baseFee, ceiling: parts.limits().gasPrice };
      if (news.isPaused || news.isJailed || !news.isActive) return;
      if (maySubmit({ earliestDeadline, margin }, price, news.now))
        begin("submit", stored, () => submit(stored));
      return;
    }
    const isDue = state.phase === "open" && news.now >= state.finalizableAt;
    const isDecided = state.phase === "final" || state.phase === "faulted";
    if (concluded.has(stored.claimId)) return;
    if (isDecided || isDue || state.openSessions > 0) begin("answer", stored, () => answer(stored));
  };

  const conclude = async (list: readonly StoredClaim[], news: ChainNews): Promise<void> => {
    const done = list.filter(({ claimId }) => concluded.has(claimId));
    const states = await statesAt(done, news.settled.block);
    for (const [at, stored] of done.entries()) {
      const { phase, submittedAt } = states[at] as State;
      if (phase !== "final" && phase !== "faulted") continue;
      claims.setState(stored.claimId, phase, submittedAt);
      concluded.delete(stored.claimId);
      asked.delete(stored.claimId);
      tell(stored, phase);
    }
  };

  return {
    async follow(news, noted) {
      const undecided = claims.undecided();
      const list = worthReading(undecided, news);
      const states = await statesAt(list, news.block);
      list.forEach((stored, at) => note(stored, states[at] as State));
      noted();
      await conclude(undecided, news);
      list.forEach((stored, at) => act(stored, states[at] as State, news));
    },
    settle: async () => {
      await Promise.allSettled(underWay.values());
    },
  };
}
