import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import type { Status } from "../../src/audit/api-types.js";
import type { Deployment } from "../../src/chain/deployment.js";

/** Looks for the height of the index, and milliseconds between two of them. */
const MOST_LOOKS = 1_200;
const LOOK_EVERY = 100;

export type RunningIndexer = {
  readonly url: string;
  /** Waits until a block was read. */
  readonly reaches: (block: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** At once, when the process exits. */
  readonly kill: () => void;
};

/** Starts an index of a deployment in a process of its own, with its database below `directory`. */
export async function startIndexer(given: {
  readonly rpc: string;
  readonly deployment: Deployment;
  readonly directory: string;
  /** Ends it while it starts. */
  readonly signal?: AbortSignal;
}): Promise<RunningIndexer> {
  const { rpc, deployment, directory, signal } = given;
  const addresses = join(directory, "addresses.json");
  writeFileSync(addresses, JSON.stringify(deployment));
  const script = join(import.meta.dirname, "indexer.ts");
  const args = ["--import", "tsx", script, addresses, rpc, join(directory, "index.sqlite")];
  // Signals of the terminal reach the whole group: the index ends when it is told to, not before.
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = (): void => void child.kill("SIGTERM");
  signal?.addEventListener("abort", end, { once: true });
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      const found = /"url":"(http[^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`the index ended:\n${said.slice(-10).join("\n")}`)));
  });
  signal?.removeEventListener("abort", end);
  return {
    url,
    async reaches(block) {
      for (let looks = 0; looks < MOST_LOOKS; looks++) {
        signal?.throwIfAborted();
        const status = (await (await fetch(`${url}/v1/status`)).json()) as Status;
        if ((status.indexed?.number ?? -1) >= block) return;
        await sleep(LOOK_EVERY);
      }
      throw new Error(`the index did not reach block ${block}`);
    },
    kill: () => void child.kill("SIGKILL"),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
