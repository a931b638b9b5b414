import { OnusError } from "../errors/onus-error.js";
import { ByteReader } from "../types/byte-reader.js";
import { ByteWriter } from "../types/byte-writer.js";
import type { Artifact, Port } from "./artifact.js";
import { DTYPES, dtypeCode, elementBytes } from "./dtype.js";
import { LIMITS, product } from "./kernel.js";
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
  /** The inputs that were fixed, their values as decimal numbers. */
  readonly constants?: Readonly<
    Record<
      string,
      { readonly elementType: string; readonly shape: readonly number[]; readonly values: readonly string[] }
    >
  >;
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
  const file = new ByteWriter().text(MAGIC).u32(VERSION);
  const section = (write: (writer: ByteWriter) => void): void => {
    const writer = new ByteWriter();
    write(writer);
    const bytes = writer.finish();
    file.u32(bytes.length).bytes(bytes);
  };
  section((writer) => {
    writePorts(writer, artifact.inputs);
    writePorts(writer, artifact.outputs);
  });
  section((writer) => writer.u32(artifact.weights.length).bytes(encodeTable(artifact.table)));
  section((writer) => {
    for (const descriptor of artifact.kernels) writer.u16(descriptor.length).bytes(descriptor);
  });
  section((writer) => {
    for (const weight of artifact.weights) writer.bytes(weight);
  });
  section((writer) => writer.text(JSON.stringify(metadata)));
  return file.finish();
}

/** Reads a `.onus` file; refuses foreign, truncated and overlong bytes, and counts and padding no artifact has. */
export function decodeArtifactFile(bytes: Uint8Array): ArtifactFile {
  const file = new ByteReader(bytes, "file", unreadable);
  const magic = new TextDecoder().decode(file.take(Math.min(MAGIC.length, bytes.length)));
  if (magic !== MAGIC) throw unreadable(`it does not begin with ${MAGIC}`);
  const version = file.u32();
  if (version !== VERSION)
    throw unreadable(`its format has version ${version}; this program reads version ${VERSION}`);
  const section = (name: string) => new ByteReader(file.take(file.u32()), name, unreadable);
  const [ports, tables, program, data, text] = ["interface", "table", "program", "weights", "metadata"].map(
    section,
  ) as [ByteReader, ByteReader, ByteReader, ByteReader, ByteReader];
  file.end();

  const inputs = readPorts(ports);
  const outputs = readPorts(ports);
  ports.end();
  const weightCount = tables.u32();
  const table = readTable(tables.rest());
  const first = inputs.length + weightCount;
  const weights = table
    .slice(inputs.length, first)
    .map(({ count, dtype }) => data.take(count * elementBytes(dtype)));
  data.end();
  const kernels: Uint8Array[] = [];
  while (!program.isDone) {
    const length = program.u16();
    // Nobody could open it on chain, so a claim on this model would fall by silence.
    if (length > LIMITS.descriptorBytes) {
      throw unreadable(
        `kernel ${kernels.length} has a descriptor of ${length} bytes; at most ${LIMITS.descriptorBytes} can be opened`,
      );
    }
    kernels.push(program.take(length));
  }
  refuseCounts({
    inputs: inputs.length,
    outputs: outputs.length,
    weights: weightCount,
    kernels: kernels.length,
  });
  if (table.length !== first + kernels.length) {
    throw unreadable(`its table has ${table.length} entries for ${first + kernels.length} tensors`);
  }
  refuseOtherPorts(inputs, table.slice(0, inputs.length));
  refuseOtherPorts(outputs, table.slice(table.length - outputs.length));
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

/** The table is authoritative: a tensor made to a shape that contradicts it would be committed to with a wrong length. */
function refuseOtherPorts(ports: readonly Port[], entries: readonly TensorEntry[]): void {
  for (const [index, { name, shape, dtype }] of ports.entries()) {
    const entry = entries[index];
    if (entry?.count === product(shape) && entry.dtype === dtype) continue;
    throw unreadable(
      `port ${name} is ${dtype} [${shape.join(", ")}]; its table says ${entry?.dtype} × ${entry?.count}`,
    );
  }
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

function writePorts(writer: ByteWriter, ports: readonly Port[]): void {
  writer.u16(ports.length);
  for (const { name, shape, dtype } of ports) {
    writer.name(name).u8(dtypeCode(dtype)).u8(shape.length);
    for (const extent of shape) writer.u32(extent);
  }
}

function readPorts(reader: ByteReader): Port[] {
  return Array.from({ length: reader.u16() }, () => {
    const name = reader.name();
    const dtype = DTYPES[reader.u8()];
    if (dtype === undefined) throw unreadable(`port ${name} has an unknown dtype`);
    return { name, dtype, shape: Array.from({ length: reader.u8() }, () => reader.u32()) };
  });
}

const unreadable = (reason: string) => new OnusError("ARTIFACT_UNREADABLE", { reason });
