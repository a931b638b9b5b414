import { z } from "zod";

import { MAX_PARENTS } from "../claim/parent-list.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { parseBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";

/** What several files hold, as it stands in JSON: amounts and times are decimal strings. */
export const bytes32 = z.string().transform((text): Bytes32 => parseBytes32(text));
export const address = z.string().transform((text): Address => parseAddress(text));
export const amount = z.string().regex(/^\d+$/, "an amount in decimal digits").transform(BigInt);

/** Records of one claim, and of what a receipt allows. */
export const recordCount = z
  .number()
  .int()
  .min(1)
  .max(2 ** 20);

const recordIndex = z.number().int().min(0).max(0xffff_ffff);
/** A parent by its whole place. */
export const placedParent = z.strictObject({
  chainId: z
    .string()
    .regex(/^(0|[1-9]\d{0,77})$/, "a chain id in decimal digits")
    .refine((text) => BigInt(text) < 1n << 256n, "a chain id of at most 256 bits"),
  claimBook: address,
  claimId: bytes32,
  recordIndex,
});
/** A parent by its place; with chain and claim book where it stands in another deployment. */
export const namedParent = z.union([z.strictObject({ claimId: bytes32, recordIndex }), placedParent]);

export const inferenceRecord = z.object({
  requester: address,
  salt: bytes32,
  inputRoot: bytes32,
  outputRoot: bytes32,
  traceRoot: bytes32,
  parentsRoot: bytes32,
  parentsCount: z.number().int().min(0).max(MAX_PARENTS),
});
