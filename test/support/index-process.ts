import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import type { Status } from "../../src/audit/api-types.js";

/** `onus index start` as a process of its own. */
export type IndexProcess = {
  readonly url: string;
  /** Waits until it has read this block. */
  readonly reaches: (block: number, hash: string) => Promise<void>;
  /** kill -9 */
  readonly kill: () => Promise<void>;
};

/** Longest wait for a block, in milliseconds: other tests may keep the machine busy. */
const LONGEST = 60_000;

export async function startIndexProcess(at: {
  readonly rpc: string;
  readonly addresses: string;
  readonly db: string;
  readonly options?: readonly string[];
}): Promise<IndexProcess> {
  const where = ["--rpc", at.rpc, "--deployment", at.addresses];
  const child = spawn(
    process.execPath,
    [
      "--import",
      "tsx",
      "src/cli/main.ts",
      "index",
      "start",
      ...where,
      "--db",
      at.db,
      "--port",
      "0",
      ...(at.options ?? []),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr! }).on("line", (text) => {
      said.push(text);
      const line = text.startsWith("{") ? (JSON.parse(text) as { msg?: string; url?: string }) : {};
      if (line.msg === "indexing") resolve(String(line.url));
    });
    void ended.then(() => reject(new Error(`the index ended:\n${said.join("\n")}`)));
  });
  const reaches = async (block: number, hash: string): Promise<void> => {
    for (const end = Date.now() + LONGEST; Date.now() < end; await sleep(50)) {
      const { indexed } = (await (await fetch(`${url}/v1/status`)).json()) as Status;
      if (indexed !== undefined && indexed.number === block && indexed.hash === hash) return;
    }
    throw new Error(`the index did not reach block ${block}:\n${said.join("\n")}`);
  };
  return {
    url,
    reaches,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
