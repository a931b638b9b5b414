import type { DestinationStream, Logger } from "pino";

import { loadPeer } from "./load-peer.js";

/**
 * A structured log: `log.info({ claim, gasUsed_gas, waits_seconds }, "claim submitted")`. Keys that are quantities end in
 * their unit; amounts may be bigint.
 */
export type Log = Logger;

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Whatever has one of these names is not written. */
const SECRETS = ["privateKey", "mnemonic", "password", "apiKey", "authorization", "secret"];

/** One JSON object a line on stderr, written at once: what was logged before kill -9 is there. */
export async function openLog(options: {
  /** Of the program: "operator", "watchtower". */
  readonly name: string;
  readonly level?: LogLevel;
  readonly to?: DestinationStream;
}): Promise<Log> {
  const { name, level = "info" } = options;
  const { pino } = await loadPeer("pino", "the log", () => import("pino"));
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => plain(fields) as Record<string, unknown>,
      },
      redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: "[secret]" },
    },
    options.to ?? pino.destination({ dest: 2, sync: true }),
  );
}

/** An endpoint as it may be shown: what comes after the host is often a key. */
export function hostOf(endpoint: string): string {
  try {
    return new URL(endpoint).host;
  } catch {
    return "an endpoint that is no URL";
  }
}

/** JSON has no bigint: amounts are decimal strings. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
