import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { CALL_GAS, type Send } from "./arithmetic-harness.js";

export interface NodeProcess {
  readonly send: Send;
  readonly stop: () => void;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as { port: number };
  server.close();
  return address.port;
}

/** @returns a node process of its own on `osaka`, or undefined where the optional package is not installed. */
export async function startAnvil(): Promise<NodeProcess | undefined> {
  let binary: string;
  try {
    binary = join(
      dirname(createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/package.json")),
      "bin/anvil",
    );
  } catch {
    return undefined;
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = [
    "--port",
    String(port),
    "--hardfork",
    "osaka",
    "--gas-limit",
    CALL_GAS.toString(),
    "--silent",
  ];
  const child = spawn(binary, options, { stdio: "ignore" });
  process.once("exit", () => child.kill());
  const send: Send = async (method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  for (let attempt = 0; ; attempt++) {
    try {
      await send("eth_chainId", []);
      return { send, stop: () => child.kill() };
    } catch (reason) {
      if (attempt === 100) throw reason;
      await sleep(50);
    }
  }
}
