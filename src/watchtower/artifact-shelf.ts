import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pid } from "node:process";

import { decodeArtifactFile } from "../program/artifact-file.js";
import { prepareModel } from "../run/engine.js";
import type { Model } from "../run/engine.js";
import { Withheld } from "../service/download.js";
import { commitArtifact } from "../trace/commit-artifact.js";
import type { CommittedArtifact } from "../trace/commit-artifact.js";
import type { Bytes32 } from "../types/bytes32.js";

/** Models that stay in memory, ready to run. */
const MOST_READY = 4;

/** A model at hand, ready to run. */
export type ReadyModel = { readonly committed: CommittedArtifact; readonly model: Model };

export type ArtifactShelf = {
  /**
   * The artifact with an id: from memory, from the directories, or from whoever hands it out, who is asked last.
   * Undefined where nobody has it.
   */
  readonly find: (artifactId: Bytes32, fetch?: () => Promise<Uint8Array>) => Promise<ReadyModel | undefined>;
};

/**
 * @param directories where `.onus` files lie, under any names
 * @param own where artifacts that were fetched are kept, by their ids
 */
export function openArtifactShelf(directories: readonly string[], own: string): ArtifactShelf {
  /** Newest last. */
  const ready = new Map<Bytes32, Promise<ReadyModel | undefined>>();
  /** Of files that were read: a file that has not changed is not read again. */
  const ids = new Map<string, Bytes32 | undefined>();

  const idOf = async (path: string): Promise<Bytes32 | undefined> => {
    const { mtimeMs, size } = await stat(path);
    const version = `${path} ${mtimeMs} ${size}`;
    if (!ids.has(version)) ids.set(version, (await readArtifact(path))?.id);
    return ids.get(version);
  };
  const onDisk = async (id: Bytes32): Promise<CommittedArtifact | undefined> => {
    const fetched = await readArtifact(join(own, `${id}.onus`));
    if (fetched?.id === id) return fetched;
    for (const directory of directories) {
      const names = await readdir(directory).catch(() => []);
      for (const name of names.filter((one) => one.endsWith(".onus"))) {
        const path = join(directory, name);
        if ((await idOf(path)) === id) return readArtifact(path);
      }
    }
    return undefined;
  };
  const load = async (id: Bytes32, fetch?: () => Promise<Uint8Array>): Promise<ReadyModel | undefined> => {
    const known = await onDisk(id);
    if (known !== undefined) return { committed: known, model: prepareModel(known.artifact) };
    if (fetch === undefined) return undefined;
    const bytes = await fetch();
    const committed = decode(bytes);
    if (committed?.id !== id) throw new Withheld("the artifact it hands out is another one");
    await keep(own, `${id}.onus`, bytes);
    return { committed, model: prepareModel(committed.artifact) };
  };
  return {
    find: async (id, fetch) => {
      const loading = ready.get(id) ?? load(id, fetch);
      ready.delete(id);
      ready.set(id, loading);
      for (const oldest of ready.keys()) {
        if (ready.size <= MOST_READY) break;
        ready.delete(oldest);
      }
      const found = await loading.catch((error: unknown) => {
        ready.delete(id);
        throw error;
      });
      if (found === undefined) ready.delete(id);
      return found;
    },
  };
}

const readArtifact = async (path: string): Promise<CommittedArtifact | undefined> => {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && decode(bytes);
};

function decode(bytes: Uint8Array): CommittedArtifact | undefined {
  try {
    return commitArtifact(decodeArtifactFile(bytes).artifact);
  } catch {
    return undefined;
  }
}

/** Renamed into place, so that a reader never meets half a file. */
async function keep(directory: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(directory, { recursive: true });
  const draft = join(directory, `${name}.${pid}`);
  await writeFile(draft, bytes);
  await rename(draft, join(directory, name));
}
