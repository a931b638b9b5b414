import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";
import { keccak256 } from "ethers";
import { artifacts, network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { onusCreationCode, partCreationCode, tokenCreationCode } from "../../src/chain/creation-code.js";
import { mostGasOf, stepsLeft } from "../../src/chain/deployment-steps.js";
import { PARTS } from "../../src/chain/parts.js";
import { deployOnus } from "../../scripts/support/deploy-onus.js";
import {
  deploymentPath,
  readDeployment,
  writeDeployment,
  type Deployment,
} from "../../src/chain/deployment.js";
import { readParameters } from "../../src/chain/parameters.js";
import { ZERO_ADDRESS } from "../../src/types/address.js";
import { hasAnvil, startAnvil, type Anvil } from "../support/anvil.js";
import { startFragileProxy } from "../support/fragile-proxy.js";

const GAS_CAP = 16_777_216n;
const CODE_CAP = 24_576;
const local = readParameters("deploy/parameters/local.json");

/** Every part stands, knows the others, and no transaction on the way there broke a cap. */
async function checkDeployment(connection: NetworkConnection, made: Deployment): Promise<void> {
  const { ethers } = connection;
  const onus = await ethers.getContractAt("Onus", made.onus);
  expect(await onus.nextPart()).to.equal(await onus.partCount());
  const book = await ethers.getContractAt("ClaimBook", made.claimBook);
  expect(await book.referee()).to.equal(made.referee);
  expect(await book.operatorRegistry()).to.equal(made.operatorRegistry);
  const { onus: _, chainId: __, fromBlock, ...places } = made;
  const parts = Object.entries(places).filter(([, part]) => part !== ZERO_ADDRESS);
  expect(parts.length, "the token and the parts of this release").to.equal(1 + PARTS.length);
  for (const [name, part] of parts) {
    const bytes = ((await ethers.provider.getCode(part)).length - 2) / 2;
    expect(bytes, name)
      .to.be.greaterThan(0)
      .and.to.be.lessThan(CODE_CAP + 1);
  }
  let transactions = 0;
  for (let height = fromBlock; height <= (await ethers.provider.getBlockNumber()); height++) {
    for (const hash of (await ethers.provider.getBlock(height))?.transactions ?? []) {
      const receipt = await ethers.provider.getTransactionReceipt(hash);
      expect(receipt!.gasUsed <= GAS_CAP, `${hash} used ${receipt!.gasUsed} gas`).to.equal(true);
      transactions++;
    }
  }
  expect(transactions).to.be.greaterThan(6);
}

describe("Deployment in process", () => {
  it("stands whole, and no transaction exceeds the gas cap", async () => {
    const connection = await network.create();
    await checkDeployment(connection, await deployOnus(connection, local));
  });

  it("is made of the code that the contracts here compile to", async () => {
    const compiled = async (name: string) => (await artifacts.readArtifact(name)).bytecode;
    for (const name of PARTS) {
      expect(keccak256(partCreationCode[name]), name).to.equal(keccak256(await compiled(name)));
    }
    expect(keccak256(tokenCreationCode)).to.equal(keccak256(await compiled("WrappedEther")));
    expect(onusCreationCode(local, ZERO_ADDRESS).startsWith(await compiled("Onus"))).to.equal(true);
  });

  it("uses no more gas for a step than its plan says", async () => {
    const connection = await network.create();
    const { ethers } = connection;
    const planned = stepsLeft(local, { token: undefined, onus: undefined, nextPart: 0 });
    await deployOnus(connection, local);
    for (const [number, step] of planned.entries()) {
      const [hash] = (await ethers.provider.getBlock(number + 1))!.transactions;
      const { gasUsed } = (await ethers.provider.getTransactionReceipt(hash!))!;
      expect(gasUsed <= mostGasOf(step), `${step.name}: ${gasUsed} of ${mostGasOf(step)}`).to.equal(true);
    }
  });

  it("is written to one file and read from it", async () => {
    const connection = await network.create();
    const made = await deployOnus(connection, local);
    const directory = mkdtempSync(join(tmpdir(), "onus-deployment-"));
    try {
      const path = writeDeployment(made, join(directory, "chain-31337", "addresses.json"));
      expect(readDeployment(31_337, path)).to.deep.equal(made);
      expect(() => readDeployment(1, path))
        .to.throw()
        .with.property("code", "WRONG_CHAIN");
      expect(() => readDeployment(1, join(directory, "none")))
        .to.throw()
        .with.property("code", "NOT_DEPLOYED");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  for (const file of readdirSync("deploy/parameters")) {
    it(`keeps every rule of time with ${file}`, async () => {
      const connection = await network.create();
      const parameters = readParameters(`deploy/parameters/${file}`);
      const made = await deployOnus(connection, { ...parameters, chainId: 31_337, token: "local" });
      const onus = await connection.ethers.getContractAt("Onus", made.onus);
      const { minWindow, clock, clockExtension, proofTime } = parameters;
      expect(await onus.hardEnd()).to.equal(minWindow + 2n * clock + 32n * clockExtension + proofTime);
    });
  }

  it("refuses parameters of another chain", async () => {
    const connection = await network.create();
    const failure = await deployOnus(connection, { ...local, chainId: 1 }).catch((error: unknown) => error);
    expect(failure).to.have.property("code", "WRONG_CHAIN");
  });

  it("is refused by a chain without CLZ", async () => {
    const connection = await network.create({ override: { hardfork: "prague" } });
    const failure = await deployOnus(connection, local).catch((error: unknown) => error);
    expect(failure).to.have.property("code", "CLZ_MISSING");
    const [deployer] = await connection.ethers.getSigners();
    expect(await connection.ethers.provider.getTransactionCount(deployer!.address), "sent").to.equal(0);
  });
});

describe("Deployment on a node process", function () {
  const CHAIN = 31_339;
  const parameters = { ...local, chainId: CHAIN };
  const journal = dirname(deploymentPath(CHAIN));
  let node: Anvil;

  before(async function () {
    if (!hasAnvil) return this.skip();
    rmSync(journal, { recursive: true, force: true });
    node = await startAnvil({ chainId: CHAIN });
  });

  after(async () => {
    await node?.stop();
    rmSync(journal, { recursive: true, force: true });
  });

  it("goes on where the line was cut, and stands whole", async () => {
    const proxy = await startFragileProxy(node.url, 4);
    try {
      const connection = await network.create({ network: "anvil", override: { url: proxy.url } });
      expect(await failureOf(deployOnus(connection, parameters))).to.not.equal("");
      expect(existsSync(journal)).to.equal(true);
      const height = await heightOf(node.url);
      expect(height).to.be.greaterThan(1);

      proxy.allow = 100;
      const again = await network.create({ network: "anvil", override: { url: proxy.url } });
      const made = await deployOnus(again, parameters);
      await checkDeployment(again, made);
      // Of token, Onus and parts the first four stand, and are not repeated.
      expect(100 - proxy.allow).to.equal(2 + PARTS.length - 4);

      const sent = proxy.allow;
      expect(await deployOnus(again, parameters)).to.deep.equal(made);
      expect(proxy.allow, "a third run sends nothing").to.equal(sent);
    } finally {
      await proxy.close();
    }
  });
});

/** What a failing promise says, its causes included; "" when it does not fail. */
async function failureOf(attempt: Promise<unknown>): Promise<string> {
  const told: string[] = [];
  let error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  for (; error instanceof Error; error = error.cause) told.push(error.message);
  return told.join("\n");
}

async function heightOf(url: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
  const answer = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  return Number(((await answer.json()) as { result: string }).result);
}
