import { prepareModel } from "../run/engine.js";
import type { TensorData } from "../program/dtype.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import { commitEnds } from "../trace/commit-ends.js";
import { commitRun } from "../trace/commit-run.js";
import type { Trace } from "../trace/commit-run.js";
import type { KeccakHasher } from "../trace/keccak-hasher.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { claimOneRecord } from "./claim-one-record.js";
import type { Claim } from "./claim.js";
import type { Parent } from "./parent-list.js";
import type { InferenceRecord } from "./record.js";

/**
 * Runs a model on inputs and makes the claim to the result.
 *
 * @param given.states "eager": the trace stands in the claim; "on-demand": nothing but input and output is hashed
 */
export function claimInference(
  terms: Pick<Claim, "operator" | "modelId" | "nonce" | "liability" | "window">,
  given: {
    readonly committed: CommittedArtifact;
    readonly inputs: readonly TensorData[];
    readonly requester: Address;
    readonly salt: Bytes32;
    readonly states: "on-demand" | "eager";
    /** Records that the inputs come from; none when absent. */
    readonly parents?: readonly Parent[];
    /** Of an eager trace; one thread when absent. */
    readonly hasher?: KeccakHasher;
  },
): { readonly claim: Claim; readonly record: InferenceRecord; readonly trace?: Trace } {
  const { committed, inputs, requester, salt, parents = [], states, hasher } = given;
  const { artifact } = committed;
  const ran = prepareModel(artifact).run(inputs);
  const trace = states === "eager" ? commitRun(artifact, ran, hasher) : undefined;
  const roots = trace?.roots ?? commitEnds(artifact, ran);
  return { ...claimOneRecord(terms, { requester, salt, roots, parents }), ...(trace && { trace }) };
}
