import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Address } from "../../src/types/address.js";
import { startChild } from "./child.js";
import type { Child } from "./child.js";
import { ACCOUNTS } from "./world.js";
import type { World } from "./world.js";

const here = import.meta.dirname;

export type OperatorParty = { readonly address: Address; readonly url: string; readonly child: Child };

/** Registers an operator with a stake, and starts its node. */
export async function openOperator(
  world: World,
  given: {
    readonly account: number;
    /** Of each claim, at most. */
    readonly records: number;
    /** File of the requests that it answers with a wrong number. */
    readonly lies?: string;
  },
): Promise<OperatorParty> {
  const { account, records, lies } = given;
  const name = lies === undefined ? "operator" : `twin-${account}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await world.register(account, url);
  const directory = join(world.directory, name);
  mkdirSync(directory);
  const config = join(directory, "operator.json");
  writeFileSync(
    config,
    JSON.stringify({
      directory: "node",
      listen: { host: "127.0.0.1", port },
      models: [
        {
          ...{
            modelId: world.modelId,
            artifact: world.artifact,
            liability: "0.01 ether",
            maxRecords: records,
          },
          ...{ window: "90s", inclusion: "120s", closeAfter: "4s" },
        },
      ],
      limits: { openLiability: "10 ether", gasPrice: "1000 gwei", chainAge: "60s" },
      // Reorganisations are five blocks deep, and blocks a second apart.
      ...{ submitMargin: "40s", confirmations: 6, poll: "1s", statementTime: "2s" },
    }),
  );
  const child = startChild({
    ...{ name, script: join(here, "operator-child.ts"), directory: world.directory },
    environment: {
      ...{ ONUS_SOAK_CONFIG: config, ONUS_SOAK_ADDRESSES: world.addresses, ONUS_SOAK_RPC: world.rpc },
      ...{ ONUS_KEY: world.keyOf(account), ...(lies !== undefined && { ONUS_SOAK_LIES: lies }) },
    },
  });
  await untilWell(url, child);
  return { address: world.addressOf(account), url, child };
}

/** Starts a watchtower that checks every claim on every model. */
export async function openWatchtower(world: World): Promise<Child> {
  const port = await freePort();
  const directory = join(world.directory, "watchtower");
  mkdirSync(directory);
  const child = startChild({
    ...{ name: "watchtower", script: "src/cli/main.ts", directory: world.directory },
    args: [
      ...["watch", "--rpc", world.rpc, "--deployment", world.addresses],
      ...["--directory", directory, "--listen", `127.0.0.1:${port}`],
      "--allow-private-endpoints",
      // The only one there is has nobody to wait for; reorganisations are five blocks deep.
      ...["--poll", "1s", "--spread", "0s", "--patience", "5s", "--confirmations", "6"],
    ],
    environment: { ONUS_KEY: world.keyOf(ACCOUNTS.watchtower) },
  });
  await untilWell(`http://127.0.0.1:${port}`, child);
  return child;
}

const LONGEST_START = 60_000;

async function untilWell(url: string, child: Child): Promise<void> {
  const end = performance.now() + LONGEST_START;
  for (;;) {
    const isWell = await fetch(`${url}/healthz`).then(
      () => true,
      () => false,
    );
    if (isWell) return;
    if (performance.now() > end) throw new Error(`${child.name} did not start:\n${child.said()}`);
    await sleep(200);
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
