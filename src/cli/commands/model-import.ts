import { readFile, writeFile } from "node:fs/promises";

import { OnusError } from "../../errors/onus-error.js";
import type { Artifact } from "../../program/artifact.js";
import { encodeArtifactFile } from "../../program/artifact-file.js";
import { allocateTensor } from "../../program/dtype.js";
import { product } from "../../program/kernel.js";
import { reportOf } from "../../program/planning/report.js";
import type { ArtifactReport } from "../../program/planning/report.js";
import { prepareModel } from "../../run/engine.js";
import { evaluateOnce } from "../../run/evaluate.js";
import { defaultCacheDirectory, importCached } from "../../store/import-cache.js";
import { commitArtifact } from "../../trace/artifact-id.js";
import { asWei, parseWei } from "../../types/wei.js";
import type { Reporter } from "../reporter.js";

/** As commander hands them over: options may be left out, `--no-…` are true unless given. */
export type ModelImportOptions = {
  readonly dim?: readonly string[];
  readonly shape?: readonly string[];
  readonly out?: string;
  readonly gasPrice: string;
  readonly run: boolean;
  readonly cache: boolean;
};

export type ImportResult = Pick<Artifact, "inputs" | "outputs"> &
  Omit<ArtifactReport, "kernels"> & {
    readonly artifactId: string;
    readonly out: string | undefined;
    readonly importSeconds: number;
    readonly wasCached: boolean;
    /** Seconds of one run on this machine, undefined with --no-run. */
    readonly runSeconds: number | undefined;
    /** Wei per gas the liability was reckoned with. */
    readonly gasPrice: bigint;
    /** Wei: three times the dearest proof, out of the 30 % of a penalty that a challenger gets. */
    readonly leastLiability: bigint;
  };

export async function importModel(
  file: string,
  options: ModelImportOptions,
  reporter: Reporter,
): Promise<ImportResult> {
  const dims = Object.fromEntries((options.dim ?? []).map(parseDim));
  const shapes = Object.fromEntries((options.shape ?? []).map(parseShape));
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
  const imported = await importCached(onnx, { dims, shapes, evaluate: evaluateOnce }, directory);
  const importSeconds = (performance.now() - start) / 1000;
  const { artifact, metadata, wasCached } = imported;
  reporter.say(wasCached ? "found in the cache" : `imported in ${importSeconds.toFixed(1)} s`);
  if (options.out !== undefined) await writeFile(options.out, encodeArtifactFile(imported));
  const { kernels, ...report } = reportOf(artifact, metadata.kernelNames);
  const runSeconds = options.run ? secondsPerRun(artifact, kernels.length, reporter) : undefined;
  return {
    artifactId: commitArtifact(artifact).id,
    out: options.out,
    inputs: artifact.inputs,
    outputs: artifact.outputs,
    ...report,
    importSeconds,
    wasCached,
    runSeconds,
    gasPrice,
    leastLiability: leastLiability(report.dearest.proof.gas, gasPrice),
  };
}

/** Three times the cost of a proof must be within the 30 % that a fault proof earns: ten times its cost. */
function leastLiability(gas: number, gasPrice: bigint): bigint {
  return asWei(BigInt(gas) * gasPrice * 10n);
}

function secondsPerRun(artifact: Artifact, kernels: number, reporter: Reporter): number {
  const inputs = artifact.inputs.map(({ shape, dtype }) => allocateTensor(dtype, product(shape)));
  const progress = reporter.progress("running once", kernels);
  const start = performance.now();
  prepareModel(artifact).run(inputs, { onKernel: (done) => progress.update(done) });
  progress.stop();
  return (performance.now() - start) / 1000;
}

function parseDim(text: string): readonly [string, number] {
  const at = text.lastIndexOf("=");
  const extent = Number(text.slice(at + 1));
  if (at < 1 || !Number.isInteger(extent) || extent < 1) {
    throw new OnusError("MALFORMED_VALUE", { name: "--dim", expected: "NAME=N with N ≥ 1", found: text });
  }
  return [text.slice(0, at), extent];
}

function parseShape(text: string): readonly [string, readonly number[]] {
  const at = text.lastIndexOf("=");
  const shape = text
    .slice(at + 1)
    .split(",")
    .map(Number);
  if (at < 1 || shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw new OnusError("MALFORMED_VALUE", { name: "--shape", expected: "INPUT=1,3,48,320", found: text });
  }
  return [text.slice(0, at), shape];
}

/** The result for a person. */
export function describeImport(result: ImportResult): string {
  const { dearest, tensors } = result;
  const port = ({ name, shape }: { name: string; shape: readonly number[] }) =>
    `${name} [${shape.join(", ")}]`;
  const { gas, calldataBytes } = dearest.proof;
  const lines: readonly (readonly [string, string])[] = [
    ["artifact", result.artifactId],
    ...(result.out === undefined ? [] : [["written to", result.out] as const]),
    ["inputs", result.inputs.map(port).join(", ")],
    ["outputs", result.outputs.map(port).join(", ")],
    [
      "tensors",
      `${tensors.inputs + tensors.weights + tensors.kernels}, ${tensors.weights} of them weights (${bytes(result.weightBytes)})`,
    ],
    ["kernels", `${tensors.kernels}`],
    ["multiply-adds", `${(result.multiplyAdds / 1e6).toFixed(1)} M`],
    ["trace", bytes(result.traceBytes)],
    ...(result.runSeconds === undefined
      ? []
      : [["one run", `${result.runSeconds.toFixed(1)} s on this machine`] as const]),
    [
      "dearest element",
      `of kernel ${dearest.kernel}, ${dearest.name}: at most ${gas} gas, ${calldataBytes} bytes (predicted)`,
    ],
    [
      "least liability",
      `${ether(result.leastLiability)} ether at ${ether(result.gasPrice * 10n ** 9n)} gwei, to pay a challenger for it`,
    ],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}`).join("\n");
}

const bytes = (count: number): string =>
  count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;

/** 18 decimals, without trailing zeros. */
function ether(wei: bigint): string {
  const fraction = String(wei % 10n ** 18n)
    .padStart(18, "0")
    .replace(/0+$/, "");
  return `${wei / 10n ** 18n}${fraction === "" ? "" : `.${fraction}`}`;
}
