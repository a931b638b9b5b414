import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { OnusError } from "../errors/onus-error.js";
import { readParameters } from "./parameters.js";
import type { Parameters } from "./parameters.js";

/** Parameters, and the file that states them. */
export type Preset = { readonly path: string; readonly parameters: Parameters };

/** The preset of a chain: of the working directory where it keeps any, else one that came with the package. */
export function findParameters(
  chainId: number,
  directories: readonly string[] = presetDirectories(),
): Preset {
  for (const directory of directories.filter((path) => existsSync(path))) {
    for (const file of readdirSync(directory).filter((name) => name.endsWith(".json"))) {
      const path = join(directory, file);
      const parameters = readParameters(path);
      if (parameters.chainId === chainId) return { path, parameters };
    }
  }
  throw new OnusError("PARAMETERS_UNKNOWN", { chainId });
}

/** src/chain lies two levels below the package in a checkout, three where it was built to dist. */
const presetDirectories = (): readonly string[] => [
  join("deploy", "parameters"),
  ...["../../deploy/parameters/", "../../../deploy/parameters/"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ),
];
