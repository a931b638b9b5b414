import { OnusError } from "../errors/onus-error.js";
import type { Artifact, Port } from "./artifact.js";
import { DTYPES, dtypeCode, elementBytes } from "./dtype.js";
import { LIMITS } from "./kernel.js";
import { TABLE_ENTRY_BYTES, decodeTable, encodeTable } from "./tensor-table.js";
import type { TensorEntry } from "./tensor-table.js";

/** Where an artifact came from. Travels with it and is part of no id. */
export type ArtifactMetadata = {
  readonly importerVersion: string;
  /** keccak256 of the ONNX file, 0x and 64 hex digits. */
  readonly onnxHash: string;
  /** The extents that were asked for. */
  readonly dims: Readonly<Record<string, number>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The ONNX tensor each kernel makes, or what it is made for. */
  readonly kernelNames: readonly string[];
};

export type ArtifactFile = { readonly artifact: Artifact; readonly metadata: ArtifactMetadata };

const MAGIC = "ONUSFILE";
const VERSION = 1;

/**
 * An artifact as one `.onus` file: magic, u32 format version, then sections of u32 length and bytes, in this order:
 * interface (per list u16 count; per port u16 length and UTF-8 name, u8 dtype, u8 rank, u32 extents), u32 weight count
 * and tensor table, descriptors (each u16 length and bytes), weights (row-major, in table order, without padding),
 * metadata (JSON). Integers of the file are big-endian, tensor data little-endian.
 */
export function encodeArtifactFile({ artifact, metadata }: ArtifactFile): Uint8Array {
  const sections = [
    join([...portBytes(artifact.inputs), ...portBytes(artifact.outputs)]),
    join([big(artifact.weights.length, 4), encodeTable(artifact.table)]),
    join(artifact.kernels.flatMap((descriptor) => [big(descriptor.length, 2), descriptor])),
    join(artifact.weights),
    new TextEncoder().encode(JSON.stringify(metadata)),
  ];
  const head = [new TextEncoder().encode(MAGIC), big(VERSION, 4)];
  return join([...head, ...sections.flatMap((section) => [big(section.length, 4), section])]);
}

/** Reads a `.onus` file; refuses foreign, truncated and overlong bytes, and counts and padding no artifact has. */
export function decodeArtifactFile(bytes: Uint8Array): ArtifactFile {
  const file = new Reader(bytes, "file");
  const magic = new TextDecoder().decode(file.take(Math.min(MAGIC.length, bytes.length)));
  if (magic !== MAGIC) throw unreadable(`it does not begin with ${MAGIC}`);
  const version = file.big(4);
  if (version !== VERSION)
    throw unreadable(`its format has version ${version}; this program reads version ${VERSION}`);
  const section = (name: string) => new Reader(file.take(file.big(4)), name);
  const [ports, tables, program, data, text] = ["interface", "table", "program", "weights", "metadata"].map(
    section,
  ) as [Reader, Reader, Reader, Reader, Reader];
  file.end();

  const inputs = readPorts(ports);
  const outputs = readPorts(ports);
  ports.end();
  const weightCount = tables.big(4);
  const table = readTable(tables.rest());
  const first = inputs.length + weightCount;
  const weights = table
    .slice(inputs.length, first)
    .map(({ count, dtype }) => data.take(count * elementBytes(dtype)));
  data.end();
  const kernels: Uint8Array[] = [];
  while (!program.isDone) kernels.push(program.take(program.big(2)));
  refuseCounts({
    inputs: inputs.length,
    outputs: outputs.length,
    weights: weightCount,
    kernels: kernels.length,
  });
  if (table.length !== first + kernels.length) {
    throw unreadable(`its table has ${table.length} entries for ${first + kernels.length} tensors`);
  }
  const metadata = JSON.parse(new TextDecoder().decode(text.rest())) as ArtifactMetadata;
  return { artifact: { inputs, outputs, table, kernels, weights }, metadata };
}

function readTable(bytes: Uint8Array): TensorEntry[] {
  if (bytes.length % TABLE_ENTRY_BYTES !== 0) throw unreadable("its table ends within an entry");
  const table = decodeTable(bytes);
  // The meaning of a table is total; a file from an honest importer says what it means, and nothing beside it.
  const again = encodeTable(table);
  if (again.some((byte, at) => byte !== bytes[at]))
    throw unreadable("its table has entries out of range or padding that is not zero");
  return table;
}

function refuseCounts(counts: { inputs: number; outputs: number; weights: number; kernels: number }): void {
  const { inputs, outputs, weights, kernels } = counts;
  const fits =
    kernels >= 1 &&
    kernels <= LIMITS.kernels &&
    weights <= LIMITS.weights &&
    inputs <= LIMITS.inputs &&
    outputs >= 1 &&
    outputs <= Math.min(LIMITS.outputs, kernels);
  if (!fits) {
    throw unreadable(
      `it has ${kernels} kernels, ${weights} weights, ${inputs} inputs and ${outputs} outputs`,
    );
  }
}

function portBytes(ports: readonly Port[]): Uint8Array[] {
  return [
    big(ports.length, 2),
    ...ports.flatMap(({ name, shape, dtype }) => {
      const text = new TextEncoder().encode(name);
      const extents = shape.map((extent) => big(extent, 4));
      return [big(text.length, 2), text, big(dtypeCode(dtype), 1), big(shape.length, 1), ...extents];
    }),
  ];
}

function readPorts(reader: Reader): Port[] {
  return Array.from({ length: reader.big(2) }, () => {
    const name = new TextDecoder().decode(reader.take(reader.big(2)));
    const dtype = DTYPES[reader.big(1)];
    if (dtype === undefined) throw unreadable(`port ${name} has an unknown dtype`);
    return { name, dtype, shape: Array.from({ length: reader.big(1) }, () => reader.big(4)) };
  });
}

function big(value: number, length: number): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, index) => Math.floor(value / 2 ** (8 * (length - 1 - index))) & 0xff,
  );
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const unreadable = (reason: string) => new OnusError("ARTIFACT_UNREADABLE", { reason });

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #name: string;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw unreadable(`its ${this.#name} ends after ${this.#bytes.length} bytes; at least ${end} expected`);
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** An unsigned big-endian integer. */
  big(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw unreadable(`its ${this.#name} has ${left} bytes too many`);
  }
}
