import type { ModelIdentity } from "../model/model-id.js";
import { ZERO_HASH } from "../types/bytes32.js";
import { modelId } from "../model/model-id.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Contracts } from "./contracts.js";
import { publishCall } from "./model-calls.js";
import type { Sent } from "./send.js";
import { sendCall } from "./send-call.js";

export type Publication = Sent & { readonly modelId: Bytes32; readonly identity: ModelIdentity };

/** Publishes an artifact under the caller's name; `superseded` is the caller's model that it follows. */
export async function publishModel(args: {
  contracts: Contracts;
  publisher: Address;
  committed: CommittedArtifact;
  superseded?: Bytes32;
  uri?: string;
}): Promise<Publication> {
  const { contracts, publisher, committed, superseded = ZERO_HASH, uri = "" } = args;
  const identity = { publisher, artifactId: committed.id, superseded };
  const { commitment } = committed;
  const sent = await sendCall(contracts, publishCall(contracts, { commitment, superseded, uri }));
  return { ...sent, identity, modelId: modelId(identity, contracts.registryPlace) };
}
