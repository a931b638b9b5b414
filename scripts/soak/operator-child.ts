/**
 * The operator node of the soak, in a process of its own: the program that `onus operator start` starts, with its key from
 * the environment. A list of requests in ONUS_SOAK_LIES makes it a twin that answers those with a wrong number.
 */
import { existsSync, readFileSync } from "node:fs";

import { connectContracts } from "../../src/chain/contracts.js";
import { readDeployment } from "../../src/chain/deployment.js";
import { openAccount, openChain } from "../../src/chain/open-account.js";
import { readOperatorConfig } from "../../src/operator/config.js";
import type { Alter } from "../../src/operator/engine/run-models.js";
import { startOperator } from "../../src/operator/start-operator.js";
import { openLog } from "../../src/service/log.js";
import { runDaemon } from "../../src/service/run-daemon.js";
import { environment } from "./environment.js";

const path = environment("ONUS_SOAK_CONFIG");
const deployment = readDeployment(31_337, environment("ONUS_SOAK_ADDRESSES"));
const chain = await openChain({ url: environment("ONUS_SOAK_RPC"), name: "anvil" });
const { signer } = await openAccount(chain, { kind: "key", key: environment("ONUS_KEY"), name: "ONUS_KEY" });
const lies = process.env["ONUS_SOAK_LIES"];

/** Adds an eighth to the first number of the first output: the label may stay, the element is wrong. */
const lie: Alter = (requestId, outputs) => {
  const requests =
    lies !== undefined && existsSync(lies) ? (JSON.parse(readFileSync(lies, "utf8")) as string[]) : [];
  if (!requests.includes(requestId)) return outputs;
  const [first, ...rest] = outputs;
  const wrong = (first as Float32Array).slice();
  wrong[0] = (wrong[0] as number) + 0.125;
  return [wrong, ...rest];
};

const log = await openLog({ name: "operator" });
await runDaemon({
  log,
  run: (signal) =>
    startOperator({
      ...{
        contracts: connectContracts(deployment, signer),
        config: readOperatorConfig(path),
        path,
        log,
        signal,
      },
      ...(lies !== undefined && { alter: lie }),
    }),
});
