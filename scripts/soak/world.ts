import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { HDNodeWallet, JsonRpcProvider, Mnemonic, Network } from "ethers";
import { network } from "hardhat";

import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { deploymentPath, writeDeployment } from "../../src/chain/deployment.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { send } from "../../src/chain/send.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitArtifact } from "../../src/trace/commit-artifact.js";
import { importCached } from "../../src/store/import-cache.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { startAnvil } from "../../test/support/anvil.js";
import { deployOnus, parametersOf } from "../support/deploy-onus.js";
import { ocrModels } from "../support/ocr-models.js";

/** Accounts of the node, by their number. */
export const ACCOUNTS = { publisher: 1, requester: 2, watchtower: 3, honest: 4, firstTwin: 5 } as const;
const ACCOUNT_COUNT = 40;

/** Scaled clocks: long enough for a program that is killed and started again on a busy machine. */
const CLOCKS = {
  work: asSeconds(30n),
  minWindow: asSeconds(90n),
  clock: asSeconds(60n),
  clockExtension: asSeconds(10n),
  proofTime: asSeconds(60n),
  exitDelay: asSeconds(600n),
};

const STAKE = parseWei("20 ether");
const MNEMONIC = Mnemonic.fromPhrase("test test test test test test test test test test test junk");

/** A chain with a block each second, a deployment on it, and the classifier, published. */
export type World = {
  readonly rpc: string;
  readonly directory: string;
  /** The deployment's file of addresses. */
  readonly addresses: string;
  /** The model's .onus file. */
  readonly artifact: string;
  readonly committed: CommittedArtifact;
  readonly modelId: Bytes32;
  readonly provider: JsonRpcProvider;
  keyOf(account: number): string;
  addressOf(account: number): Address;
  contractsAs(account: number): Contracts;
  /** Registers an account as an operator with a stake. */
  register(account: number, endpoint: string): Promise<void>;
  /** Replaces the last blocks by empty ones: what they held never happened. */
  reorg(depth: number): Promise<void>;
  close(): Promise<void>;
};

export async function makeWorld(): Promise<World> {
  const chainId = 31_337;
  rmSync(dirname(deploymentPath(chainId)), { recursive: true, force: true });
  // Deployed at once, and with a block each second from then on.
  const anvil = await startAnvil({ chainId, accounts: ACCOUNT_COUNT });
  const directory = mkdtempSync(join(tmpdir(), "onus-soak-"));
  const connection = await network.create({ network: "anvil", override: { url: anvil.url } });
  const deployment = await deployOnus(connection, { ...parametersOf(chainId), ...CLOCKS, chainId });
  const addresses = writeDeployment(deployment, join(directory, "addresses.json"));

  const { bytes, shape } = ocrModels.classifier;
  const { artifact: model, metadata } = await importCached(bytes(), {
    shapes: { x: shape },
    evaluate: evaluateOnce,
  });
  const committed = commitArtifact(model);
  const artifact = join(directory, "classifier.onus");
  writeFileSync(artifact, encodeArtifactFile({ artifact: model, metadata }));

  const static_ = Network.from(chainId);
  const provider = new JsonRpcProvider(anvil.url, static_, { staticNetwork: static_, cacheTimeout: -1 });
  provider.pollingInterval = 500;
  const wallets = Array.from({ length: ACCOUNT_COUNT }, (_, account) =>
    HDNodeWallet.fromMnemonic(MNEMONIC, `m/44'/60'/0'/0/${account}`).connect(provider),
  );
  const walletOf = (account: number) => {
    const wallet = wallets[account];
    if (wallet === undefined) throw new RangeError(`the chain has ${ACCOUNT_COUNT} accounts, not ${account}`);
    return wallet;
  };
  const contractsAs = (account: number): Contracts => connectContracts(deployment, walletOf(account));
  const addressOf = (account: number): Address => parseAddress(walletOf(account).address);
  const { modelId } = await publishModel({
    contracts: contractsAs(ACCOUNTS.publisher),
    publisher: addressOf(ACCOUNTS.publisher),
    committed,
  });
  await provider.send("evm_setIntervalMining", [1]);

  return {
    ...{ rpc: anvil.url, directory, addresses, artifact, committed, modelId, provider },
    keyOf: (account) => walletOf(account).privateKey,
    ...{ addressOf, contractsAs },
    register: async (account, endpoint) => {
      const contracts = contractsAs(account);
      await send("token.deposit", contracts.token.getFunction("deposit")({ value: STAKE }));
      await registerOperator({ contracts, operator: addressOf(account), endpoint, stake: STAKE });
    },
    reorg: async (depth) => {
      await provider.send("anvil_reorg", [depth, []]);
    },
    close: async () => {
      provider.destroy();
      await connection.close();
      await anvil.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
