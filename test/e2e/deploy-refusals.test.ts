import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { expect } from "chai";
import type { ContractFactory } from "ethers";

import { deployInDirectory, planInDirectory } from "../../src/chain/deploy-in-directory.js";
import type { RecordedJob } from "../../src/chain/deploy-in-directory.js";
import { PARTS } from "../../src/chain/parts.js";
import { parseAddress } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { OddToken__factory, Stranger__factory } from "../../typechain-types/index.js";
import { hasAnvil } from "../support/anvil.js";
import { deployGround } from "../support/deploy-ground.js";
import type { DeployGround } from "../support/deploy-ground.js";
import { DEPLOYER, runOnus } from "../support/deploy-process.js";

const OTHER = parseAddress("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
const NOBODY = parseAddress("0x00000000000000000000000000000000000000AA");

/** The error a promise ends with: its code and its context. */
async function refusalOf(attempt: Promise<unknown>): Promise<{ code: string; context: object }> {
  const error: unknown = await attempt.then(
    () => ({ code: "none", context: {} }),
    (reason: unknown) => reason,
  );
  return error as { code: string; context: object };
}

describe("e2e: what a deployment refuses", function () {
  this.timeout(60_000);
  let ground: DeployGround;

  beforeEach(async function () {
    if (!hasAnvil) return this.skip();
    ground = await deployGround();
  });
  afterEach(() => ground?.stop());

  /** Planning and deploying refuse alike, and nothing is sent. */
  async function expectRefusal(job: RecordedJob, code: string, context: object): Promise<void> {
    const before = await ground.sent();
    for (const attempt of [planInDirectory, deployInDirectory]) {
      const refusal = await refusalOf(attempt(job));
      expect(refusal.code).to.equal(code);
      expect(refusal.context).to.deep.include(context);
    }
    expect(await ground.sent(), "sent").to.equal(before);
  }

  const made = async (factory: ContractFactory) => {
    const contract = await factory.connect(await ground.provider.getSigner(DEPLOYER)).deploy();
    await contract.waitForDeployment();
    return parseAddress(await contract.getAddress());
  };

  it("a preset of another chain", async () => {
    const found = { expected: 11_155_111, found: 31_790, path: "preset.json" };
    await expectRefusal(ground.job({ chainId: 11_155_111 }), "WRONG_CHAIN", found);
  });

  it("broken inequalities, all of them named with both values", async () => {
    const job = ground.job({ minWindow: asSeconds(9n), exitDelay: asSeconds(7n) });
    await expectRefusal(job, "RULES_BROKEN", { path: "preset.json" });
    const { message } = (await refusalOf(planInDirectory(job))) as unknown as Error;
    expect(message).to.contain("minWindow is 9 and must be at least 10 (inclusionDelay + work)");
    expect(message).to.contain("exitDelay is 7 and must be at least 239 (minWindow + 2 × clock");
  });

  it("a stake token without code", async () => {
    await expectRefusal(ground.job({ token: NOBODY }), "TOKEN_WITHOUT_CODE", {
      token: NOBODY,
      chainId: 31_790,
    });
  });

  it("a stake token with another symbol, unless that one is expected", async () => {
    const token = await made(new OddToken__factory());
    await expectRefusal(ground.job({ token }), "TOKEN_SYMBOL", {
      ...{ token, actual: "ODD", expected: "WETH" },
    });
    const { steps } = await planInDirectory(ground.job({ token, tokenSymbol: "ODD" }));
    expect(steps).to.have.length(1 + PARTS.length);
  });

  it("a contract that is no token", async () => {
    const token = await made(new Stranger__factory());
    await expectRefusal(ground.job({ token }), "TOKEN_SYMBOL", { actual: "nothing" });
  });

  it("a gas price above the limit", async () => {
    const job = ground.job({}, { mostGasPrice: asWei(5n) });
    await expectRefusal(job, "GAS_PRICE_OVER_LIMIT", { limit: 5n });
  });

  it("an account that cannot pay for what is left, with what it has and what it needs", async () => {
    await ground.ask("anvil_setBalance", DEPLOYER, "0x0");
    const { mostCost } = await planInDirectory(ground.job());
    const { code, context } = await refusalOf(deployInDirectory(ground.job()));
    expect(code).to.equal("FUNDS_MISSING");
    expect(context).to.deep.include({ account: DEPLOYER, actual: 0n });
    expect((context as { expected: bigint }).expected > mostCost / 2n).to.equal(true);
    expect(await ground.sent()).to.equal(0);
  });

  it("a chain whose blocks are too small, in the node's words", async () => {
    await ground.stop();
    ground = await deployGround({ callGas: 1_000_000n });
    const { code } = await refusalOf(deployInDirectory(ground.job()));
    expect(code).to.equal("DEPLOYMENT_STOPPED");
  });

  it("a chain without CLZ", async () => {
    await ground.stop();
    ground = await deployGround({ hardfork: "cancun" });
    await expectRefusal(ground.job(), "CLZ_MISSING", { chainId: 31_790 });
  });

  it("another process that deploys to the same chain; a lock without its owner is taken over", async () => {
    const lock = `${dirname(ground.addresses)}/lock`;
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, `${process.ppid}\n`);
    const { code, context } = await refusalOf(deployInDirectory(ground.job()));
    expect(code).to.equal("DEPLOYMENT_RUNNING");
    expect(context).to.deep.equal({ pid: process.ppid, path: lock });
    writeFileSync(lock, "999999999\n");
    expect((await deployInDirectory(ground.job())).deployment.chainId).to.equal(31_790);
  });

  it("files that are neither journal nor addresses", async () => {
    mkdirSync(dirname(ground.addresses), { recursive: true });
    for (const text of ["{", "{}"]) {
      writeFileSync(ground.journal, text);
      await expectRefusal(ground.job(), "JOURNAL_UNREADABLE", { path: ground.journal });
    }
    writeFileSync(ground.addresses, "{}");
    await expectRefusal(ground.job(), "ADDRESS_FILE", { path: ground.addresses });
    writeFileSync(ground.addresses, "{");
    await expectRefusal(ground.job(), "ADDRESS_FILE", { path: ground.addresses });
    await deployInDirectory(ground.job({}, { fresh: true }));
  });

  it("to go on from a place in front of which transactions are missing", async () => {
    await planned({ from: DEPLOYER, nonce: 5, at: NOBODY });
    const { code, context } = await refusalOf(deployInDirectory(ground.job()));
    expect(code).to.equal("NONCE_GAP");
    expect(context).to.deep.include({ nonce: 5, next: 0 });
  });

  it("to go on as another account while Onus is in flight", async () => {
    await planned({ from: OTHER, nonce: 0, at: NOBODY });
    const { code, context } = await refusalOf(deployInDirectory(ground.job()));
    expect(code).to.equal("BEGUN_BY_ANOTHER");
    expect(context).to.deep.equal({ account: DEPLOYER, by: OTHER });
  });

  /** A journal that knows where Onus was to stand. */
  async function planned(onus: object): Promise<void> {
    const genesis = (await ground.provider.getBlock(0))?.hash;
    const token = await made(new OddToken__factory());
    await ground.ask("anvil_setNonce", DEPLOYER, "0x0");
    mkdirSync(dirname(ground.journal), { recursive: true });
    const sends = { token: { from: DEPLOYER, nonce: 0, at: token }, onus };
    const state = { chainId: 31_790, genesis, fromBlock: 0, sends };
    writeFileSync(ground.journal, JSON.stringify(state));
  }

  it("to wait for ever for a transaction that no block takes; the next run goes on with it", async () => {
    await ground.ask("evm_setAutomine", false);
    const job = ground.job({}, { patience: asSeconds(0n) });
    const { code, context } = await refusalOf(deployInDirectory(job));
    expect(code).to.equal("NOT_INCLUDED");
    expect(context).to.deep.include({ nonce: 0 });
    await ground.ask("evm_setAutomine", true);
    await ground.ask("evm_mine");
    await deployInDirectory(ground.job());
    expect(await ground.sent()).to.equal(2 + PARTS.length);
  });

  it("to take an Onus for its own that was made otherwise, before and after it is whole", async () => {
    await deployInDirectory(ground.job());
    const other = ground.job({ minWindow: asSeconds(61n), exitDelay: asSeconds(400n) });
    await expectRefusal(other, "DEPLOYED_OTHERWISE", {
      differences: ["minWindow is 60, expected 61", "exitDelay is 290, expected 400"],
    });
  });

  it("to verify sources without a network or a key, before anything is sent", async () => {
    const args = ["deploy", "--rpc", ground.node.url, "--account", DEPLOYER, "--verify", "--json"];
    const preset = `${ground.root}/preset.json`;
    const local = JSON.parse(readFileSync("deploy/parameters/local.json", "utf8")) as object;
    writeFileSync(preset, JSON.stringify({ ...local, chainId: 31_790 }));
    const told = async (more: readonly string[], settings: Readonly<Record<string, string>>) => {
      const { status, stdout } = await runOnus(ground.root, [...args, "--preset", preset, ...more], settings);
      return { status, code: (JSON.parse(stdout) as { error: { code: string } }).error.code };
    };
    expect(await told([], {})).to.deep.equal({ status: 3, code: "VERIFYING_IMPOSSIBLE" });
    expect(await told(["--network", "anvil"], {})).to.deep.equal({ status: 3, code: "SETTING_MISSING" });
    expect(await ground.sent()).to.equal(0);
  });
});
