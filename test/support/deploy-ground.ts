import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JsonRpcProvider, JsonRpcSigner } from "ethers";

import type { RecordedJob } from "../../src/chain/deploy-in-directory.js";
import { deploymentPath } from "../../src/chain/deployment.js";
import { readParameters } from "../../src/chain/parameters.js";
import type { Parameters } from "../../src/chain/parameters.js";
import { parseAddress } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import { startAnvil } from "./anvil.js";
import type { AnvilOptions } from "./anvil.js";
import { DEPLOYER, rpc } from "./deploy-process.js";

/** A node of its own, a directory for what a deployment writes, and jobs for both. */
export async function deployGround(options: AnvilOptions = {}) {
  const chainId = 31_790;
  const node = await startAnvil({ chainId, ...options });
  const provider = new JsonRpcProvider(node.url, undefined, { staticNetwork: true, cacheTimeout: -1 });
  const root = mkdtempSync(join(tmpdir(), "onus-deploy-"));
  const parameters: Parameters = { ...readParameters("deploy/parameters/local.json"), chainId };
  const job = (changed: Partial<Parameters> = {}, more: Partial<RecordedJob> = {}): RecordedJob => ({
    runner: new JsonRpcSigner(provider, more.account ?? DEPLOYER),
    account: parseAddress(DEPLOYER),
    preset: { path: "preset.json", parameters: { ...parameters, ...changed } },
    root,
    patience: asSeconds(1n),
    ...more,
  });
  const addresses = deploymentPath(chainId, root);
  return {
    ...{ node, provider, root, parameters, job, addresses, journal: join(addresses, "..", "journal.json") },
    ask: (method: string, ...params: unknown[]) => rpc(node.url, method, params),
    /** Transactions of the deployer in blocks. */
    sent: () => provider.getTransactionCount(DEPLOYER),
    stop: async () => {
      provider.destroy();
      await node.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type DeployGround = Awaited<ReturnType<typeof deployGround>>;
