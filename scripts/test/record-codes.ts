import { catalogue } from "../../src/errors/catalogue.js";

/** Codes of which an error was made since `recordCodes` was called. */
export const reachedCodes = new Set<string>();

type Entry = { say: (context: never) => string };

/**
 * From here on every error of the catalogue leaves its code in `reachedCodes`: whoever makes one has its sentence said.
 * Only tests call this; what is thrown in a process that a test starts is not seen.
 */
export function recordCodes(): void {
  for (const [code, entry] of Object.entries(catalogue) as [string, Entry][]) {
    const { say } = entry;
    entry.say = (context) => {
      reachedCodes.add(code);
      return say(context);
    };
  }
}
