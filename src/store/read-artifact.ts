import { OnusError } from "../errors/onus-error.js";
import type { Artifact } from "../program/artifact.js";
import { decodeArtifactFile } from "../program/artifact-file.js";
import type { TensorData } from "../program/dtype.js";
import { tensorOfBytes } from "../run/engine.js";
import { commitArtifact } from "../trace/commit-artifact.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { readBytes } from "./read-file.js";

/** A `.onus` file, and the commitment to it. */
export function readArtifact(path: string): CommittedArtifact {
  return commitArtifact(decodeArtifactFile(readBytes(path)).artifact);
}

/** Inputs from files of raw little-endian row-major elements, in the order of the artifact's inputs. */
export function readRawInputs({ inputs, table }: Artifact, paths: readonly string[]): TensorData[] {
  if (paths.length !== inputs.length)
    throw new OnusError("INPUT_COUNT", { expected: inputs.length, found: paths.length });
  return paths.map((path, number) =>
    tensorOfBytes(readBytes(path), table[number] as Artifact["table"][number]),
  );
}
