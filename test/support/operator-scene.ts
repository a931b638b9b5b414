import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { HDNodeWallet, Mnemonic, toBeHex, toQuantity } from "ethers";
import { network } from "hardhat";

import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { deploymentPath, writeDeployment } from "../../src/chain/deployment.js";
import { openChain } from "../../src/chain/open-account.js";
import type { Parameters as ChainParameters } from "../../src/chain/parameters.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { parseOperatorConfig } from "../../src/operator/config.js";
import type { Alter } from "../../src/operator/engine/run-models.js";
import { addRoutes } from "../../src/operator/http/add-routes.js";
import type { InferenceRequest } from "../../src/operator/inference-request.js";
import { openOperatorNode } from "../../src/operator/open-node.js";
import type { OperatorNode } from "../../src/operator/open-node.js";
import { defineOperatorMetrics } from "../../src/operator/operator-metrics.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import { createHealthApp } from "../../src/service/health.js";
import { openLog } from "../../src/service/log.js";
import { openMetrics } from "../../src/service/metrics.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { startAnvil } from "./anvil.js";
import { deployedProtocol } from "./deployed.js";
import { randomKernel } from "./kernel-generator.js";
import { modelAround } from "./single-kernel.js";

const METADATA = { importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {}, kernelNames: [] };

/** Of the node's well-known accounts. */
export const OPERATOR_ACCOUNT = 2;

const made = randomKernel(9);
/** A model of two kernels, and what it gives for one input. */
export const sceneModel = modelAround(made, made.data.length, 1);
export const sceneInputs = sceneModel.trace.run.tensors.slice(0, sceneModel.committed.artifact.inputs.length);

/** What a configuration is in a test, where it is not named. */
export type SceneWishes = {
  readonly model?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
};

/** A key that the node holds no unlocked account for need not be: these are the node's own well-known keys. */
export function walletOf(account: number): HDNodeWallet {
  const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
  return HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${account}`);
}

/** A deployment on a node process, one published model, and an operator with its files; time is the test's. */
export async function operatorScene(
  chainId: number,
  {
    committed = sceneModel.committed,
    parameters = {},
  }: { committed?: CommittedArtifact; parameters?: Partial<ChainParameters> } = {},
) {
  rmSync(dirname(deploymentPath(chainId)), { recursive: true, force: true });
  const anvil = await startAnvil({ chainId });
  const connection = await network.create({ network: "anvil", override: { url: anvil.url } });
  const deployed = await deployedProtocol(connection, chainId, parameters);
  const { publisher, deployment } = deployed;
  const { modelId } = await publishModel({
    ...{ contracts: publisher.contracts, publisher: publisher.address, committed },
  });
  const directory = mkdtempSync(join(tmpdir(), "onus-operator-"));
  const artifact = join(directory, "model.onus");
  writeFileSync(artifact, encodeArtifactFile({ artifact: committed.artifact, metadata: METADATA }));
  const addresses = writeDeployment(deployment, join(directory, "addresses.json"));
  const { provider } = await openChain({ url: anvil.url, name: "anvil" });
  const contractsAs = (account: number): Contracts =>
    connectContracts(deployment, walletOf(account).connect(provider));

  const rpc = async (method: string, ...parameters: unknown[]): Promise<void> => {
    await provider.send(method, parameters);
  };
  const configText = ({ model = {}, limits = {}, config = {} }: SceneWishes = {}): string =>
    JSON.stringify({
      directory: "node",
      models: [
        {
          ...{ modelId, artifact, liability: "0.01 ether", maxRecords: 4 },
          ...{ window: "60s", inclusion: "60s", closeAfter: "10s", ...model },
        },
      ],
      limits: { openLiability: "1 ether", gasPrice: "1000 gwei", chainAge: "1h", ...limits },
      ...{ submitMargin: "5s", confirmations: 1, poll: "1s", statementTime: "1s", ...config },
    });
  const open: OperatorNode[] = [];

  return {
    ...{ anvil, connection, deployed, modelId, directory, addresses, provider, contractsAs, configText, rpc },
    /** Passes time, and makes a block. */
    pass: async (seconds: number): Promise<void> => {
      await rpc("evm_increaseTime", seconds);
      await rpc("evm_mine");
    },
    mine: (blocks: number) => rpc("anvil_mine", toQuantity(blocks)),
    reorg: (depth: number) => rpc("anvil_reorg", depth, []),
    /** One life of the node, without server and clock. */
    openNode: async (
      wishes: SceneWishes & { alter?: Alter; account?: number } = {},
    ): Promise<OperatorNode> => {
      const path = join(directory, "operator.json");
      const node = await openOperatorNode({
        contracts: contractsAs(wishes.account ?? OPERATOR_ACCOUNT),
        config: parseOperatorConfig(configText(wishes), path),
        ...{ path, log: await openLog({ name: "operator", level: "error", to: { write: () => undefined } }) },
        metrics: defineOperatorMetrics(await openMetrics("operator")),
        ...(wishes.alter && { alter: wishes.alter }),
      });
      open.push(node);
      return node;
    },
    /** What it serves, without a port. */
    appOf: async (node: OperatorNode) => {
      const metrics = await openMetrics("operator");
      const app = await createHealthApp({ metrics, checks: {} });
      const { desk, archive, models, terms } = node;
      const failures: unknown[] = [];
      const fail = (error: unknown) => failures.push(error);
      addRoutes(app, { desk, archive, models, terms, mostArriving: () => 64, fail });
      return { request: (...given: Parameters<typeof app.request>) => app.request(...given), failures };
    },
    stop: async (): Promise<void> => {
      for (const node of open) await node.stop().catch(() => undefined);
      provider.destroy();
      await anvil.stop();
      rmSync(directory, { recursive: true });
      rmSync(dirname(deploymentPath(chainId)), { recursive: true, force: true });
    },
  };
}

export type OperatorScene = Awaited<ReturnType<typeof operatorScene>>;

/** Equal inputs are other requests by their salt. */
export function requestNumber(salt: number, requester = walletOf(4).address): InferenceRequest {
  return {
    requester: requester as InferenceRequest["requester"],
    salt: asBytes32(toBeHex(salt, 32)) as Bytes32,
    inputs: sceneInputs,
    parents: [],
  };
}

/** Looks at the chain and does what there is to do, until all of it is done. */
export async function stepAndSettle(node: OperatorNode): Promise<void> {
  await node.step();
  await node.settle();
  await node.step();
  await node.settle();
}
