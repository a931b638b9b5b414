import type { Claim } from "../claim/claim.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import { asBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import { asWei } from "../types/wei.js";
import type { ClaimSubmittedEvent } from "../../typechain-types/interfaces/IClaimBook.js";
import { providerOf } from "./contracts.js";
import type { Contracts } from "./contracts.js";
import { firstBlockAt } from "./first-block-at.js";
import { readEvents } from "./read-events.js";

/** Where the life of a claim begins: it has no event in an earlier block. */
export async function submissionBlock(
  contracts: Contracts,
  claimId: Bytes32,
  newest: number,
): Promise<number> {
  const { submittedAt } = await contracts.claims.stateOf(claimId, { blockTag: newest });
  if (submittedAt === 0n) {
    throw new OnusError("CLAIM_UNKNOWN", { claimId, claimBook: contracts.deployment.claimBook });
  }
  const span = { from: contracts.deployment.fromBlock, to: newest };
  return firstBlockAt(providerOf(contracts), asSeconds(submittedAt), span);
}

/** A claim from the event of its submission: whoever has the id has the claim. */
export async function readClaim(contracts: Contracts, claimId: Bytes32, block?: number): Promise<Claim> {
  const provider = providerOf(contracts);
  const newest = block ?? (await provider.getBlockNumber());
  const from = await submissionBlock(contracts, claimId, newest);
  const [seen] = await readEvents<ClaimSubmittedEvent.OutputObject>(
    {
      provider,
      address: contracts.deployment.claimBook,
      abi: contracts.claims.interface,
      span: { from, to: newest },
    },
    "ClaimSubmitted",
    [claimId],
  );
  if (seen === undefined) {
    throw new OnusError("CLAIM_UNKNOWN", { claimId, claimBook: contracts.deployment.claimBook });
  }
  return decodeSubmitted(seen.args);
}

/** The claim in an event `ClaimSubmitted`. */
export function decodeSubmitted(submitted: ClaimSubmittedEvent.OutputObject): Claim {
  const { operator, modelId, nonce, recordsRoot, n, liability, window } = submitted;
  return {
    operator: parseAddress(operator),
    modelId: asBytes32(modelId),
    nonce,
    recordsRoot: asBytes32(recordsRoot),
    n: Number(n),
    liability: asWei(liability),
    window: asSeconds(window),
  };
}
