import { readFile, writeFile } from "node:fs/promises";

import { OnusError } from "../../errors/onus-error.js";
import { encodeArtifactFile } from "../../program/artifact-file.js";
import { evaluateOnce } from "../../run/evaluate.js";
import { defaultCacheDirectory, importCached } from "../../store/import-cache.js";
import { parseWei } from "../../types/wei.js";
import { readExtents } from "./import-options.js";
import type { Reporter } from "../reporter.js";
import { describeModel, reportModel, type ModelReport } from "./model-report.js";

/** As commander hands them over: options may be left out, `--no-…` are true unless given. */
export type ModelImportOptions = {
  readonly dim?: readonly string[];
  readonly shape?: readonly string[];
  readonly constant?: readonly string[];
  readonly out?: string;
  readonly gasPrice: string;
  readonly run: boolean;
  readonly cache: boolean;
};

export type ImportResult = ModelReport & {
  readonly out: string | undefined;
  readonly importSeconds: number;
  readonly wasCached: boolean;
};

/** Imports an ONNX file, writes the artifact where it is asked to, and reports on it. */
export async function importModel(
  file: string,
  options: ModelImportOptions,
  reporter: Reporter,
): Promise<ImportResult> {
  const extents = await readExtents(options);
  const gasPrice = parseWei(options.gasPrice, "--gas-price");
  const onnx = await readFile(file).catch((cause: unknown) => {
    throw new OnusError(
      "MALFORMED_VALUE",
      { name: "<file>", expected: "an ONNX file", found: file },
      { cause },
    );
  });

  const start = performance.now();
  const directory = options.cache ? defaultCacheDirectory() : null;
  const imported = await importCached(onnx, { ...extents, evaluate: evaluateOnce }, directory);
  const importSeconds = (performance.now() - start) / 1000;
  const { artifact, metadata, wasCached } = imported;
  reporter.say(wasCached ? "found in the cache" : `imported in ${importSeconds.toFixed(1)} s`);
  if (options.out !== undefined) await writeFile(options.out, encodeArtifactFile(imported));
  const report = reportModel(artifact, metadata.kernelNames, { gasPrice, run: options.run, reporter });
  return { ...report, out: options.out, importSeconds, wasCached };
}

export const describeImport = (result: ImportResult): string =>
  describeModel(result, result.out === undefined ? [] : [["written to", result.out]]);
