import { OnusError } from "../errors/onus-error.js";
import type { Brand } from "./brand.js";

/** A duration, or a time since the Unix epoch, in whole seconds. Deadlines are exclusive. */
export type Seconds = Brand<bigint, "Seconds">;

const secondsPer = { s: 1n, m: 60n, h: 3_600n, d: 86_400n } as const;

/** Reads a duration: digits alone are seconds; 90s, 30m, 48h and 7d say their unit. */
export function parseSeconds(text: string, name = "duration"): Seconds {
  const match = /^(\d+)([smhd])?$/.exec(text.trim());
  if (match === null) {
    const expected = "a duration such as 3600, 90s, 30m, 48h or 7d";
    throw new OnusError("MALFORMED_VALUE", { name, expected, found: JSON.stringify(text) });
  }
  const [, count = "", unit = "s"] = match;
  return asSeconds(BigInt(count) * secondsPer[unit as keyof typeof secondsPer]);
}

/** Trusts its caller: `count` is known to be a number of seconds. */
export function asSeconds(count: bigint): Seconds {
  return count as Seconds;
}
