import { readFile } from "node:fs/promises";

import { OnusError } from "../../errors/onus-error.js";
import type { OnnxTensor } from "../../model/onnx/graph.js";
import { decodeTensorFile } from "../../model/tensor-file/decode-tensor-file.js";
import { parseJsonTensor } from "../../model/tensor-file/json-tensor.js";
import type { ImportOptions } from "../../program/import-onnx.js";

/** What is said on the command line about inputs: NAME=… each. */
export type ImportWishes = {
  readonly dim?: readonly string[];
  readonly shape?: readonly string[];
  readonly constant?: readonly string[];
};

/** Extents, shapes and constants of the command line. */
export async function readExtents({
  dim = [],
  shape = [],
  constant = [],
}: ImportWishes): Promise<Pick<ImportOptions, "dims" | "shapes" | "constants">> {
  return {
    dims: Object.fromEntries(dim.map(parseDim)),
    shapes: Object.fromEntries(shape.map(parseShape)),
    constants: Object.fromEntries(await Promise.all(constant.map(readConstant))),
  };
}

/** A tensor file, read from disk. */
export async function readTensor(path: string): Promise<OnnxTensor> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new OnusError("FILE_MISSING", { path }, { cause });
  });
  return decodeTensorFile(path, new Uint8Array(bytes));
}

/** `NAME=REST`; names may contain `=` themselves. */
export function splitName(text: string, option: string, expected: string): readonly [string, string] {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new OnusError("MALFORMED_VALUE", { name: option, expected, found: text });
  return [text.slice(0, at), text.slice(at + 1)];
}

async function readConstant(text: string): Promise<readonly [string, OnnxTensor]> {
  const [name, value] = splitName(text, "--constant", "NAME=NUMBER, NAME=[1,2] or NAME=FILE");
  const isFile = /\.(npy|pb|json)$/.test(value);
  return [name, isFile ? await readTensor(value) : parseJsonTensor(`--constant ${text}`, value)];
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
