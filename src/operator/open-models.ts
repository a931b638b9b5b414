import { readFileSync } from "node:fs";

import type { Contracts } from "../chain/contracts.js";
import { readPublication } from "../chain/read-model.js";
import { requireArtifactOf } from "../claim/require-artifact-of.js";
import type { PublishedModel } from "../dispute/dispute-view.js";
import { OnusError } from "../errors/onus-error.js";
import type { ModelIdentity } from "../model/model-id.js";
import { decodeArtifactFile } from "../program/artifact-file.js";
import { commitArtifact } from "../trace/commit-artifact.js";
import type { ModelConfig } from "./config.js";
import type { ServedModel } from "./promises/inference-desk.js";

/** A model that is served, as it was published. */
export type OpenedModel = ServedModel & {
  readonly identity: ModelIdentity;
  readonly published: PublishedModel;
};

/** Reads the artifacts of a configuration, and sees that each is its model's: any other run would be a lie. */
export async function openModels(
  contracts: Contracts,
  configured: readonly ModelConfig[],
): Promise<OpenedModel[]> {
  const opened: OpenedModel[] = [];
  for (const terms of configured) {
    const file = readFile(terms.artifact);
    const committed = commitArtifact(decodeArtifactFile(file).artifact);
    const published = await readPublication(contracts, terms.modelId);
    const { identity } = published;
    requireArtifactOf(terms.modelId, identity, committed);
    opened.push({ modelId: terms.modelId, terms, committed, file, identity, published });
  }
  return opened;
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new OnusError("FILE_MISSING", { path }, { cause });
  }
}
