import {
  bytesOfTensor,
  commitArtifact,
  commitRun,
  decodeArtifactFile,
  decodeKernel,
  decodeTensorFile,
  decodeTraceFile,
  isOnusError,
  locateFault,
  prepareModel,
  readConviction,
  readElementEvidence,
  rootOfBytes,
  rootOfItems,
  tensorOfBytes,
  type ArtifactFile,
  type TensorData,
} from "onus";

import { hashesOfJson } from "./hashes-of-json.ts";
import type { Compared, Description, Handed, Job, Reply, Result } from "./jobs.ts";

const ZERO = `0x${"0".repeat(64)}`;
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Job>) => void;
  postMessage(reply: Reply): void;
};

scope.onmessage = ({ data: job }) => {
  try {
    scope.postMessage({ done: doJob(job) });
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    const code = isOnusError(error) ? error.code : "UNEXPECTED";
    scope.postMessage({ failed: { code, message, ...(hint !== undefined && { hint }) } });
  }
};

function doJob(job: Job): Result[keyof Result] {
  switch (job.kind) {
    case "check":
      return check(job);
    case "describe":
      return describe(job);
    case "roots":
      return rootsOfFile(job);
    case "dispute": {
      const conviction = readConviction(job.calldata);
      return conviction === undefined ? undefined : readElementEvidence(conviction.evidence, conviction.n);
    }
  }
}

/** The artifact of a file, when it is the one that was asked for: nothing else in it is believed. */
function openArtifact(bytes: Uint8Array, expected: string): ArtifactFile {
  const file = decodeArtifactFile(bytes);
  const { id } = commitArtifact(file.artifact);
  if (id !== expected) throw new Error(`this file is artifact ${id}; the model is artifact ${expected}`);
  return file;
}

function check(job: Extract<Job, { kind: "check" }>): Compared {
  const { artifact, metadata } = openArtifact(job.artifact, job.artifactId);
  const inputs = job.inputs.map((file, number) =>
    tensorOfBytes(rawBytes(file), artifact.table[number] ?? { count: 1, dtype: "u8" }),
  );
  const inputRoot = hex(rootOfItems(inputs.map(rootOf)));
  if (inputRoot !== job.record.inputRoot)
    throw new Error(`this input has the root ${inputRoot}; the record speaks of ${job.record.inputRoot}`);
  const started = performance.now();
  const model = prepareModel(artifact);
  const roots: Uint8Array[] = [];
  const outputs = model.runForOutputs(inputs, {
    observe: (kernel, tensor) => {
      const root = rootOf(tensor);
      roots.push(root);
      const name = metadata.kernelNames[kernel] ?? `kernel ${kernel}`;
      scope.postMessage({
        progress: { done: kernel + 1, all: artifact.kernels.length, kernel: name, root: hex(root) },
      });
    },
  });
  const milliseconds = performance.now() - started;
  const output = {
    computed: hex(rootOfItems(roots.slice(-artifact.outputs.length))),
    claimed: job.record.outputRoot,
  };
  const trace =
    job.record.traceRoot === ZERO
      ? undefined
      : { computed: hex(rootOfItems(roots)), claimed: job.record.traceRoot };
  const agrees =
    output.computed === output.claimed && (trace === undefined || trace.computed === trace.claimed);
  const first =
    agrees || job.trace === undefined
      ? undefined
      : firstDifference(job.trace, { artifact, metadata }, inputs);
  return {
    ...{ verdict: agrees ? "agrees" : "differs", kernels: artifact.kernels.length, milliseconds, output },
    ...(trace !== undefined && { trace }),
    ...(first !== undefined && { first }),
    outputs: artifact.outputs.map(({ name, shape }, number) => ({
      ...{ name, shape },
      first: Array.from((outputs[number] ?? new Uint8Array(0)).slice(0, 8)),
    })),
  };
}

function firstDifference(
  bytes: Uint8Array,
  { artifact, metadata }: ArtifactFile,
  inputs: readonly TensorData[],
): string {
  const { trace } = decodeTraceFile(bytes, artifact);
  const own = commitRun(artifact, prepareModel(artifact).run(inputs));
  const found = locateFault(artifact, own, trace);
  switch (found.kind) {
    case "element":
      return `element ${found.element} of kernel ${found.kernel} (${metadata.kernelNames[found.kernel] ?? "without a name"})`;
    case "output-root":
      return `output ${found.output} is not the trace's`;
    case "padding":
      return `padding of tensor ${found.index} of the ${found.list} list`;
    case "absent-node":
      return `something stands where nothing should, in the ${found.list} list`;
    case "agrees":
      return "the trace it hands over is not the one it committed to";
    case "other-input":
      return `input ${found.index}: the trace speaks of another one`;
    case "withheld":
      return `tensor ${found.index} of the ${found.list} list, whose bytes were not handed over`;
  }
}

function describe({ artifact: bytes, artifactId }: Extract<Job, { kind: "describe" }>): Description {
  const { artifact, metadata } = openArtifact(bytes, artifactId);
  const { inputs, outputs, weights } = artifact;
  const first = inputs.length + weights.length;
  const isWeight = (tensor: number): boolean => tensor >= inputs.length && tensor < first;
  return {
    inputs: inputs.map(({ name, shape }) => `${name} [${shape.join(", ")}]`),
    outputs: outputs.map(({ name, shape }) => `${name} [${shape.join(", ")}]`),
    weights: weights.length,
    kernels: artifact.kernels.map((descriptor, number) => {
      const kernel = decodeKernel(descriptor);
      const reads = [...new Set((kernel?.loads ?? []).map(({ tensor }) => tensor))];
      return {
        name: metadata.kernelNames[number] ?? `kernel ${number}`,
        ...{ shape: kernel?.shape ?? [], reduce: kernel?.reduce ?? [], reducer: kernel?.reducer ?? "void" },
        ...{ dtype: kernel?.dtype ?? "u8", reads: reads.filter((tensor) => !isWeight(tensor)) },
        weights: reads.filter(isWeight).length,
      };
    }),
  };
}

/** What a dropped file may be found by: a receipt or claim file by its hashes, anything else by the roots of its tensor. */
function rootsOfFile({ file, claimBook }: Extract<Job, { kind: "roots" }>): Result["roots"] {
  if (file.name.endsWith(".json")) {
    const hashes = hashesOfJson(new TextDecoder().decode(file.bytes), claimBook);
    if (hashes.length > 0) return hashes;
  }
  const root = rootOfBytes(rawBytes(file));
  return [
    { what: "the root of this tensor", hash: hex(root) },
    { what: "the root of a list of this tensor alone", hash: hex(rootOfItems([root])) },
  ];
}

/** Elements as a record commits to them: of .npy, .pb and .json files their tensor, else the bytes as they are. */
function rawBytes({ name, bytes }: Handed): Uint8Array {
  if (!/\.(npy|pb|json)$/.test(name)) return bytes;
  const { data } = decodeTensorFile(name, bytes);
  if (data instanceof BigInt64Array) return bytesOfTensor(Int32Array.from(data, Number));
  if (data instanceof BigUint64Array) return bytesOfTensor(Int32Array.from(data, Number));
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

const rootOf = (tensor: TensorData): Uint8Array => rootOfBytes(bytesOfTensor(tensor));

const hex = (bytes: Uint8Array): string =>
  `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
