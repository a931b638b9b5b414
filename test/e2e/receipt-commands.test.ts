import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";
import type { Signer } from "ethers";
import { network } from "hardhat";

import { deploymentPath, writeDeployment } from "../../src/chain/deployment.js";
import { signReceipt } from "../../src/chain/sign-receipt.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import type { Claim } from "../../src/claim/claim.js";
import type { Receipt } from "../../src/claim/receipt.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { runCli } from "../../src/cli/run-cli.js";
import { encodeClaimFile } from "../../src/store/claim-file.js";
import { encodeReceiptFile } from "../../src/store/receipt-file.js";
import { parseAddress } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { hasAnvil, startAnvil } from "../support/anvil.js";
import type { Anvil } from "../support/anvil.js";
import { deployedProtocol } from "../support/deployed.js";
import { ARTIFACT, bytes32, makeRecord } from "../support/protocol.js";

describe("e2e: onus receipt, from complaint to verdict", function () {
  this.timeout(180_000);
  /** No other test's: its deployment is written down beside those of real chains. */
  const CHAIN = 31_351;
  const journal = dirname(deploymentPath(CHAIN));
  const directory = mkdtempSync(join(tmpdir(), "onus-receipts-"));
  let node: Anvil | undefined;

  before(async function () {
    if (!hasAnvil) return this.skip();
    rmSync(journal, { recursive: true, force: true });
    node = await startAnvil({ chainId: CHAIN });
  });
  after(async () => {
    await node?.stop();
    rmSync(directory, { recursive: true });
    rmSync(journal, { recursive: true, force: true });
  });

  /** A deployment on the node, a promise over by now, and the command line over both. */
  async function scene() {
    const { url } = node!;
    const over = await network.create({ network: "anvil", override: { url } });
    const { provider } = over.ethers;
    const { operator, challenger, deployment } = await deployedProtocol(over, CHAIN);
    const addresses = writeDeployment(deployment, join(directory, "addresses.json"));
    const { models, courtPlace: court } = operator.contracts;
    const modelId = await models.publish.staticCall(ARTIFACT, ZERO_HASH, "");
    await (await models.publish(ARTIFACT, ZERO_HASH, "")).wait();
    const record = makeRecord(challenger.address);
    const claim: Claim = {
      ...{ operator: parseAddress(operator.address), modelId: modelId as Claim["modelId"], nonce: 0n },
      ...{ recordsRoot: commitRecords([record]).root, n: 1, liability: asWei(10n ** 15n) },
      window: asSeconds(60n),
    };
    await submitClaim(operator.contracts, claim);
    const now = asSeconds(BigInt((await provider.getBlock("latest"))!.timestamp) + 1n);
    const receipt: Receipt = {
      ...{ operator: claim.operator, modelId: claim.modelId, record, issuedAt: now, inclusionDeadline: now },
      ...{ liabilityWei: claim.liability, maxRecords: 1 },
    };
    const write = async (name: string, overrides: Partial<Receipt> = {}): Promise<string> => {
      const signer = operator.contracts.runner as Signer;
      const signed = await signReceipt({ ...receipt, ...overrides }, { signer, court });
      const file = join(directory, name);
      writeFileSync(file, encodeReceiptFile(signed));
      return file;
    };
    const claimFile = join(directory, "claim.json");
    const identity = { publisher: claim.operator, artifactId: ZERO_HASH, superseded: ZERO_HASH };
    writeFileSync(claimFile, encodeClaimFile({ claim, records: [record], model: identity }));
    await provider.send("evm_increaseTime", [2]);
    await provider.send("evm_mine", []);
    const onus = async (account: string, ...args: string[]): Promise<Record<string, unknown>> => {
      let told = "";
      const where = ["--rpc", url, "--deployment", addresses, "--account", account, "--json"];
      const streams = { stdout: { write: (text: string) => (told += text) }, stderr: { write: () => "" } };
      const status = await runCli(["receipt", ...args, ...where], { streams });
      return { status, ...(JSON.parse(told) as object) };
    };
    return { operator, challenger, write, onus, claimFile, record, provider };
  }

  it("plays both sides, and says what it would send before it does", async () => {
    const { operator, challenger, write, onus, claimFile, record, provider } = await scene();
    const [consumer, accused] = [challenger.address, operator.address];
    const kept = await write("kept.json");

    const planned = await onus(consumer, "complain", kept, "--dry-run");
    expect(planned).to.deep.include({ status: 0, dryRun: true });
    const [call] = planned["calls"] as { call: string; atRisk: { of: string } }[];
    expect([call!.call, call!.atRisk.of]).to.deep.equal(["ReceiptCourt.complain", "deposit"]);

    const satisfied = await onus(consumer, "complain", kept, "--claim", claimFile);
    expect(satisfied).to.deep.include({ status: 0, move: "rest", because: "kept" });
    expect(await onus(consumer, "complain", kept)).to.deep.include({ status: 0, stage: "complained" });
    expect(await onus(consumer, "complain", kept)).to.deep.include({ status: 0, move: "wait" });
    const answered = await onus(accused, "answer", kept, "--claim", claimFile);
    expect(answered).to.deep.include({ status: 0, move: "answer-complaint", stage: "answered" });
    expect(await onus(consumer, "complain", kept)).to.deep.include({ status: 0, because: "kept" });

    const other = { ...record, salt: bytes32(9) };
    const broken = await write("broken.json", { record: other });
    expect(await onus(consumer, "present", broken)).to.deep.include({ status: 0, stage: "presented" });
    expect(await onus(consumer, "complain", broken)).to.deep.include({ status: 0, stage: "complained" });
    expect(await onus(accused, "answer", broken, "--claim", claimFile)).to.deep.include({ move: "wait" });
    await provider.send("evm_increaseTime", [40]);
    await provider.send("evm_mine", []);
    expect(await onus(accused, "complain", broken)).to.deep.include({ status: 0, stage: "broken" });

    const two = await write("two.json", { record: { ...other, outputRoot: bytes32(10) } });
    expect(await onus(consumer, "prove", broken, two)).to.have.property("status", 0);
    expect(await onus(consumer, "complain", two)).to.deep.include({ because: "broken" });
    expect(await onus(consumer, "prove", broken, two)).to.have.property("status", 5);

    for (const account of [consumer, accused]) {
      expect(BigInt((await onus(account, "withdraw"))["amount"] as string) > 0n).to.equal(true);
      expect(await onus(account, "withdraw")).to.deep.include({ status: 0, amount: "0" });
    }
    expect(await challenger.contracts.court.totalHeld()).to.equal(
      await challenger.contracts.court.burnableBonds(),
    );
  });
});
