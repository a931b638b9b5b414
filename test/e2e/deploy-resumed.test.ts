import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { expect } from "chai";
import { getCreateAddress, JsonRpcSigner } from "ethers";

import { deployInDirectory, planInDirectory } from "../../src/chain/deploy-in-directory.js";
import { readDeployment } from "../../src/chain/deployment.js";
import { PARTS } from "../../src/chain/parts.js";
import { readProgress } from "../../src/chain/read-progress.js";
import { parseAddress } from "../../src/types/address.js";
import { hasAnvil } from "../support/anvil.js";
import { creationsOf, DEPLOYER } from "../support/deploy-process.js";
import { deployGround } from "../support/deploy-ground.js";
import type { DeployGround } from "../support/deploy-ground.js";

/** Transactions: token, Onus and parts. */
const STEPS = 2 + PARTS.length;
const OTHER = parseAddress("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

describe("e2e: a deployment that goes on", function () {
  this.timeout(60_000);
  let ground: DeployGround;

  beforeEach(async function () {
    if (!hasAnvil) return this.skip();
    ground = await deployGround();
  });
  afterEach(() => ground?.stop());

  /** One Onus of the deployer's, complete, and the file knows it. */
  async function expectWhole(): Promise<void> {
    const { creations } = await creationsOf(ground.node.url);
    const [onus, ...others] = creations.filter(({ isOnus }) => isOnus);
    expect(others).to.deep.equal([]);
    expect(readDeployment(31_790, ground.addresses).onus).to.equal(onus?.at);
    expect((await readProgress(ground.provider, parseAddress(onus!.at))).isComplete).to.equal(true);
  }

  it("sends nothing when it is whole, and has nothing planned", async () => {
    const first = await deployInDirectory(ground.job());
    const sent = await ground.sent();
    expect(await deployInDirectory(ground.job())).to.deep.equal(first);
    expect((await planInDirectory(ground.job())).steps).to.deep.equal([]);
    expect(await ground.sent()).to.equal(sent);
    await expectWhole();
  });

  it("finds itself on the chain when journal and address file are lost", async () => {
    const { deployment } = await deployInDirectory(ground.job());
    rmSync(ground.journal);
    rmSync(ground.addresses);
    const again = await deployInDirectory(ground.job());
    // The block in which Onus came to stand: the second transaction's.
    expect(again.deployment).to.deep.equal({ ...deployment, fromBlock: 2 });
    expect(await ground.sent()).to.equal(STEPS);
  });

  it("sends again what a reorganisation took back, in the same places", async () => {
    const { deployment } = await deployInDirectory(ground.job());
    for (const depth of [4, STEPS]) {
      await ground.ask("anvil_rollback", depth);
      expect(await ground.sent()).to.equal(STEPS - depth);
      expect((await deployInDirectory(ground.job())).deployment).to.deep.equal(deployment);
      expect(await ground.sent()).to.equal(STEPS);
    }
    await expectWhole();
  });

  it("is finished by another account once Onus stands", async () => {
    await deployInDirectory(ground.job());
    await ground.ask("anvil_rollback", 6);
    rmSync(ground.addresses);
    const runner = new JsonRpcSigner(ground.provider, OTHER);
    await deployInDirectory(ground.job({}, { account: OTHER, runner }));
    expect(await ground.sent()).to.equal(STEPS - 6);
    await expectWhole();
  });

  it("takes another place where its own was taken by a transaction from elsewhere", async () => {
    const genesis = (await ground.provider.getBlock(0))?.hash;
    const at = getCreateAddress({ from: DEPLOYER, nonce: 0 });
    const sends = { token: { from: DEPLOYER, nonce: 0, at } };
    mkdirSync(dirname(ground.journal), { recursive: true });
    writeFileSync(ground.journal, JSON.stringify({ chainId: 31_790, genesis, fromBlock: 0, sends }));
    await ground.ask("eth_sendTransaction", { from: DEPLOYER, to: OTHER, value: "0x1" });
    await deployInDirectory(ground.job());
    expect(await ground.sent()).to.equal(STEPS + 1);
    await expectWhole();
  });

  it("makes another one when told to, and keeps what was written down about the first", async () => {
    const first = await deployInDirectory(ground.job());
    const second = await deployInDirectory(ground.job({}, { fresh: true }));
    expect(second.deployment.onus).to.not.equal(first.deployment.onus);
    expect(readDeployment(31_790, ground.addresses)).to.deep.equal(second.deployment);
    const old = ground.addresses.replace(".json", ".old-1.json");
    expect(readDeployment(31_790, old)).to.deep.equal(first.deployment);
  });

  it("takes no notice of files about a chain that was started anew", async () => {
    const first = await deployInDirectory(ground.job());
    await ground.ask("anvil_reset");
    await ground.ask("evm_setNextBlockTimestamp", 4_000_000_000);
    const second = await deployInDirectory(ground.job());
    expect(await ground.sent()).to.equal(STEPS);
    expect(second.deployment.onus).to.equal(first.deployment.onus);
    expect(existsSync(ground.addresses.replace(".json", ".old-1.json"))).to.equal(true);
  });

  it("waits for its transaction among others of the account, and for the confirmations asked for", async () => {
    await ground.ask("evm_setIntervalMining", 1);
    await ground.ask("eth_sendTransaction", { from: DEPLOYER, to: OTHER, value: "0x1" });
    const { deployment } = await deployInDirectory(ground.job({}, { confirmations: 3 }));
    const last = JSON.parse(readFileSync(ground.journal, "utf8")) as {
      sends: Record<string, { nonce: number }>;
    };
    expect(last.sends["token"]?.nonce).to.equal(1);
    const codes = await ground.provider.getCode(
      deployment.receiptCourt,
      (await ground.provider.getBlockNumber()) - 2,
    );
    expect(codes).to.not.equal("0x");
  });
});
