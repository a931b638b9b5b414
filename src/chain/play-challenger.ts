import { claimId } from "../claim/claim.js";
import { nextChallengerMove } from "../dispute/challenge.js";
import type { ChallengerHoldings } from "../dispute/holdings.js";
import { holdingsFromAnswers } from "../dispute/holdings-from-answers.js";
import { OnusError } from "../errors/onus-error.js";
import type { TensorData } from "../program/dtype.js";
import { prepareModel } from "../run/engine.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { commitByRunning } from "../trace/commit-by-running.js";
import type { OwnTrace } from "../trace/commit-run.js";
import type { KeccakHasher } from "../trace/keccak-hasher.js";
import { playSide } from "./play-side.js";
import type { PlayedSide, Playing } from "./play-side.js";

/** @param hasher whole traces are worth the cores of a machine; one thread when absent */
export const runAll = (
  { artifact }: CommittedArtifact,
  inputs: readonly TensorData[],
  hasher?: KeccakHasher,
): OwnTrace => commitByRunning(prepareModel(artifact), inputs, hasher);

/**
 * Looks into records of a claim, asks for whatever is not at hand, and proves what is wrong. A claim that could not be
 * looked into to the end is an error UNCHECKED.
 */
export async function playChallenger(
  playing: Playing,
  holdings: ChallengerHoldings,
  hasher?: KeccakHasher,
): Promise<PlayedSide> {
  let own = holdings;
  const played = await playSide(playing, (view, now) => {
    // What was answered is at hand from then on.
    own = holdingsFromAnswers(view, own, (committed, inputs) => runAll(committed, inputs, hasher));
    return nextChallengerMove(view, own, now);
  });
  const { end } = played;
  if (end.kind === "rest" && end.because !== "agrees" && end.because !== "decided") {
    const id = claimId(playing.claim, playing.contracts.claimPlace);
    throw new OnusError("UNCHECKED", { claimId: id, because: end.because });
  }
  return played;
}
