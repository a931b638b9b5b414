import type { Signer } from "ethers";

import { receiptTypedData } from "../claim/receipt.js";
import type { Receipt, SignedReceipt } from "../claim/receipt.js";
import { parseAddress } from "../types/address.js";
import type { Place } from "../types/place.js";

/** Signs a receipt with the operator's own key or one of its signer keys. */
export async function signReceipt(
  receipt: Receipt,
  { signer, court }: { readonly signer: Signer; readonly court: Place },
): Promise<SignedReceipt> {
  const { domain, types } = receiptTypedData(court);
  const [address, signature] = await Promise.all([
    signer.getAddress(),
    signer.signTypedData(domain, types, receipt),
  ]);
  return { receipt, court, signer: parseAddress(address), signature: signature as `0x${string}` };
}
