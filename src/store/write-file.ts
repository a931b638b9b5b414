import { writeFileSync } from "node:fs";

import { OnusError } from "../errors/onus-error.js";

/** Writes a file that somebody names. */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new OnusError("FILE_NOT_WRITTEN", { path, reason: (cause as Error).message }, { cause });
  }
}
