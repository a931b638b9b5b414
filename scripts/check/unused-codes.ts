import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { catalogue } from "../../src/errors/catalogue.js";
import type { Check } from "./check.js";

/** Every code of the error catalogue is thrown, or decoded into, somewhere in src/ or scripts/. */
export const check: Check = {
  name: "unused error codes",
  run: () => {
    const sources = ["src", "scripts"].flatMap((directory) =>
      readdirSync(directory, { recursive: true, encoding: "utf8" })
        .map((path) => join(directory, path))
        .filter((path) => path.endsWith(".ts") && !path.startsWith(join("src", "errors")))
        .map((path) => readFileSync(path, "utf8")),
    );
    return Promise.resolve(unusedCodes(Object.keys(catalogue), sources));
  },
};

/** Codes that stand in none of the sources as a string. */
export function unusedCodes(codes: readonly string[], sources: readonly string[]): string[] {
  return codes.filter((code) => !sources.some((source) => source.includes(`"${code}"`)));
}
