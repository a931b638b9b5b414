import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { JsonRpcSigner } from "ethers";
import { network } from "hardhat";

import { deployOnus } from "../../scripts/support/deploy-onus.js";
import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { deploymentPath, writeDeployment } from "../../src/chain/deployment.js";
import type { Deployment } from "../../src/chain/deployment.js";
import { openChain } from "../../src/chain/open-account.js";
import type { OpenChain } from "../../src/chain/open-account.js";
import { readParameters } from "../../src/chain/parameters.js";
import { runCli } from "../../src/cli/run-cli.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { parseAddress } from "../../src/types/address.js";
import type { Address } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { startAnvil } from "./anvil.js";
import type { AnvilOptions } from "./anvil.js";
import { randomKernel } from "./kernel-generator.js";
import { modelAround } from "./single-kernel.js";

// A model of two kernels, so that there is little to compute.
const made = randomKernel(9);
export const tinyModel = modelAround(made, made.data.length, 1);
const { artifact } = tinyModel.committed;
const METADATA = { importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {}, kernelNames: [] };

/** How a command ended, and what it wrote. */
export type Ended = { readonly status: number; readonly out: string; readonly err: string };

/** Whatever a command prints. */
export type Json = ReturnType<typeof JSON.parse>;

/** A deployment on a node of its own, files of a tiny model, and the command line in this process. */
export type CliScene = {
  readonly url: string;
  readonly deployment: Deployment;
  readonly chain: OpenChain;
  /** Unlocked accounts of the node. */
  readonly accounts: readonly Address[];
  readonly file: (...names: string[]) => string;
  readonly inputs: readonly string[];
  /** As the account of this number. */
  readonly contractsOf: (account: number) => Contracts;
  /** Runs a command that needs no chain, or names one itself. */
  readonly plain: (...args: string[]) => Promise<Ended>;
  /** Runs a command against this node and deployment, as the account of this number. */
  readonly onus: (account: number, ...args: string[]) => Promise<Ended>;
  /** The same under --json; throws what it said unless it ended with 0. */
  readonly json: (account: number, ...args: string[]) => Promise<Json>;
  readonly passTime: (seconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** @param chainId of no other test, since tests run side by side and a deployment is kept by its chain */
export async function startCliScene(chainId: number, options: AnvilOptions = {}): Promise<CliScene> {
  const journal = dirname(deploymentPath(chainId));
  rmSync(journal, { recursive: true, force: true });
  const node = await startAnvil({ ...options, chainId });
  const directory = mkdtempSync(join(tmpdir(), "onus-cli-"));
  const file = (...names: string[]): string => join(directory, ...names);
  const connection = await network.create({ network: "anvil", override: { url: node.url } });
  // Clocks that do not run out while a busy machine computes; the tests pass time themselves.
  const slow = { clock: asSeconds(300n), clockExtension: asSeconds(60n), exitDelay: asSeconds(3_000n) };
  const local = readParameters("deploy/parameters/local.json");
  const deployment = await deployOnus(connection, { ...local, ...slow, chainId });
  writeDeployment(deployment, file("addresses.json"));
  writeFileSync(file("model.onus"), encodeArtifactFile({ artifact, metadata: METADATA }));
  const inputs = tinyModel.trace.run.tensors.slice(0, artifact.inputs.length).map((data, number) => {
    writeFileSync(file(`input-${number}.bin`), bytesOfTensor(data));
    return file(`input-${number}.bin`);
  });
  const chain = await openChain({ url: node.url, name: "the test's node" });
  const accounts = ((await chain.provider.send("eth_accounts", [])) as string[]).map((account) =>
    parseAddress(account),
  );
  const where = ["--rpc", node.url, "--deployment", file("addresses.json")];
  const onus = (account: number, ...args: string[]): Promise<Ended> => {
    const acts = !/^(claim (show|list)|(dispute|lineage|standing) show|model verify)/.test(args.join(" "));
    return runInProcess([...args, ...where, ...(acts ? ["--account", accounts[account] as string] : [])]);
  };
  return {
    ...{ url: node.url, deployment, chain, accounts, file, inputs, onus },
    contractsOf: (account) =>
      connectContracts(deployment, new JsonRpcSigner(chain.provider, accounts[account] as string)),
    plain: (...args) => runInProcess(args),
    json: async (account, ...args) => {
      const { status, out } = await onus(account, ...args, "--json");
      if (status !== 0) throw new Error(`onus ${args.join(" ")} ended with ${status}: ${out}`);
      return JSON.parse(out) as Json;
    },
    passTime: async (seconds) => {
      await chain.provider.send("evm_increaseTime", [seconds]);
      await chain.provider.send("evm_mine", []);
    },
    stop: async () => {
      chain.close();
      await connection.close();
      await node.stop();
      rmSync(directory, { recursive: true });
      rmSync(journal, { recursive: true, force: true });
    },
  };
}

/** The command line in this process, with streams that remember. */
export async function runInProcess(args: readonly string[]): Promise<Ended> {
  const written = { out: "", err: "" };
  const streams = {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
  };
  const status = await runCli(args, { streams });
  return { status, ...written };
}

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
