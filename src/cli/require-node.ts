import { OnusError } from "../errors/onus-error.js";

/** What commander and the other packages run on. */
export const LEAST_NODE = "22.12.0";

/** Throws where this package does not run. Called before anything else is loaded, so this file imports next to nothing. */
export function requireNode(version: string): void {
  if (isOlder(version, LEAST_NODE)) {
    throw new OnusError("NODE_TOO_OLD", { actual: version, expected: LEAST_NODE });
  }
}

/** Of two versions "major.minor.patch". */
export function isOlder(actual: string, expected: string): boolean {
  const [a, b] = [actual, expected].map((version) => version.split(".").map(Number));
  const at = [0, 1, 2].find((part) => a?.[part] !== b?.[part]);
  return at !== undefined && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}
