import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { getCreateAddress, JsonRpcProvider } from "ethers";

import { WrappedEther__factory } from "../../typechain-types/index.js";
import { IOnus__factory } from "../../typechain-types/index.js";

/** The first account of every anvil, unlocked. */
export const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** How a process ended, and what it said. */
export type Ended = {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Starts `onus …` as a process of its own, in a directory, without settings of ours. */
export function startOnus(
  directory: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const options = ["--import", import.meta.resolve("tsx"), main, ...args];
  const env = { PATH: process.env["PATH"], HOME: directory, ...settings };
  const child = spawn(process.execPath, options, {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (status, signal) => resolve({ status, signal, ...said })),
  );
  return { child, ended };
}

export const runOnus = (...given: Parameters<typeof startOnus>): Promise<Ended> => startOnus(...given).ended;

export async function rpc(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** Puts the code of a wrapped ether where the stake token of a public chain stands. */
export async function placeToken(url: string, at: string): Promise<void> {
  const code = await rpc(url, "eth_call", [{ data: WrappedEther__factory.bytecode }, "latest"]);
  await rpc(url, "anvil_setCode", [at, code]);
  // The names of an ERC-20 of OpenZeppelin's stand in its storage: short strings, left-aligned, with twice their length.
  const short = (text: string): string =>
    `0x${Buffer.from(text).toString("hex").padEnd(62, "0")}${(2 * text.length).toString(16).padStart(2, "0")}`;
  await rpc(url, "anvil_setStorageAt", [at, `0x${"3".padStart(64, "0")}`, short("Wrapped Ether")]);
  await rpc(url, "anvil_setStorageAt", [at, `0x${"4".padStart(64, "0")}`, short("WETH")]);
}

/** Everything an account created: where it stands, and whether it is an Onus. */
export async function creationsOf(
  url: string,
  from = DEPLOYER,
): Promise<{ readonly sent: number; readonly creations: readonly { at: string; isOnus: boolean }[] }> {
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true });
  try {
    const sent = await provider.getTransactionCount(from);
    const creations = [];
    for (let nonce = 0; nonce < sent; nonce++) {
      const at = getCreateAddress({ from, nonce });
      if ((await provider.getCode(at)) === "0x") continue;
      const isOnus = await IOnus__factory.connect(at, provider)
        .partCount()
        .then(
          () => true,
          () => false,
        );
      creations.push({ at, isOnus });
    }
    return { sent, creations };
  } finally {
    provider.destroy();
  }
}
