import { readFileSync } from "node:fs";

import { z } from "zod";

import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { parseSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { parseWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";

/** What a deployment is made with; contracts/interfaces/IOnus.sol explains each. */
export type Parameters = {
  readonly chainId: number;
  /** The stake token, or "local": a WETH9 of our own is deployed with it. */
  readonly token: Address | "local";
  /** What the token must call itself. */
  readonly tokenSymbol: string;
  readonly guardian: Address;
  readonly minLiability: Wei;
  readonly inclusionDelay: Seconds;
  readonly work: Seconds;
  readonly minWindow: Seconds;
  readonly clock: Seconds;
  readonly clockExtension: Seconds;
  readonly proofTime: Seconds;
  readonly exitDelay: Seconds;
  readonly keyNotice: Seconds;
  /** Native currency. */
  readonly baseBond: Wei;
  /** Wei of native currency for each second that a session holds 10^18 wei of liability past the window. */
  readonly delayRate: bigint;
  /** Gas paid for answers, closing and settling (contracts/interfaces/IOnus.sol). */
  readonly answerGas: number;
  readonly answerByteGas: number;
  readonly closeGas: number;
  readonly settleGas: number;
  /** In which what a decided claim counts in a standing halves. */
  readonly halfLife: Seconds;
};

const seconds = z.string().transform((text): Seconds => parseSeconds(text));
const address = z.string().transform((text): Address => parseAddress(text));

const gas = z.number().int().positive().max(16_777_216);

const schema = z.strictObject({
  /** For people: what a value means, or why it is as it is. */
  comments: z.record(z.string(), z.string()).optional(),
  chainId: z.number().int().positive(),
  token: z.union([z.literal("local"), address]),
  tokenSymbol: z.string().min(1).default("WETH"),
  guardian: address,
  minLiability: z.string().transform((text): Wei => parseWei(text)),
  inclusionDelay: seconds,
  work: seconds,
  minWindow: seconds,
  clock: seconds,
  clockExtension: seconds,
  proofTime: seconds,
  exitDelay: seconds,
  keyNotice: seconds,
  baseBond: z.string().transform((text): Wei => parseWei(text)),
  delayRate: z.string().transform(parseYearlyRate),
  answerGas: gas,
  answerByteGas: gas,
  closeGas: gas,
  settleGas: gas,
  halfLife: seconds,
});

const YEAR = 365n * 86_400n;

/** "10%/year": wei for each second and 10^18 wei, rounded down. */
function parseYearlyRate(text: string): bigint {
  const [, whole = "", fraction = ""] = /^(\d+)(?:\.(\d{1,6}))?%\/year$/.exec(text.trim()) ?? [];
  if (whole === "") {
    const expected = 'a yearly rate such as "10%/year"';
    throw new OnusError("MALFORMED_VALUE", { name: "delayRate", expected, found: JSON.stringify(text) });
  }
  return (BigInt(whole + fraction.padEnd(6, "0")) * 10n ** 10n) / YEAR;
}

/** Reads deploy/parameters/<chain>.json. Amounts and durations carry their unit: "0.01 ether", "48h". */
export function readParameters(path: string): Parameters {
  const read = schema.safeParse(readJson(path));
  if (read.success) {
    const { comments: _, ...parameters } = read.data;
    return parameters;
  }
  const [issue] = read.error.issues;
  const place = issue?.path.join(".") || "the top level";
  throw new OnusError("PARAMETERS", { path, problem: `${place}: ${issue?.message ?? "not readable"}` });
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new OnusError("FILE_MISSING", { path }, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OnusError("PARAMETERS", { path, problem: (cause as Error).message }, { cause });
  }
}
