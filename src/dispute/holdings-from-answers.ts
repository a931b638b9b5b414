import type { TensorData } from "../program/dtype.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { OwnTrace } from "../trace/commit-run.js";
import type { DisputeView } from "./dispute-view.js";
import type { ChallengerHoldings, HeldRecord } from "./holdings.js";
import { recordAtHand } from "./record-at-hand.js";
import { artifactFromAnswers } from "./withheld-artifact.js";
import { inputFromAnswers } from "./withheld-input.js";

/**
 * What a challenger holds once it has read the answers: an artifact and inputs that were withheld and are now known to the
 * last byte, and its own runs of them. The same object where nothing is new.
 *
 * @param run the engine: the trace of an artifact on inputs that fit its table
 */
export function holdingsFromAnswers(
  view: DisputeView,
  own: ChallengerHoldings,
  run: (committed: CommittedArtifact, inputs: readonly TensorData[]) => OwnTrace,
): ChallengerHoldings {
  const isHeld = own.committed?.id === view.model.identity.artifactId;
  const committed = isHeld ? own.committed : artifactFromAnswers(view);
  if (committed === undefined) return own;
  const held = isHeld ? own : { ...own, committed };
  const records = held.records.map((one): HeldRecord => {
    const root = recordAtHand(view, held, one)?.record.inputRoot;
    if (root === undefined || held.records.some((other) => other.run?.roots.input === root)) return one;
    const inputs = inputFromAnswers(view, held, one);
    return inputs === undefined ? one : { ...one, run: run(committed, inputs) };
  });
  const isNew = records.some((one, at) => one !== held.records[at]);
  return isNew ? { ...held, records } : held;
}
