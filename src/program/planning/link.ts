import { OnusError } from "../../errors/onus-error.js";
import type { Artifact, Port } from "../artifact.js";
import { whyVoid } from "../check-kernel.js";
import { encodeKernel } from "../codec.js";
import { LIMITS, product } from "../kernel.js";
import { predictProof } from "../predict-proof.js";
import type { TensorEntry } from "../tensor-table.js";
import type { Value } from "../ir/value.js";
import type { Draft } from "./draft.js";
import type { Packed, Tabulate } from "./pack.js";

type Parts = {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Port[];
  /** In program order. */
  readonly drafts: readonly Draft[];
  readonly tabulate: Tabulate;
  readonly onWeight: (done: number, all: number) => void;
};

/** Numbers tensors, computes packed weights and encodes kernels. Weights are in the order of their first reader. */
export function linkArtifact({ inputs, outputs, drafts, tabulate, onWeight }: Parts): Artifact {
  const packed = new Map<string, Packed>();
  for (const { sources } of drafts) {
    for (const source of sources) {
      if (source.kind === "packed" && !packed.has(source.packed.key))
        packed.set(source.packed.key, source.packed);
    }
  }
  const weights = [...packed.values()];
  const firstKernel = inputs.length + weights.length;
  const weightIds = new Map(weights.map(({ key }, number) => [key, inputs.length + number]));
  const valueIds = new Map(inputs.map((value, number) => [value, number]));
  drafts.forEach(({ value }, number) => valueIds.set(value, firstKernel + number));
  const idOf = (value: Value): number => {
    const id = valueIds.get(value);
    if (id !== undefined) return id;
    if (value.definition.kind !== "reshape") throw new TypeError(`${value.name} is read but never made`);
    return idOf(value.definition.of);
  };

  const table: TensorEntry[] = [
    ...inputs.map(({ shape, dtype }) => ({ count: product(shape), dtype })),
    ...weights.map(({ count, dtype }) => ({ count, dtype })),
    ...drafts.map(({ kernel }) => ({ count: product(kernel.shape), dtype: kernel.dtype })),
  ];
  const context = { kernels: drafts.length, weights: weights.length, records: 1 };
  const kernels = drafts.map(({ value, kernel, sources }, number) => {
    const loads = kernel.loads.map((load) => {
      const source = sources[load.tensor];
      if (source === undefined) throw new TypeError(`${value.name}: a load without a source`);
      const tensor =
        source.kind === "value" ? idOf(source.value) : (weightIds.get(source.packed.key) as number);
      return { ...load, tensor };
    });
    const linked = { ...kernel, loads };
    const reason = whyVoid(linked, firstKernel + number, table);
    if (reason === "cost") {
      const { gas, calldataBytes } = predictProof(linked, table, context);
      throw new OnusError("PROOF_TOO_LARGE", { tensor: value.name, gas, calldataBytes });
    }
    if (reason !== undefined) throw new TypeError(`the kernel of ${value.name} would be void: ${reason}`);
    const descriptor = encodeKernel(linked);
    if (descriptor.length > LIMITS.descriptorBytes) {
      const limit = LIMITS.descriptorBytes;
      throw new OnusError("KERNEL_TOO_LARGE", {
        tensor: value.name,
        what: "descriptor bytes",
        actual: descriptor.length,
        limit,
      });
    }
    return descriptor;
  });
  const bytes = weights.map(({ make }, number) => {
    const data = make(tabulate);
    onWeight(number + 1, weights.length);
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  });
  return {
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs,
    table,
    kernels,
    weights: bytes,
  };
}
