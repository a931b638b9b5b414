import { PHASES } from "../dispute/dispute-view.js";
import type { Phase } from "../dispute/dispute-view.js";
import type { Claim } from "../claim/claim.js";
import { OnusError } from "../errors/onus-error.js";
import type { Address } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import type { ClaimSubmittedEvent } from "../../typechain-types/interfaces/IClaimBook.js";
import { providerOf } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { inBatches } from "./in-batches.js";
import { decodeSubmitted } from "./read-claim.js";
import { readEvents } from "./read-events.js";

/** Where in its life a claim stands; times in unix seconds, 0 = not yet. */
export type ClaimState = {
  readonly phase: Phase;
  readonly openSessions: number;
  readonly submittedAt: Seconds;
  readonly finalizableAt: Seconds;
  readonly decidedAt: Seconds;
};

export type ListedClaim = ClaimState & { readonly claimId: Bytes32; readonly claim: Claim };

/** Throws CLAIM_UNKNOWN for an id under which nothing was submitted. */
export async function readClaimState(contracts: Contracts, claimId: Bytes32): Promise<ClaimState> {
  const state = await contracts.claims.stateOf(claimId);
  const phase = PHASES[Number(state.phase)] ?? "none";
  if (phase === "none") {
    throw new OnusError("CLAIM_UNKNOWN", { claimId, claimBook: contracts.deployment.claimBook });
  }
  return {
    phase,
    openSessions: Number(state.openSessions),
    submittedAt: asSeconds(state.submittedAt),
    finalizableAt: asSeconds(state.finalizableAt),
    decidedAt: asSeconds(state.decidedAt),
  };
}

/** Claims of an operator, on a model, or of anybody on anything, the newest first. */
export async function listClaims(
  contracts: Contracts,
  wanted: {
    readonly operator?: Address;
    readonly modelId?: Bytes32;
    /** Default: the deployment's first. */
    readonly fromBlock?: number;
    /** Claims in this phase alone. */
    readonly phase?: Phase;
    /** Claims to look at; the newest of them. */
    readonly most: number;
    /** Blocks of one log query. */
    readonly blockRange?: number;
  },
): Promise<readonly ListedClaim[]> {
  const { claims, deployment } = contracts;
  const {
    operator = null,
    modelId = null,
    fromBlock = deployment.fromBlock,
    phase,
    most,
    blockRange,
  } = wanted;
  const provider = providerOf(contracts);
  const seen = await readEvents<ClaimSubmittedEvent.OutputObject>(
    {
      ...{ provider, address: deployment.claimBook, abi: claims.interface },
      span: { from: fromBlock, to: await provider.getBlockNumber() },
      ...(blockRange === undefined ? {} : { range: blockRange }),
    },
    "ClaimSubmitted",
    [null, operator, modelId],
  );
  const newest = seen.slice(-most).reverse();
  const listed = await inBatches(newest, async ({ args }): Promise<ListedClaim> => {
    const claimId = asBytes32(args.claimId);
    return { claimId, claim: decodeSubmitted(args), ...(await readClaimState(contracts, claimId)) };
  });
  return listed.filter((claim) => phase === undefined || claim.phase === phase);
}
