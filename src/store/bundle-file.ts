import { z } from "zod";

import type { Bundle } from "../audit/bundle.js";
import { BUNDLE_FORMAT } from "../audit/bundle.js";
import { PART_ORDER } from "../audit/part-addresses.js";
import type { Parts } from "../audit/part-addresses.js";
import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { asSeconds } from "../types/seconds.js";
import { toJson } from "../types/to-json.js";
import { visibleLine } from "../types/visible-text.js";
import { asWei } from "../types/wei.js";
import type { Bytes32 } from "../types/bytes32.js";

/** As strict as it can be without understanding: one text for each value, so that no change of a character goes unseen. */
const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, "0x and 64 lower-case hex digits")
  .transform((text) => text as Bytes32);
const account = z
  .string()
  .refine(isChecksummed, "an address with its checksum")
  .transform((text) => text as Address);
const data = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/, "0x and lower-case hex digits")
  .transform((text) => text as `0x${string}`);
const digits = z.string().regex(/^(0|[1-9]\d*)$/, "decimal digits");
const count = z.number().int().min(0);
/** As the contracts have them: what was signed fits. */
const unsigned = (bits: bigint) =>
  digits.transform(BigInt).refine((value) => value < 1n << bits, `a number below 2^${bits}`);
const orNull = <Type extends z.ZodType>(type: Type) => type.nullable();
const list = <Type extends z.ZodType>(type: Type) => z.array(type).readonly();

function isChecksummed(text: string): boolean {
  try {
    return parseAddress(text) === text;
  } catch {
    return false;
  }
}

const place = { claimId: hash, recordIndex: count };
const chainId = digits.refine((text) => BigInt(text) < 1n << 256n, "a chain id of at most 256 bits");
const namedParent = z.union([
  z.strictObject(place),
  z.strictObject({ chainId, claimBook: account, ...place }),
]);
const block = z.strictObject({ number: count, hash });
const item = z.strictObject({ block: count, index: count, proof: list(data) });
const recordFields = {
  requester: account,
  salt: hash,
  inputRoot: hash,
  outputRoot: hash,
  traceRoot: hash,
  parentsRoot: hash,
  parentsCount: count.max(2 ** 8 - 1),
};
const record = z.strictObject(recordFields);

const receipt = z.strictObject({
  receipt: z.strictObject({
    operator: account,
    modelId: hash,
    record,
    issuedAt: unsigned(40n).transform(asSeconds),
    inclusionDeadline: unsigned(40n).transform(asSeconds),
    liabilityWei: unsigned(96n).transform(asWei),
    maxRecords: count.max(2 ** 32 - 1),
  }),
  court: z.strictObject({ chainId: unsigned(256n), contract: account }),
  signer: account,
  signature: data,
});

const shown = orNull(account);
const parts = z.strictObject(
  Object.fromEntries(PART_ORDER.map((part) => [part, shown])) as Record<keyof Parts, typeof shown>,
);

const shares = z.strictObject({
  penalty: digits,
  beneficiaryShare: digits,
  perRecord: digits,
  toBurn: digits,
  beneficiaryPaid: z.boolean(),
  recordsPaid: count,
  burned: digits,
});

const statement = z.strictObject({
  deployment: parts,
  model: z.strictObject({
    id: hash,
    publisher: account,
    artifactId: hash,
    artifact: z.strictObject({
      kernelCount: count,
      weightCount: count,
      inputCount: count,
      outputCount: count,
      programRoot: hash,
      tableRoot: hash,
      weightsRoot: hash,
      interfaceHash: hash,
    }),
    superseded: hash,
    uri: z.string(),
    publishedAt: count,
    retiredAt: orNull(count),
  }),
  operator: z.strictObject({
    address: account,
    endpoint: z.string(),
    registeredAt: count,
    jailedAt: orNull(count),
  }),
  key: orNull(
    z.strictObject({
      address: account,
      kind: z.enum(["owner", "signer"]),
      activeFrom: orNull(count),
      revokedAt: orNull(count),
    }),
  ),
  claim: orNull(
    z.strictObject({
      id: hash,
      nonce: digits,
      recordsRoot: hash,
      n: count,
      liability: digits,
      window: count,
      submittedAt: count,
      windowEndsAt: count,
    }),
  ),
  record: orNull(
    z.strictObject({
      ...recordFields,
      index: count,
      hash,
      requestId: hash,
      statedTrace: orNull(hash),
    }),
  ),
  receipt: orNull(
    z.strictObject({
      hash,
      signer: account,
      key: z.strictObject({
        kind: orNull(z.enum(["owner", "signer"])),
        activeFrom: orNull(count),
        revokedAt: orNull(count),
      }),
      modelId: hash,
      recordHash: hash,
      issuedAt: count,
      inclusionDeadline: count,
      liability: digits,
      maxRecords: count,
      isKept: orNull(z.boolean()),
      court: z.strictObject({
        presentedAt: orNull(count),
        complaint: orNull(z.strictObject({ complainant: account, at: count, deadline: count })),
        answeredBy: orNull(hash),
        fault: orNull(z.enum(["Equivocation", "NonInclusion"])),
        brokenAt: orNull(count),
      }),
      shares: orNull(shares),
    }),
  ),
  sessions: list(
    z.strictObject({
      id: hash,
      asker: account,
      openedAt: count,
      questions: count,
      answers: count,
      end: orNull(z.enum(["closed", "silent"])),
    }),
  ),
  verdict: z.strictObject({ phase: orNull(z.enum(["FINAL", "FAULTED"])), decidedAt: orNull(count) }),
  fault: orNull(
    z.strictObject({
      kind: z.string(),
      beneficiary: account,
      calls: orNull(account),
      calldataHash: orNull(hash),
    }),
  ),
  shares: orNull(shares),
  lineage: z.strictObject({
    parents: list(namedParent),
    edges: list(
      z.strictObject({
        parent: z.strictObject(place),
        child: z.strictObject(place),
        kind: z.enum(["bound", "stated"]),
      }),
    ),
    taints: list(z.strictObject({ ...place, cause: hash, at: count })),
  }),
  timeline: list(z.strictObject({ block: count, time: count, event: z.string() })),
});

export const bundleSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  subject: z.strictObject({
    kind: z.enum(["claim", "record", "receipt", "output"]),
    claimId: orNull(hash),
    receiptHash: orNull(hash),
    recordIndex: orNull(count),
    tensorRoot: orNull(hash),
  }),
  trust: z.strictObject({ chainId: count, onus: account, block, others: list(block) }),
  statement,
  evidence: z.strictObject({
    headers: list(data),
    links: list(z.strictObject({ from: count, to: count, account: list(data), storage: list(data) })),
    receipts: list(item),
    transactions: list(item),
    record: orNull(z.strictObject({ index: count, record, siblings: list(hash) })),
    inputs: orNull(list(data)),
    outputs: orNull(list(hash)),
    parents: orNull(list(namedParent)),
    receipt: orNull(receipt),
  }),
});

/** JSON with amounts as decimal strings. */
export const encodeBundle = (bundle: Bundle): string => `${toJson(bundle, 1)}\n`;

/** Longest bundle that is read: thousands of blocks take a few million. */
const MOST_BYTES = 2 ** 28;

export function decodeBundle(file: string | Uint8Array): Bundle {
  if (file.length > MOST_BYTES)
    throw malformed("the file", `at most ${MOST_BYTES} bytes, not ${file.length}`);
  const text = typeof file === "string" ? file : new TextDecoder().decode(file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw malformed("the file", `JSON: ${(error as Error).message}`);
  }
  // A reader of the text may see the one, a reader of the JSON the other.
  if (namesIn(text) !== namesOf(json)) throw malformed("the file", "each name once in an object");
  return parseBundle(json);
}

/** Names of fields that stand in a text of JSON. */
function namesIn(text: string): number {
  let sum = 0;
  for (const [, colon] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g)) if (colon !== undefined) sum++;
  return sum;
}

/** Names of fields of what was read from it. */
function namesOf(json: unknown): number {
  let sum = 0;
  // Without recursion: a file may be nested deeper than the stack.
  for (const left = [json]; left.length > 0;) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.values(value) as unknown[];
    for (const item of inner) left.push(item);
    if (!Array.isArray(value)) sum += inner.length;
  }
  return sum;
}

/** A bundle from JSON that was parsed already. */
export function parseBundle(json: unknown): Bundle {
  const format = (json as { readonly format?: unknown } | null)?.format;
  if (typeof format === "string" && /^onus-bundle-\d{1,9}$/.test(format) && format !== BUNDLE_FORMAT)
    throw new OnusError("BUNDLE_VERSION", { actual: format, expected: BUNDLE_FORMAT });
  const read = bundleSchema.safeParse(json);
  if (read.success) return read.data as Bundle;
  const [issue] = read.error.issues;
  throw malformed(issue?.path.join(".") || "the top", issue?.message ?? "a bundle");
}

/** What it says may hold names and pieces of the file. */
const malformed = (field: string, expected: string): OnusError<"BUNDLE_MALFORMED"> =>
  new OnusError("BUNDLE_MALFORMED", { field: visibleLine(field), expected: visibleLine(expected) });
