import { artifactId } from "../model/artifact-id.js";
import type { ModelIdentity } from "../model/model-id.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Contracts } from "./contracts.js";

/** Who published a model, and which artifact: from the event of its publication. */
export async function readModel({ models, deployment }: Contracts, modelId: Bytes32): Promise<ModelIdentity> {
  const [event] = await models.queryFilter(models.filters.ModelPublished(modelId), deployment.fromBlock);
  if (event === undefined) {
    throw new OnusError("MODEL_UNKNOWN", { modelId, registry: deployment.modelRegistry });
  }
  const { publisher, superseded, artifact } = event.args;
  return {
    publisher: parseAddress(publisher),
    superseded: asBytes32(superseded),
    artifactId: artifactId({
      kernelCount: Number(artifact.kernelCount),
      weightCount: Number(artifact.weightCount),
      inputCount: Number(artifact.inputCount),
      outputCount: Number(artifact.outputCount),
      programRoot: asBytes32(artifact.programRoot),
      tableRoot: asBytes32(artifact.tableRoot),
      weightsRoot: asBytes32(artifact.weightsRoot),
      interfaceHash: asBytes32(artifact.interfaceHash),
    }),
  };
}
