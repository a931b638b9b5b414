import type { Artifact } from "../program/artifact.js";
import type { TensorData } from "../program/dtype.js";
import type { Trace } from "../trace/commit-run.js";
import type { DisputeView } from "./dispute-view.js";
import type { ChallengerHoldings, HeldRecord } from "./holdings.js";
import { recordAtHand } from "./record-at-hand.js";
import { artifactFromAnswers } from "./withheld-artifact.js";
import { inputFromAnswers } from "./withheld-input.js";

/**
 * What a challenger holds once it has read the answers: an artifact that was not at hand, and a run of every input that
 * was not. The same object when there was nothing to learn.
 *
 * @param run runs an artifact and commits to all of it; called once for each input that came to be known
 */
export function learnFromAnswers(
  view: DisputeView,
  own: ChallengerHoldings,
  run: (artifact: Artifact, inputs: readonly TensorData[]) => Trace,
): ChallengerHoldings {
  const { identity } = view.model;
  const committed = own.committed?.id === identity.artifactId ? own.committed : artifactFromAnswers(view);
  if (committed === undefined) return own;
  const held = committed === own.committed ? own : { ...own, committed };
  const records = held.records.map((one): HeldRecord => {
    const record = recordAtHand(view, held, one);
    if (record === undefined || hasRun(held, record.record.inputRoot)) return one;
    const inputs = inputFromAnswers(view, held, one);
    return inputs === undefined ? one : { ...one, run: run(committed.artifact, inputs) };
  });
  const hasLearned = held !== own || records.some((one, at) => one !== own.records[at]);
  return hasLearned ? { ...held, records } : own;
}

const hasRun = ({ records }: ChallengerHoldings, inputRoot: string): boolean =>
  records.some(({ run }) => run?.roots.input === inputRoot);
