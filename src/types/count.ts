import { OnusError } from "../errors/onus-error.js";

/** A whole number from 0 up, of at most nine digits. */
export function parseCount(text: string, name = "count"): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new OnusError("MALFORMED_VALUE", { name, expected: "a whole number", found: JSON.stringify(text) });
}
