import type { Artifact } from "../../program/artifact.js";
import { allocateTensor } from "../../program/dtype.js";
import { product } from "../../program/kernel.js";
import { reportOf, type ArtifactReport } from "../../program/planning/report.js";
import { prepareModel } from "../../run/engine.js";
import { commitArtifact } from "../../trace/commit-artifact.js";
import { asWei, decimal, type Wei } from "../../types/wei.js";
import type { Reporter } from "../reporter.js";
import { table } from "../table.js";

/** What a person wants to know of an artifact before publishing it, or relying on it. */
export type ModelReport = Pick<Artifact, "inputs" | "outputs"> &
  Omit<ArtifactReport, "kernels"> & {
    readonly artifactId: string;
    /** Seconds of one run on this machine, undefined if none was asked for. */
    readonly runSeconds: number | undefined;
    /** Per gas. */
    readonly gasPrice: Wei;
    /** With which the challenger's part of a penalty is three times the dearest proof. */
    readonly leastLiability: Wei;
  };

type Asked = { readonly gasPrice: Wei; readonly run: boolean };

export function reportModel(
  artifact: Artifact,
  kernelNames: readonly string[],
  { gasPrice, run, reporter }: Asked & { readonly reporter: Reporter },
): ModelReport {
  const { kernels, ...report } = reportOf(artifact, kernelNames);
  return {
    artifactId: commitArtifact(artifact).id,
    inputs: artifact.inputs,
    outputs: artifact.outputs,
    ...report,
    runSeconds: run ? secondsPerRun(artifact, kernels.length, reporter) : undefined,
    gasPrice,
    leastLiability: leastLiability(report.dearest.proof.gas, gasPrice),
  };
}

/** Three times the cost of a proof must be within the 30 % of a penalty that a fault proof earns: ten times its cost. */
function leastLiability(gas: number, gasPrice: Wei): Wei {
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

/** The report for a person; `more` stands after the artifact's id. */
export function describeModel(
  report: ModelReport,
  more: readonly (readonly [string, string])[] = [],
): string {
  const { dearest, tensors } = report;
  const port = ({ name, shape }: { name: string; shape: readonly number[] }) =>
    `${name} [${shape.join(", ")}]`;
  const { gas, calldataBytes } = dearest.proof;
  const all = tensors.inputs + tensors.weights + tensors.kernels;
  const price = `${decimal(report.gasPrice, 9)} gwei`;
  const lines: readonly (readonly [string, string])[] = [
    ["artifact", report.artifactId],
    ...more,
    ["inputs", report.inputs.map(port).join(", ")],
    ["outputs", report.outputs.map(port).join(", ")],
    ["tensors", `${all}, ${tensors.weights} of them weights (${bytes(report.weightBytes)})`],
    ["kernels", `${tensors.kernels}`],
    ["multiply-adds", `${(report.multiplyAdds / 1e6).toFixed(1)} M`],
    ["trace", bytes(report.traceBytes)],
    ...(report.runSeconds === undefined
      ? []
      : [["one run", `${report.runSeconds.toFixed(1)} s here`] as const]),
    [
      "dearest element",
      `of kernel ${dearest.kernel} (${dearest.name}): at most ${gas} gas, ${calldataBytes} bytes, predicted`,
    ],
    [
      "least liability",
      `${decimal(report.leastLiability, 18)} ether, to pay a challenger for it at ${price}`,
    ],
  ];
  return table(lines);
}

const bytes = (count: number): string =>
  count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
