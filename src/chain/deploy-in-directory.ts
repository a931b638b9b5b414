import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

import type { Provider } from "ethers";

import { OnusError } from "../errors/onus-error.js";
import { deployOnus, planDeployment } from "./deploy-onus.js";
import type { DeployJob, DeploymentPlan } from "./deploy-onus.js";
import { fileJournal } from "./deployment-journal.js";
import { deploymentPath, readDeployment, writeDeployment } from "./deployment.js";
import type { Deployment } from "./deployment.js";

/** A job whose journal and address file stand in the directory of its chain. */
export type RecordedJob = Omit<DeployJob, "journal" | "known" | "searches"> & {
  /** Where the directories of all chains are; `deploy/deployments` when absent. */
  readonly root?: string | undefined;
  /** Leave what was made before, and make another one. */
  readonly fresh?: boolean;
};

/** What `deployInDirectory` would send. Changes nothing, on the chain or on disk. */
export async function planInDirectory(job: RecordedJob): Promise<DeploymentPlan> {
  const place = placeOf(job);
  if (job.fresh === true) return planDeployment({ ...job, journal: nothingKept, known: undefined });
  const known = await fileOf(job, place.addresses);
  return planDeployment({ ...job, journal: fileJournal(place.journal), known, searches: true });
}

/**
 * Deploys, or goes on where an interrupted deployment to the same chain stopped, and writes the address file once the
 * deployment is whole. Until then there is none, so nobody reads half a deployment.
 */
export async function deployInDirectory(
  job: RecordedJob,
): Promise<{ readonly deployment: Deployment; readonly writtenTo: string }> {
  const place = placeOf(job);
  await planInDirectory(job);
  const release = takeLock(place.lock);
  try {
    if (job.fresh === true) setAside(place.journal, place.addresses);
    const known = await fileOf(job, place.addresses);
    // Its chain is no more: whoever read it would talk to nobody.
    if (known === undefined && existsSync(place.addresses)) setAside(place.addresses);
    const journal = fileJournal(place.journal);
    const deployment = await deployOnus({ ...job, journal, known, searches: job.fresh !== true });
    const writtenTo = writeDeployment(deployment, place.addresses);
    return { deployment, writtenTo };
  } finally {
    release();
  }
}

const nothingKept = { read: () => undefined, write: () => undefined };

function placeOf({ preset, root }: RecordedJob): { journal: string; addresses: string; lock: string } {
  const addresses = deploymentPath(preset.parameters.chainId, root);
  const directory = dirname(addresses);
  return { addresses, journal: join(directory, "journal.json"), lock: join(directory, "lock") };
}

/** What the address file says, unless nothing stands there. */
async function fileOf({ runner, preset }: RecordedJob, path: string): Promise<Deployment | undefined> {
  if (!existsSync(path)) return undefined;
  const known = readDeployment(preset.parameters.chainId, path);
  return (await (runner.provider as Provider).getCode(known.onus)) === "0x" ? undefined : known;
}

/** Gives files names that nothing reads: addresses.json → addresses.old-1.json. */
function setAside(...paths: readonly string[]): void {
  for (const path of paths.filter((each) => existsSync(each))) {
    for (let number = 1; ; number++) {
      const old = path.replace(/\.json$/, `.old-${number}.json`);
      if (existsSync(old)) continue;
      renameSync(path, old);
      break;
    }
  }
}

/** Two processes would each find a place for the same transaction. A lock whose owner is gone is taken over. */
function takeLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      const file = openSync(path, "wx");
      writeSync(file, `${process.pid}\n`);
      closeSync(file);
      return () => {
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const pid = Number(readFileSync(path, "utf8"));
      if (pid !== process.pid && isRunning(pid)) throw new OnusError("DEPLOYMENT_RUNNING", { pid, path });
      rmSync(path, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  // Written a moment after the file was made: an empty one belongs to a process that was ended in between.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
