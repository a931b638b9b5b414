import { readClaim } from "../chain/read-claim.js";
import type { Contracts } from "../chain/contracts.js";
import { claimId } from "../claim/claim.js";
import type { Claim } from "../claim/claim.js";
import { decodeClaimFile } from "../store/claim-file.js";
import type { ClaimFile } from "../store/claim-file.js";
import { readText } from "../store/read-file.js";
import { parseBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";

/** A claim with its id, and what was handed over with it where a file was named. */
export type NamedClaim = { readonly claim: Claim; readonly id: Bytes32; readonly file?: ClaimFile };

/** A claim by its id, read from the chain, or from claim.json. */
export async function readNamedClaim(contracts: Contracts, text: string): Promise<NamedClaim> {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) {
    const id = parseBytes32(text, "<claim>");
    return { id, claim: await readClaim(contracts, id) };
  }
  const file = decodeClaimFile(readText(text));
  return { file, claim: file.claim, id: claimId(file.claim, contracts.claimPlace) };
}
