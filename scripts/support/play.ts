import type { Command } from "commander";

import type { Contracts } from "../../src/chain/contracts.js";
import { describeStep } from "../../src/chain/describe-step.js";
import type { Step } from "../../src/chain/play-dispute.js";
import type { Playing } from "../../src/chain/play-side.js";
import type { Claim } from "../../src/claim/claim.js";
import { parseCount } from "../../src/types/count.js";
import { parseSeconds } from "../../src/types/seconds.js";
import { toJson } from "../../src/types/to-json.js";
import { parseWei } from "../../src/types/wei.js";
import type { Where } from "./recipe.js";

/** Options of a recipe that plays one side of a dispute. */
export type PlayOptions = Where & {
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

/** What the options say about playing a side. */
export function playingOf(
  { contracts, claim }: { contracts: Contracts; claim: Claim },
  { once, poll, tip, blockRange, json }: PlayOptions,
): Playing {
  return {
    ...{ contracts, claim, poll: parseSeconds(poll, "--poll"), tell: teller(json === true) },
    ...(once && { once }),
    ...(tip === undefined ? {} : { fees: { tip: parseWei(tip, "--tip") } }),
    ...(blockRange === undefined ? {} : { blockRange: parseCount(blockRange, "--block-range") }),
  };
}

/** Tells steps: to a person on stderr, a wait only once; to a program on stdout, one object a line. */
function teller(json: boolean): (step: Step) => void {
  let waitsUntil = -1n;
  return (step) => {
    if (step.step === "waits") {
      if (step.until === waitsUntil) return;
      waitsUntil = step.until;
    }
    if (json) console.log(toJson(asData(step)));
    else console.error(describeStep(step));
  };
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
