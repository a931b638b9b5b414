import { z } from "zod";

import type { NamedParent } from "../claim/named-parent.js";
import { MAX_PARENTS } from "../claim/parent-list.js";
import { OnusError } from "../errors/onus-error.js";
import type { Artifact } from "../program/artifact.js";
import { DTYPES, elementBytes } from "../program/dtype.js";
import type { TensorData } from "../program/dtype.js";
import { bytesOfTensor, tensorOfBytes } from "../run/engine.js";
import { namedParent } from "../store/schemas.js";
import { parseAddress } from "../types/address.js";
import type { Address } from "../types/address.js";
import { parseBytes32 } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";

/** One inference that somebody asks for. */
export type InferenceRequest = {
  readonly requester: Address;
  readonly salt: Bytes32;
  /** In the order of the artifact's inputs. */
  readonly inputs: readonly TensorData[];
  readonly parents: readonly NamedParent[];
};

const schema = z.strictObject({
  requester: z.string(),
  salt: z.string(),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      dtype: z.enum(DTYPES),
      shape: z.array(z.number().int().positive()),
      data: z.string(),
    }),
  ),
  parents: z.array(namedParent).max(MAX_PARENTS).default([]),
});

/** Reads `{ requester, salt, inputs: [{ name, dtype, shape, data: base64 }], parents? }` for an artifact. */
export function parseInferenceRequest(text: string, artifact: Artifact): InferenceRequest {
  const read = schema.safeParse(parseJson(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw malformed(`${issue?.path.join(".") || "the body"}: ${issue?.message ?? "not readable"}`);
  }
  const { requester, salt, inputs, parents } = read.data;
  const given = new Map(inputs.map((input) => [input.name, input]));
  if (inputs.length !== artifact.inputs.length || given.size !== inputs.length) {
    throw new OnusError("INPUT_COUNT", { expected: artifact.inputs.length, found: inputs.length });
  }
  const tensors = artifact.inputs.map(({ name, shape, dtype }, index) => {
    const input = given.get(name);
    if (input === undefined) throw new OnusError("INPUT_MISSING", { missing: [name] });
    if (input.dtype !== dtype || input.shape.join() !== shape.join()) {
      throw new OnusError("INPUT_SHAPE", {
        name,
        expected: `${dtype} [${shape.join(", ")}]`,
        found: `${input.dtype} [${input.shape.join(", ")}]`,
      });
    }
    return exactTensor(decodeBase64(input.data, name), artifact, index);
  });
  return {
    requester: parseAddress(requester, "requester"),
    salt: parseBytes32(salt, "salt"),
    inputs: tensors,
    parents,
  };
}

/** Reads the raw little-endian elements of the one input of an artifact. */
export function parseRawRequest(
  body: Uint8Array,
  query: { readonly requester?: string | undefined; readonly salt?: string | undefined },
  artifact: Artifact,
): InferenceRequest {
  const { requester, salt } = query;
  if (requester === undefined || salt === undefined) throw malformed("the query names requester and salt");
  if (artifact.inputs.length !== 1)
    throw new OnusError("INPUT_COUNT", { expected: artifact.inputs.length, found: 1 });
  return {
    requester: parseAddress(requester, "requester"),
    salt: parseBytes32(salt, "salt"),
    inputs: [exactTensor(body, artifact, 0)],
    parents: [],
  };
}

/** Bytes of a request for the largest of some artifacts: its inputs in base64, and what stands around them. */
export function mostBodyBytes(artifacts: readonly Artifact[]): number {
  const largest = Math.max(0, ...artifacts.map(inputBytes));
  return Math.ceil((largest * 4) / 3) + 65_536;
}

/** Raw elements of all tensors, one after the other, as a ledger keeps them. */
export function joinTensors(tensors: readonly TensorData[]): Uint8Array {
  const parts = tensors.map(bytesOfTensor);
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The inputs, or the outputs, of an artifact from their joined bytes. */
export function splitTensors(
  joined: Uint8Array,
  artifact: Artifact,
  which: "inputs" | "outputs",
): TensorData[] {
  const { table } = artifact;
  const entries =
    which === "inputs" ? table.slice(0, artifact.inputs.length) : table.slice(-artifact.outputs.length);
  let at = 0;
  return entries.map((entry) => {
    const bytes = joined.subarray(at, (at += entry.count * elementBytes(entry.dtype)));
    return tensorOfBytes(bytes, entry);
  });
}

const inputBytes = ({ inputs, table }: Artifact): number =>
  table.slice(0, inputs.length).reduce((sum, { count, dtype }) => sum + count * elementBytes(dtype), 0);

/** Bytes beyond the last element would be lost without a word. */
function exactTensor(bytes: Uint8Array, { table }: Artifact, index: number): TensorData {
  const entry = table[index] as Artifact["table"][number];
  const expected = entry.count * elementBytes(entry.dtype);
  if (bytes.length !== expected) throw new OnusError("TENSOR_BYTES", { expected, found: bytes.length });
  return tensorOfBytes(bytes, entry);
}

/** Buffer skips what is no base64. */
function decodeBase64(text: string, name: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "")) return bytes;
  throw malformed(`the data of input ${name} is no base64`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

const malformed = (problem: string) => new OnusError("REQUEST_MALFORMED", { problem });
