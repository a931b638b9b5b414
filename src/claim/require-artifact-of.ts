import { OnusError } from "../errors/onus-error.js";
import type { ModelIdentity } from "../model/model-id.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { Bytes32 } from "../types/bytes32.js";

/** Throws unless the artifact at hand is the model's: a claim made with another one is wrong, however honest its run. */
export function requireArtifactOf(
  model: Bytes32,
  identity: ModelIdentity,
  committed: CommittedArtifact,
): void {
  if (identity.artifactId === committed.id) return;
  throw new OnusError("ARTIFACT_MISMATCH", { model, expected: identity.artifactId, found: committed.id });
}
