import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BINARY = new URL("../../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil", import.meta.url)
  .pathname;

/** The node's package is optional: there is none for other systems. */
export const hasAnvil = existsSync(BINARY);

export interface Anvil {
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** Ends it without waiting: for a process that exits. */
  readonly kill: () => void;
}

export type AnvilOptions = {
  readonly chainId?: number;
  readonly callGas?: bigint;
  readonly hardfork?: string;
  /** Seconds between two blocks; absent: each transaction makes one at once. */
  readonly blockTime?: number;
  /** With money, of the well-known mnemonic; ten when absent. */
  readonly accounts?: number;
  /** Unix seconds of the first block; the machine's when absent. */
  readonly timestamp?: number;
  /** In a process group of its own, which signals of the terminal do not reach. */
  readonly detached?: boolean;
  /** States of so many blocks are kept, and none on disk; absent: some thousands. */
  readonly states?: number;
};

/**
 * Starts a node process of its own by default with the rules of osaka, with its cap on the gas of a transaction too;
 * with `callGas`, calls may use that much instead.
 */
export async function startAnvil({
  chainId = 31_337,
  callGas,
  hardfork = "osaka",
  blockTime,
  accounts,
  timestamp,
  detached = false,
  states,
}: AnvilOptions = {}): Promise<Anvil> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "onus-anvil-"));
  const output = join(directory, "output");
  // A file of its own: an orphan would keep a pipe of ours open.
  const file = openSync(output, "w");
  const options = [
    "--port",
    `${port}`,
    "--chain-id",
    `${chainId}`,
    "--hardfork",
    hardfork,
    ...(blockTime === undefined ? [] : ["--block-time", `${blockTime}`]),
    ...(accounts === undefined ? [] : ["--accounts", `${accounts}`]),
    ...(timestamp === undefined ? [] : ["--timestamp", `${timestamp}`]),
    ...(states === undefined ? [] : ["--prune-history", `${states}`]),
    ...(callGas === undefined ? ["--enable-tx-gas-limit"] : ["--gas-limit", `${callGas}`]),
  ];
  const child = spawn(BINARY, options, { stdio: ["ignore", file, file], detached });
  closeSync(file);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const kill = (): void => {
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  for (let waited = 0; waited < 10_000; waited += 20) {
    if (readFileSync(output, "utf8").includes("Listening on"))
      return { url: `http://127.0.0.1:${port}`, stop, kill };
    if (child.exitCode !== null) break;
    await sleep(20);
  }
  const said = readFileSync(output, "utf8");
  await stop();
  throw new Error(`anvil did not start:\n${said}`);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
