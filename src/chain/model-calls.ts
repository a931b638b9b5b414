import type { ArtifactCommitment } from "../model/artifact-id.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Contracts } from "./contracts.js";
import type { Call } from "./move-call.js";

/** Calls of a publisher to the model registry; contracts/interfaces/IModelRegistry.sol explains each. */
export function publishCall(
  contracts: Contracts,
  model: { commitment: ArtifactCommitment; superseded: Bytes32; uri: string },
): Call {
  const { commitment, superseded, uri } = model;
  const given = [commitment, superseded, uri] as const;
  return toRegistry(
    contracts,
    "publish",
    contracts.models.interface.encodeFunctionData("publish", [...given]),
  );
}

export function retireCall(contracts: Contracts, modelId: Bytes32): Call {
  return toRegistry(contracts, "retire", contracts.models.interface.encodeFunctionData("retire", [modelId]));
}

const toRegistry = ({ deployment }: Contracts, name: string, data: string): Call => ({
  call: `ModelRegistry.${name}`,
  to: deployment.modelRegistry,
  data,
  value: 0n,
});
