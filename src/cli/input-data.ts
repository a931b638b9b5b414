import { OnusError } from "../errors/onus-error.js";
import { withElementType } from "../model/tensor-file/decode-tensor-file.js";
import type { OnnxTensor } from "../model/onnx/graph.js";
import type { Artifact, Port } from "../program/artifact.js";
import type { Dtype, TensorData } from "../program/dtype.js";
import { narrowTensor } from "../program/narrow-tensor.js";
import { bytesOfTensor, tensorOfBytes } from "../run/engine.js";
import { readBytes } from "../store/read-file.js";
import { readTensor } from "./commands/import-options.js";

/** What untyped numbers become for an input of each dtype. */
const ELEMENTS: Readonly<Record<Dtype, string>> = { f32: "float32", i32: "int32", u8: "uint8", i8: "int8" };

/** The elements of a tensor as an input takes them; refused where shape or dtype are others. */
export function inputData({ name, shape, dtype }: Port, given: OnnxTensor): TensorData {
  const tensor = withElementType(given, ELEMENTS[dtype]);
  const { data, dtype: found, lossy } = narrowTensor(tensor);
  if (lossy !== undefined) throw new OnusError("INTEGER_TOO_WIDE", { tensor: name, value: lossy });
  if (found !== dtype || tensor.shape.join() !== shape.join()) {
    throw new OnusError("INPUT_SHAPE", {
      name,
      expected: `${dtype} [${shape.join(", ")}]`,
      found: `${found} [${tensor.shape.join(", ")}]`,
    });
  }
  return data;
}

/** Inputs from files in the order of the artifact's: .npy, .pb and .json with their shape, anything else raw elements. */
export async function readInputs(
  { inputs, table }: Artifact,
  paths: readonly string[],
): Promise<readonly TensorData[]> {
  if (paths.length !== inputs.length) {
    throw new OnusError("INPUT_COUNT", { expected: inputs.length, found: paths.length });
  }
  return Promise.all(
    inputs.map(async (port, number) => {
      const path = paths[number] as string;
      if (/\.(npy|pb|json)$/.test(path)) return inputData(port, await readTensor(path));
      return tensorOfBytes(readBytes(path), table[number] as Artifact["table"][number]);
    }),
  );
}

/** The bytes of a tensor as they are committed: row-major, little-endian; anything but .npy, .pb and .json is taken as it is. */
export async function readElements(path: string): Promise<Uint8Array> {
  if (!/\.(npy|pb|json)$/.test(path)) return readBytes(path);
  return bytesOfTensor(narrowTensor(await readTensor(path)).data);
}
