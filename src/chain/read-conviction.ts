import { getBytes } from "ethers";

import { IReferee__factory } from "../../typechain-types/index.js";

/** What a transaction that convicted a claim at once said: the claim has so many records, and this is the evidence. */
export type Conviction = { readonly n: number; readonly evidence: Uint8Array };

const referee = IReferee__factory.createInterface();

/**
 * Reads the calldata of `Referee.convict`; undefined for any other call. A contract that calls the referee for somebody,
 * or a proof in stages, leaves no calldata of this form.
 */
export function readConviction(calldata: string): Conviction | undefined {
  const call = referee.parseTransaction({ data: calldata });
  if (call?.name !== "convict") return undefined;
  const { claim, evidence } = call.args.toObject() as { claim: { n: bigint }; evidence: string };
  return { n: Number(claim.n), evidence: getBytes(evidence) };
}
