import { OnusError } from "../errors/onus-error.js";
import type { Brand } from "./brand.js";

/** An amount of stake token or native currency in wei (10^-18), never negative. */
export type Wei = Brand<bigint, "Wei">;

const decimalsOf = { wei: 0, gwei: 9, ether: 18 } as const;

/** Reads an amount: digits alone are wei; `1.5 ether` and `30 gwei` are exact or refused, never rounded. */
export function parseWei(text: string, name = "amount"): Wei {
  const match = /^(\d+)(?:\.(\d+))?(?: ?(wei|gwei|ether))?$/.exec(text.trim());
  const [, whole = "", fraction = "", unit = "wei"] = match ?? [];
  const decimals = decimalsOf[unit as keyof typeof decimalsOf];
  if (match === null || fraction.length > decimals) {
    const expected = "an amount such as 1000000000, 30 gwei or 1.5 ether, exact to the wei";
    throw new OnusError("MALFORMED_VALUE", { name, expected, found: JSON.stringify(text) });
  }
  return asWei(BigInt(whole + fraction.padEnd(decimals, "0")));
}

/** "1.5 ether", exact; `parseWei` reads it back. */
export function formatWei(amount: bigint): string {
  return `${decimal(amount, 18)} ether`;
}

/** An integer in units of 10^-decimals, without trailing zeros. */
export function decimal(units: bigint, decimals: number): string {
  const one = 10n ** BigInt(decimals);
  const fraction = String(units % one)
    .padStart(decimals, "0")
    .replace(/0+$/, "");
  return `${units / one}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Trusts its caller: `amount` is known not to be negative. */
export function asWei(amount: bigint): Wei {
  return amount as Wei;
}
