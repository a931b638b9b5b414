import { artifactId } from "../model/artifact-id.js";
import type { ModelIdentity } from "../model/model-id.js";
import type { PublishedModel } from "../dispute/dispute-view.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { ModelPublishedEvent } from "../../typechain-types/interfaces/IModelRegistry.js";
import { providerOf } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { readEvents } from "./read-events.js";

/** Who published a model, and which artifact: from the event of its publication. */
export async function readModel(contracts: Contracts, modelId: Bytes32): Promise<ModelIdentity> {
  return (await readPublication(contracts, modelId)).identity;
}

/** The same with the artifact's commitment; `blockRange` as in `readDispute`. */
export async function readPublication(
  contracts: Contracts,
  modelId: Bytes32,
  blockRange?: number,
): Promise<PublishedModel> {
  const { models, deployment } = contracts;
  const provider = providerOf(contracts);
  const span = { from: deployment.fromBlock, to: await provider.getBlockNumber() };
  const [seen] = await readEvents<ModelPublishedEvent.OutputObject>(
    {
      ...{ provider, address: deployment.modelRegistry, abi: models.interface, span },
      ...(blockRange === undefined ? {} : { range: blockRange }),
    },
    "ModelPublished",
    [modelId],
  );
  if (seen === undefined) {
    throw new OnusError("MODEL_UNKNOWN", { modelId, registry: deployment.modelRegistry });
  }
  return decodePublished(seen.args);
}

/** The model in an event `ModelPublished`. */
export function decodePublished(published: ModelPublishedEvent.OutputObject): PublishedModel {
  const { publisher, superseded, artifact } = published;
  const commitment = {
    kernelCount: Number(artifact.kernelCount),
    weightCount: Number(artifact.weightCount),
    inputCount: Number(artifact.inputCount),
    outputCount: Number(artifact.outputCount),
    programRoot: asBytes32(artifact.programRoot),
    tableRoot: asBytes32(artifact.tableRoot),
    weightsRoot: asBytes32(artifact.weightsRoot),
    interfaceHash: asBytes32(artifact.interfaceHash),
  };
  const identity = {
    publisher: parseAddress(publisher),
    superseded: asBytes32(superseded),
    artifactId: artifactId(commitment),
  };
  return { identity, commitment };
}
