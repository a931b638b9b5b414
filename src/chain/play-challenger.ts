import { claimId } from "../claim/claim.js";
import { nextChallengerMove } from "../dispute/challenge.js";
import type { ChallengerHoldings } from "../dispute/holdings.js";
import { holdingsFromAnswers } from "../dispute/holdings-from-answers.js";
import { OnusError } from "../errors/onus-error.js";
import type { TensorData } from "../program/dtype.js";
import { prepareModel } from "../run/engine.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { commitRun } from "../trace/commit-run.js";
import type { Trace } from "../trace/commit-run.js";
import { playSide } from "./play-side.js";
import type { PlayedSide, Playing } from "./play-side.js";

export const runAll = ({ artifact }: CommittedArtifact, inputs: readonly TensorData[]): Trace =>
  commitRun(artifact, prepareModel(artifact).run(inputs));

/**
 * Looks into records of a claim, asks for whatever is not at hand, and proves what is wrong. A claim that could not be
 * looked into to the end is an error UNCHECKED.
 */
export async function playChallenger(playing: Playing, holdings: ChallengerHoldings): Promise<PlayedSide> {
  let own = holdings;
  const played = await playSide(playing, (view, now) => {
    // What was answered is at hand from then on.
    own = holdingsFromAnswers(view, own, runAll);
    return nextChallengerMove(view, own, now);
  });
  const { end } = played;
  if (end.kind === "rest" && end.because !== "agrees" && end.because !== "decided") {
    const id = claimId(playing.claim, playing.contracts.claimPlace);
    throw new OnusError("UNCHECKED", { claimId: id, because: end.because });
  }
  return played;
}
