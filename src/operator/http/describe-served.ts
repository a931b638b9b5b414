import type { Artifact } from "../../program/artifact.js";
import { bytesOfTensor } from "../../run/engine.js";
import type { Served } from "../promises/inference-desk.js";

/** The reply to a request: the signed receipt, and the outputs in base64. */
export function describeServed({ requestId, receipt, outputs }: Served, artifact: Artifact): object {
  return {
    requestId,
    receipt,
    outputs: artifact.outputs.map(({ name, shape, dtype }, number) => ({
      ...{ name, dtype, shape },
      data: Buffer.from(bytesOfTensor(outputs[number] as (typeof outputs)[number])).toString("base64"),
    })),
  };
}
