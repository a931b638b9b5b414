import { recoverAddress, Signature } from "ethers";

import type { BundleTools } from "../audit/bundle-tools.js";
import { asAddress } from "../types/address.js";
import { eventDecoder } from "./decode-event.js";

/** What checking a bundle takes: the contracts' events, and secp256k1. */
export const bundleTools: BundleTools = {
  decoderOf: (parts, onus) => {
    const decode = eventDecoder({ ...parts, onus });
    return (log) => {
      try {
        return decode(log);
      } catch {
        // Bytes that are none of the event's: as if it were not there, and what misses it says so.
        return undefined;
      }
    };
  },
  recover: (digest, signature) => {
    try {
      // One signature has one text: other values of v and s that recover the same are refused.
      const { serialized } = Signature.from(signature);
      return serialized === signature ? asAddress(recoverAddress(digest, serialized)) : undefined;
    } catch {
      return undefined;
    }
  },
};
