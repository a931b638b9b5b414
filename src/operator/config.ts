import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { z } from "zod";

import { OnusError } from "../errors/onus-error.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { parseBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import { parseSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";
import { parseWei } from "../types/wei.js";
import type { Wei } from "../types/wei.js";

const seconds = z.string().transform((text): Seconds => parseSeconds(text));
const wei = z.string().transform((text): Wei => parseWei(text));
const count = z.number().int().positive();

const model = z.strictObject({
  modelId: z.string().transform((text): Bytes32 => parseBytes32(text)),
  /** The model's .onus file; relative to the configuration. */
  artifact: z.string(),
  /** Stake behind each claim. */
  liability: wei,
  /** Records of a claim, at most. */
  maxRecords: count.max(2 ** 20),
  window: seconds,
  /** From a receipt until its claim has to be on chain. */
  inclusion: seconds,
  /** A record waits so long for others before its claim is made. */
  closeAfter: seconds,
});

const schema = z.strictObject({
  /** Where the ledger and the journal of transactions stand; relative to the configuration. */
  directory: z.string().default("."),
  /** Whom the node serves, when its key is one of that operator's signers; else the key's own address. */
  operator: z
    .string()
    .transform((text): Address => parseAddress(text))
    .optional(),
  listen: z
    .strictObject({ host: z.string().default("127.0.0.1"), port: z.number().int().min(0).max(65_535) })
    .default({ host: "127.0.0.1", port: 8_600 }),
  models: z.array(model).min(1),
  limits: z.strictObject({
    /** Locked and promised, over all claims. */
    openLiability: wei,
    /** Base fee, per gas, above which nothing new is promised. */
    gasPrice: wei,
    /** Requests under way and waiting. */
    queue: count.default(64),
    /** Without news of the chain, nothing new is promised. */
    chainAge: seconds.default(parseSeconds("120s")),
  }),
  /** Kept free before an inclusion deadline for the claim's transaction. */
  submitMargin: seconds.default(parseSeconds("600s")),
  /** Until a transaction with statements of traces is included, at most. */
  statementTime: seconds.default(parseSeconds("24s")),
  /** Blocks until what is on chain counts as settled. */
  confirmations: z.number().int().min(0).default(12),
  /** Between two looks at the chain. */
  poll: seconds.default(parseSeconds("4s")),
  /** Threads that run models. */
  workers: count.max(64).default(1),
  /** Outputs up to so many bytes are kept; larger ones are computed again. */
  keptOutputBytes: z.number().int().min(0).default(65_536),
  /** Requests may be put there as files; relative to the configuration. */
  intake: z.string().optional(),
  /** A program and its arguments, started for each alarm with the alarm as JSON on its input. */
  alarmCommand: z.array(z.string()).min(1).optional(),
});

export type OperatorConfig = z.infer<typeof schema>;
export type ModelConfig = OperatorConfig["models"][number];

/** Reads operator.json; its paths become absolute. */
export function readOperatorConfig(path: string): OperatorConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new OnusError("FILE_MISSING", { path }, { cause });
  }
  return parseOperatorConfig(text, path);
}

export function parseOperatorConfig(text: string, path: string): OperatorConfig {
  const base = dirname(resolve(path));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new OnusError("OPERATOR_CONFIG", { path, problem: (error as Error).message });
  }
  const read = schema.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    const problem = `${issue?.path.join(".") || "the top level"}: ${issue?.message ?? "not readable"}`;
    throw new OnusError("OPERATOR_CONFIG", { path, problem });
  }
  const config = read.data;
  return {
    ...config,
    directory: resolve(base, config.directory),
    models: config.models.map((one) => ({ ...one, artifact: resolve(base, one.artifact) })),
    ...(config.intake === undefined ? {} : { intake: resolve(base, config.intake) }),
  };
}
