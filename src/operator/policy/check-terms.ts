import type { Seconds } from "../../types/seconds.js";
import type { Wei } from "../../types/wei.js";
import { OnusError } from "../../errors/onus-error.js";

/** What a deployment demands of claims and receipts. */
export type DeploymentTerms = {
  readonly minLiability: Wei;
  readonly minWindow: Seconds;
  readonly exitDelay: Seconds;
  readonly inclusionDelay: Seconds;
};

/** What a node promises for one model. */
export type ModelTerms = {
  readonly modelId: string;
  readonly liability: Wei;
  readonly maxRecords: number;
  readonly window: Seconds;
  readonly inclusion: Seconds;
  readonly closeAfter: Seconds;
};

/** A receipt's deadline is at most this part of the exit delay away; contracts/types/Receipt.sol. */
const DEADLINE_PARTS = 4n;
const MOST_WINDOW = 30n * 86_400n;

/** Throws where a node would promise what the contracts refuse, or what it could not keep. */
export function checkTerms(
  terms: ModelTerms,
  given: { readonly deployment: DeploymentTerms; readonly submitMargin: Seconds; readonly path: string },
): void {
  const { deployment, submitMargin, path } = given;
  const { liability, window, inclusion, closeAfter } = terms;
  const refuse = (problem: string): never => {
    throw new OnusError("OPERATOR_CONFIG", { path, problem: `model ${terms.modelId}: ${problem}` });
  };
  if (liability < deployment.minLiability)
    refuse(`liability is ${liability} wei; the deployment demands ${deployment.minLiability} wei`);
  if (window < deployment.minWindow || window > MOST_WINDOW)
    refuse(`window is ${window} s; the deployment demands ${deployment.minWindow} s to ${MOST_WINDOW} s`);
  const most = deployment.exitDelay / DEADLINE_PARTS;
  if (inclusion > most) refuse(`inclusion is ${inclusion} s; a receipt may promise ${most} s at most`);
  // A chain may be censored for the inclusion delay: a claim sent in time is then included in time.
  const least = closeAfter + submitMargin + deployment.inclusionDelay;
  if (inclusion <= least)
    refuse(`inclusion is ${inclusion} s; closeAfter, submitMargin and the inclusion delay take ${least} s`);
}
