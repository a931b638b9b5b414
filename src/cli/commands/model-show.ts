import { readFile } from "node:fs/promises";

import { OnusError } from "../../errors/onus-error.js";
import { decodeArtifactFile, type ArtifactMetadata } from "../../program/artifact-file.js";
import { parseWei } from "../../types/wei.js";
import type { Reporter } from "../reporter.js";
import { describeModel, reportModel, type ModelReport } from "./model-report.js";

export type ModelShowOptions = { readonly gasPrice: string; readonly run: boolean };

export type ShowResult = ModelReport & Pick<ArtifactMetadata, "importerVersion" | "onnxHash">;

/** Reports on a `.onus` file, as the import did. */
export async function showModel(
  file: string,
  options: ModelShowOptions,
  reporter: Reporter,
): Promise<ShowResult> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new OnusError(
      "MALFORMED_VALUE",
      { name: "<file>", expected: "a .onus file", found: file },
      { cause },
    );
  });
  const { artifact, metadata } = decodeArtifactFile(bytes);
  const gasPrice = parseWei(options.gasPrice, "--gas-price");
  const report = reportModel(artifact, metadata.kernelNames, { gasPrice, run: options.run, reporter });
  return { ...report, importerVersion: metadata.importerVersion, onnxHash: metadata.onnxHash };
}

export const describeShown = (result: ShowResult): string =>
  describeModel(result, [
    ["made from", `ONNX file ${result.onnxHash} by importer ${result.importerVersion}`],
  ]);
