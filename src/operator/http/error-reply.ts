import type { Code } from "../../errors/catalogue.js";
import { OnusError } from "../../errors/onus-error.js";

/** What a failed request is answered with. */
export type ErrorReply = {
  readonly status: 400 | 404 | 413 | 429 | 500 | 503;
  readonly body: {
    readonly error: { readonly code: string; readonly message: string; readonly hint: string };
  };
  /** Seconds */
  readonly retryAfter?: number;
};

/** Refusals that pass, by how long that usually takes, in seconds. */
const PASSING: Partial<Readonly<Record<Code, number>>> = {
  QUEUE_FULL: 1,
  CHAIN_STALE: 15,
  NODE_STOPPING: 15,
  GAS_PRICE_TOO_HIGH: 60,
  CLAIMS_PAUSED: 600,
  OPEN_LIABILITY_FULL: 600,
  STAKE_TOO_SMALL: 600,
  UNSTATED_RECORDS_FULL: 600,
};
const LASTING: readonly Code[] = ["OPERATOR_JAILED", "SIGNING_KEY_INACTIVE", "MODEL_RETIRING"];
const MISSING: readonly Code[] = ["MODEL_NOT_SERVED", "NOT_KEPT"];
const MISTAKES: readonly Code[] = [
  ...(["REQUEST_MALFORMED", "MALFORMED_VALUE", "INPUT_COUNT", "INPUT_MISSING"] as const),
  ...(["INPUT_SHAPE", "TENSOR_BYTES", "POSITION_OUT_OF_RANGE"] as const),
];

export function errorReply(error: unknown): ErrorReply {
  if (!(error instanceof OnusError)) {
    const message = "the node could not do this; its log says why";
    return { status: 500, body: { error: { code: "UNEXPECTED", message, hint: "ask again later" } } };
  }
  const { code, message, hint } = error as OnusError;
  const body = { error: { code, message, hint } };
  const retryAfter = PASSING[code];
  if (retryAfter !== undefined) return { status: code === "QUEUE_FULL" ? 429 : 503, body, retryAfter };
  return { status: statusOf(code), body };
}

function statusOf(code: Code): ErrorReply["status"] {
  if (LASTING.includes(code)) return 503;
  if (MISSING.includes(code)) return 404;
  if (MISTAKES.includes(code)) return 400;
  return code === "BODY_TOO_LARGE" ? 413 : 500;
}
