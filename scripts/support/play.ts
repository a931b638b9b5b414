import { setTimeout as sleep } from "node:timers/promises";

import type { Command } from "commander";

import { chainNow } from "../../src/chain/chain-now.js";
import { providerOf } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { performMove } from "../../src/chain/perform-move.js";
import { playDispute } from "../../src/chain/play-dispute.js";
import type { Played, Player, Step } from "../../src/chain/play-dispute.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { readPublication } from "../../src/chain/read-model.js";
import type { Claim } from "../../src/claim/claim.js";
import type { PublishedModel } from "../../src/dispute/dispute-view.js";
import { formatError } from "../../src/errors/format-error.js";
import { parseSeconds } from "../../src/types/seconds.js";
import { toJson } from "../../src/types/to-json.js";
import { parseWei } from "../../src/types/wei.js";
import { describeMove } from "./describe-move.js";
import type { Where } from "./recipe.js";

/** Options of a recipe that plays one side of a dispute. */
export type Playing = Where & {
  once?: true;
  json?: true;
  pull?: true;
  poll: string;
  tip?: string;
  blockRange?: string;
};

export const withPlaying = (command: Command): Command =>
  command
    .option("--once", "do the next thing there is to do, and end")
    .option("--pull", "in the end, withdraw what the account has won or got back")
    .option("--poll <duration>", "between two looks at the chain while there is nothing to do", "12s")
    .option("--tip <amount>", "per gas; what the node suggests, but at most the base fee, when not given")
    .option("--block-range <count>", "blocks that the endpoint answers in one query")
    .option("--json", "one JSON object a line, for programs");

export type PlayedSide = Played & {
  readonly model: PublishedModel;
  /** Every transaction of this side in this process. */
  readonly transactions: readonly {
    readonly move: string;
    readonly hash: string;
    readonly gasUsed: bigint;
  }[];
};

/** Plays one side until it rests, and tells each step as it happens. */
export async function playSide(
  { contracts, claim }: { contracts: Contracts; claim: Claim },
  options: Playing,
  decide: Player["decide"],
): Promise<PlayedSide> {
  const provider = providerOf(contracts);
  const range = options.blockRange === undefined ? {} : { blockRange: Number(options.blockRange) };
  const model = await readPublication(contracts, claim.modelId, range.blockRange);
  const fees = options.tip === undefined ? {} : { tip: parseWei(options.tip, "--tip") };
  const transactions: { move: string; hash: string; gasUsed: bigint }[] = [];
  const tell = teller(options);
  const player: Player = {
    read: (keys) => readDispute(contracts, claim, { keys, model, ...range }),
    now: () => chainNow(provider),
    decide,
    perform: (move) => performMove({ contracts, claim, move, fees }),
    isAnswered: async (key) => (await contracts.inquiry.answeredAt(key)) !== 0n,
    pause: (duration) => sleep(Number(duration) * 1_000),
    tell(step) {
      tell(step);
      if (step.step !== "performed" || step.performed.sent === undefined) return;
      const { hash, gasUsed } = step.performed.sent;
      transactions.push({ move: step.move.kind, hash, gasUsed });
    },
  };
  const poll = parseSeconds(options.poll, "--poll");
  const played = await playDispute(player, { poll, ...(options.once && { once: true }) });
  return { ...played, model, transactions };
}

/** Tells steps: to a person on stderr, a wait only once; to a program on stdout, one object a line. */
function teller({ json }: Playing): (step: Step) => void {
  let waitsUntil = -1n;
  return (step) => {
    if (step.step === "waits") {
      if (step.until === waitsUntil) return;
      waitsUntil = step.until;
    }
    if (json) console.log(toJson(asData(step)));
    else console.error(asTalk(step));
  };
}

function asTalk(step: Step): string {
  switch (step.step) {
    case "waits":
      return `waits until ${new Date(Number(step.until) * 1_000).toISOString()}`;
    case "failed":
      return `${formatError(step.error)}\n  tries again`;
    case "performed": {
      const { move, performed } = step;
      const cost = performed.sent === undefined ? "" : ` (${performed.sent.gasUsed} gas)`;
      const already = performed.status === "already" ? `: somebody did already, ${performed.because}` : "";
      return `${describeMove(move)}${cost}${already}`;
    }
  }
}

function asData(step: Step): object {
  if (step.step === "failed") return { step: "failed", error: String(step.error) };
  if (step.step === "waits") return step;
  const { move, performed } = step;
  const asked = "question" in move ? { form: move.question.form, place: move.question.place } : {};
  const sent =
    performed.sent === undefined ? {} : { transaction: performed.sent.hash, gasUsed: performed.sent.gasUsed };
  return { step: "performed", move: move.kind, status: performed.status, ...asked, ...sent };
}
