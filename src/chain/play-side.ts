import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import type { PublishedModel } from "../dispute/dispute-view.js";
import type { Seconds } from "../types/seconds.js";
import { chainNow } from "./chain-now.js";
import { providerOf } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { performMove } from "./perform-move.js";
import { playDispute } from "./play-dispute.js";
import type { Played, Player, Step } from "./play-dispute.js";
import { submissionBlock } from "./read-claim.js";
import { readDispute } from "./read-dispute.js";
import { readPublication } from "./read-model.js";
import type { Fees } from "./transact.js";

/** How one side of a dispute is played. */
export type Playing = {
  readonly contracts: Contracts;
  readonly claim: Claim;
  /** Between two looks at the chain while there is nothing to do. */
  readonly poll: Seconds;
  readonly once?: boolean;
  readonly fees?: Fees;
  /** Blocks of one log query. */
  readonly blockRange?: number;
  readonly tell: (step: Step) => void;
  /** In place of sending: for whoever only wants to know what would be sent. */
  readonly perform?: Player["perform"];
};

export type PlayedSide = Played & {
  readonly model: PublishedModel;
  /** Every transaction of this side in this process. */
  readonly transactions: readonly {
    readonly move: string;
    readonly hash: string;
    readonly gasUsed: bigint;
  }[];
};

/** Blocks. */
const REORGANISED = 64;

/** Plays one side of a dispute as the account behind `contracts` until it rests, and tells each step as it happens. */
export async function playSide(playing: Playing, decide: Player["decide"]): Promise<PlayedSide> {
  const { contracts, claim, poll, once = false, fees = {}, blockRange, tell } = playing;
  const provider = providerOf(contracts);
  const range = blockRange === undefined ? {} : { blockRange };
  const model = await readPublication(contracts, claim.modelId, blockRange);
  const newest = await provider.getBlockNumber();
  const submitted = await submissionBlock(contracts, claimId(claim, contracts.claimPlace), newest);
  // Lower by more than a chain reorganises.
  const known = { model, fromBlock: Math.max(contracts.deployment.fromBlock, submitted - REORGANISED) };
  const transactions: { move: string; hash: string; gasUsed: bigint }[] = [];
  const player: Player = {
    read: (keys) => readDispute(contracts, claim, { keys, ...known, ...range }),
    now: () => chainNow(provider),
    decide,
    perform: playing.perform ?? ((move) => performMove({ contracts, claim, move, fees })),
    isAnswered: async (key) => (await contracts.inquiry.answeredAt(key)) !== 0n,
    pause: (duration) => new Promise((resolve) => setTimeout(resolve, Number(duration) * 1_000)),
    tell(step) {
      tell(step);
      if (step.step !== "performed" || step.performed.sent === undefined) return;
      const { hash, gasUsed } = step.performed.sent;
      transactions.push({ move: step.move.kind, hash, gasUsed });
    },
  };
  const played = await playDispute(player, { poll, once });
  return { ...played, model, transactions };
}
