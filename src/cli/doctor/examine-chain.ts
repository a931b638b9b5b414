import { FetchRequest } from "ethers";

import { checkParts } from "../../chain/check-parts.js";
import type { PartState } from "../../chain/check-parts.js";
import { connectContracts } from "../../chain/contracts.js";
import type { Contracts } from "../../chain/contracts.js";
import { deploymentPath, readDeployment } from "../../chain/deployment.js";
import type { OpenChain } from "../../chain/open-account.js";
import type { Where } from "../options.js";
import type { Finding } from "./finding.js";
import { fail, failBy, ok, warn } from "./finding.js";
import { judgeClock } from "./judge.js";

/** Milliseconds in a second. */
const SECOND = 1_000;

/** The node's clock and its newest block. */
export async function examineClock({ provider }: OpenChain): Promise<readonly Finding[]> {
  const [block, syncing, node] = await Promise.all([
    provider.getBlock("latest"),
    // Some endpoints do not say.
    provider.send("eth_syncing", []).catch(() => false) as Promise<unknown>,
    nodeSeconds(provider._getConnection()),
  ]);
  const machine = Math.floor(Date.now() / SECOND);
  return judgeClock({
    ...{ block: block?.timestamp ?? 0, machine, isSyncing: syncing !== false && syncing !== null },
    ...(node === undefined ? {} : { node }),
  });
}

/** The time in the head of an HTTP answer, in unix seconds; undefined where there is none. */
async function nodeSeconds(connection: FetchRequest): Promise<number | undefined> {
  const request = new FetchRequest(connection.url);
  request.body = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
  const response = await request.send().catch(() => undefined);
  const date = Date.parse(response?.headers["date"] ?? "");
  return Number.isNaN(date) ? undefined : Math.floor(date / SECOND);
}

/** The address file, and every part that it names. */
export async function examineDeployment(
  chain: OpenChain,
  { deployment: file }: Where,
): Promise<{ readonly findings: readonly Finding[]; readonly contracts?: Contracts }> {
  try {
    const path = file ?? deploymentPath(chain.chainId);
    const deployment = readDeployment(chain.chainId, path);
    const contracts = connectContracts(deployment, chain.provider);
    const read = ok("deployment", `Onus at ${deployment.onus}, from ${path}`);
    const parts = judgeParts(await checkParts(contracts));
    const stands = parts.every(({ level }) => level !== "fail");
    return { findings: [read, ...parts], ...(stands && { contracts }) };
  } catch (error) {
    return { findings: [failBy("deployment", error)] };
  }
}

function judgeParts(parts: readonly PartState[]): readonly Finding[] {
  const found = parts.flatMap(({ name, address, state }): Finding[] => {
    const check = `part ${name}`;
    const other = "check the address file against whoever deployed; name another one with --deployment FILE";
    switch (state) {
      case "stands":
      case "absent":
        return [];
      case "not-onus":
        return [fail(check, `the address of Onus does not answer what stands at ${address}`, other)];
      case "elsewhere":
        return [fail(check, `Onus has it at another address than ${address}`, other)];
      case "missing":
        return [
          fail(
            check,
            `no code stands at ${address}`,
            "finish the deployment: `onus deploy` again, with the same network",
          ),
        ];
      case "other-code":
        return [
          warn(
            check,
            `it was created from other code than this release's`,
            "use the release of onus that it was deployed with",
          ),
        ];
    }
  });
  const standing = parts.filter(({ state }) => state === "stands").length;
  return found.length > 0 ? found : [ok("parts", `${standing} parts stand, from this release's code`)];
}
