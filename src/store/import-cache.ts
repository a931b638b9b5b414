import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { env, pid } from "node:process";

import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { decodeArtifactFile, encodeArtifactFile } from "../program/artifact-file.js";
import type { ArtifactFile } from "../program/artifact-file.js";
import { IMPORTER_VERSION, importOnnx } from "../program/import-onnx.js";
import type { ImportOptions } from "../program/import-onnx.js";

/** Where imported artifacts are kept: XDG_CACHE_HOME/onus, or ~/.cache/onus. */
export const defaultCacheDirectory = (): string =>
  join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "onus", "artifacts");

/**
 * Imports an ONNX file, or reads back what an earlier import of the same bytes with the same extents gave: the importer
 * is deterministic. A cached file that cannot be read is made again.
 *
 * @param directory where artifacts are kept; null imports anew and keeps nothing
 */
export async function importCached(
  onnx: Uint8Array,
  options: ImportOptions,
  directory: string | null = defaultCacheDirectory(),
): Promise<ArtifactFile & { readonly wasCached: boolean }> {
  const { dims = {}, shapes = {} } = options;
  const constants = Object.fromEntries(
    Object.entries(options.constants ?? {}).map(([name, { elementType, shape, data }]) => [
      name,
      { elementType, shape, values: Array.from(data, String) },
    ]),
  );
  const onnxHash = `0x${bytesToHex(keccak_256(onnx))}`;
  const key = bytesToHex(
    keccak_256(
      utf8ToBytes(
        JSON.stringify([IMPORTER_VERSION, onnxHash, sorted(dims), sorted(shapes), sorted(constants)]),
      ),
    ),
  );
  const path = directory === null ? undefined : join(directory, `${key}.onus`);
  const cached = path === undefined ? undefined : await readArtifact(path);
  if (cached !== undefined) return { ...cached, wasCached: true };

  const { artifact, names } = importOnnx(onnx, options);
  const metadata = {
    importerVersion: IMPORTER_VERSION,
    onnxHash,
    dims,
    shapes,
    constants,
    kernelNames: names,
  };
  const file: ArtifactFile = { artifact, metadata };
  if (path !== undefined && directory !== null) {
    await mkdir(directory, { recursive: true });
    // Renamed into place, so that a reader never meets half a file.
    const draft = `${path}.${pid}`;
    await writeFile(draft, encodeArtifactFile(file));
    await rename(draft, path);
  }
  return { ...file, wasCached: false };
}

async function readArtifact(path: string): Promise<ArtifactFile | undefined> {
  try {
    return decodeArtifactFile(await readFile(path));
  } catch {
    return undefined;
  }
}

const sorted = (record: Readonly<Record<string, unknown>>): unknown[] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
