import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";
import type { Signer } from "ethers";
import { network } from "hardhat";

import { chainNow } from "../../src/chain/chain-now.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { deploymentPath, writeDeployment } from "../../src/chain/deployment.js";
import { performReceiptMove, proveEquivocation } from "../../src/chain/perform-receipt-move.js";
import { readComplaints, readReceipt } from "../../src/chain/read-receipt.js";
import type { ReceiptChainMove } from "../../src/chain/receipt-calls.js";
import { signReceipt } from "../../src/chain/sign-receipt.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { readReceiptFacts, verifyReceipt } from "../../src/chain/verify-receipt.js";
import { withdrawCourtCredit } from "../../src/chain/withdraw-court-credit.js";
import type { Claim } from "../../src/claim/claim.js";
import type { Inclusion } from "../../src/claim/keeps-promise.js";
import { receiptHash } from "../../src/claim/receipt.js";
import type { Receipt, SignedReceipt } from "../../src/claim/receipt.js";
import { commitRecords, openRecord } from "../../src/claim/record-list.js";
import { complaintDeposit, nextAccusedMove, nextComplainantMove } from "../../src/dispute/complaint.js";
import { runCli } from "../../src/cli/run-cli.js";
import { encodeReceiptFile } from "../../src/store/receipt-file.js";
import { asAddress, parseAddress, ZERO_ADDRESS } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { hasAnvil, startAnvil } from "../support/anvil.js";
import type { Anvil } from "../support/anvil.js";
import { MANNER } from "../support/court-scene.js";
import { deployedProtocol } from "../support/deployed.js";
import { ARTIFACT, bytes32, makeRecord } from "../support/protocol.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";

const connection = await network.create();
const { loadFixture, time } = connection.networkHelpers;

/** A whole deployment; a receipt of its operator, whose record is the second of three. */
async function promised() {
  const made = await deployedProtocol(connection);
  const { operator, challenger, deployment } = made;
  const { models } = operator.contracts;
  const modelId = await models.publish.staticCall(ARTIFACT, ZERO_HASH, "");
  await models.publish(ARTIFACT, ZERO_HASH, "");
  const records = [1, 2, 3].map((salt) => makeRecord(challenger.address, { salt: bytes32(salt) }));
  const tree = commitRecords(records);
  const provider = connection.ethers.provider;
  const issuedAt = BigInt((await provider.getBlock("latest"))!.timestamp);
  const receipt: Receipt = {
    operator: parseAddress(operator.address),
    modelId: modelId as Receipt["modelId"],
    record: records[1]!,
    issuedAt: asSeconds(issuedAt),
    inclusionDeadline: asSeconds(issuedAt + 40n),
    liabilityWei: asWei(10n ** 15n),
    maxRecords: 3,
  };
  const court = operator.contracts.courtPlace;
  const signed = await signReceipt(receipt, { signer: operator.contracts.runner as Signer, court });
  const claim: Claim = {
    operator: receipt.operator,
    modelId: receipt.modelId,
    nonce: 0n,
    recordsRoot: tree.root,
    n: 3,
    liability: receipt.liabilityWei,
    window: asSeconds(60n),
  };
  const inclusion: Inclusion = { claim, index: 1, proof: openRecord(tree, 1) };
  return { ...made, deployment, provider, receipt, signed, claim, inclusion, issuedAt };
}

type Promised = Awaited<ReturnType<typeof promised>>;

/** Plays a consumer until it waits or rests. */
async function complainOn({ challenger, provider, receipt }: Promised, signed: SignedReceipt) {
  for (;;) {
    const view = await readReceipt(challenger.contracts, receipt);
    const move = nextComplainantMove(view, { signed }, await chainNow(provider));
    if (move.kind === "wait" || move.kind === "rest") return move;
    expect((await performReceiptMove(challenger.contracts, move)).status).to.equal("done");
  }
}

/** Plays the operator from nothing but the chain and its claims. */
async function answerOn({ operator, provider, deployment }: Promised, inclusion: Inclusion | undefined) {
  const span = { from: deployment.fromBlock, to: await provider.getBlockNumber() };
  const [complaint] = await readComplaints(operator.contracts, parseAddress(operator.address), { span });
  const view = await readReceipt(operator.contracts, complaint!.receipt);
  const move = nextAccusedMove(view, inclusion, await chainNow(provider));
  if (move.kind === "wait" || move.kind === "rest") return move;
  return performReceiptMove(operator.contracts, move);
}

describe("e2e: receipts", () => {
  it("a promise that was kept: the complaint is answered from the chain's events, and the answer is paid", async () => {
    const made = await loadFixture(promised);
    const { operator, challenger, signed, receipt, claim, inclusion, issuedAt } = made;
    await submitClaim(operator.contracts, claim);
    await time.increaseTo(issuedAt + 40n);
    expect((await complainOn(made, signed)).kind).to.equal("wait");
    const view = await readReceipt(challenger.contracts, receipt);
    expect(view.stage).to.equal("complained");
    expect(view.complainant).to.equal(parseAddress(challenger.address));
    expect(view.openComplaints).to.equal(1);

    expect(await answerOn(made, inclusion)).to.have.property("status", "done");
    expect(await complainOn(made, signed)).to.deep.equal({ kind: "rest", because: "kept" });
    expect(await answerOn(made, inclusion)).to.deep.equal({ kind: "rest", because: "kept" });
    for (const { contracts, address } of [operator, challenger]) {
      expect(await withdrawCourtCredit(contracts, asAddress(address))).to.not.equal(undefined);
      expect(await withdrawCourtCredit(contracts, asAddress(address))).to.equal(undefined);
    }
  });

  it("a promise that was not: silence breaks it, and the deposit returns whole", async () => {
    const made = await loadFixture(promised);
    const { challenger, signed, receipt, issuedAt } = made;
    await time.increaseTo(issuedAt + 40n);
    const waits = await complainOn(made, signed);
    expect(waits.kind).to.equal("wait");
    const { deadline } = await readReceipt(challenger.contracts, receipt);
    await time.increaseTo(deadline);
    expect(await answerOn(made, undefined)).to.deep.equal({ kind: "rest", because: "silent" });
    expect(await complainOn(made, signed)).to.deep.equal({ kind: "rest", because: "broken" });
    const { stage } = await readReceipt(challenger.contracts, receipt);
    expect(stage).to.equal("broken");
    const credit = await challenger.contracts.court.balanceOf(challenger.address);
    expect(credit).to.equal(await challenger.contracts.court.totalHeld());
  });

  it("two answers to one request: both receipts fall, and whoever comes second loses nothing", async () => {
    const { operator, challenger, receipt, signed } = await loadFixture(promised);
    const court = operator.contracts.courtPlace;
    const other = { ...receipt, record: { ...receipt.record, outputRoot: bytes32(0xbad) } };
    const pair = [
      signed,
      await signReceipt(other, { signer: operator.contracts.runner as Signer, court }),
    ] as const;
    const beneficiary = parseAddress(challenger.address);
    expect(await proveEquivocation(challenger.contracts, pair, { beneficiary })).to.have.property(
      "status",
      "done",
    );
    const again = await proveEquivocation(challenger.contracts, pair, { beneficiary });
    expect(again).to.have.property("status", "already");
    expect(again).to.have.property("because").that.includes("AlreadyBroken");
  });

  it("what somebody did already is success; what was refused for another reason is not", async () => {
    const made = await loadFixture(promised);
    const { operator, challenger, signed, receipt, claim, inclusion, issuedAt } = made;
    const early: ReceiptChainMove = { kind: "complain", signed, value: asWei(10n ** 17n) };
    await refused(challenger.contracts, early, "InclusionStillPossible");
    await submitClaim(operator.contracts, claim);
    const answer: ReceiptChainMove = { kind: "answer-complaint", receipt, inclusion };
    await refused(operator.contracts, answer, "WrongStage");
    await time.increaseTo(issuedAt + 40n);
    for (const status of ["done", "already"]) {
      expect(await performReceiptMove(challenger.contracts, early)).to.have.property("status", status);
    }
    await refused(operator.contracts, { kind: "time-out-complaint", receipt }, "AnswererClockRunning");
    for (const status of ["done", "already"]) {
      expect(await performReceiptMove(operator.contracts, answer)).to.have.property("status", status);
    }
  });

  it("a view shows a deposit that is enough, to the wei, and time as the contracts count it", async () => {
    const { challenger, receipt, issuedAt } = await loadFixture(promised);
    const { court, onus } = challenger.contracts;
    await time.increaseTo(issuedAt + 25n);
    const view = await readReceipt(challenger.contracts, receipt);
    expect(view).to.deep.include({ stage: "none", complainant: ZERO_ADDRESS, isPaused: false });
    expect([view.readAt, view.unpaused]).to.deep.equal([issuedAt + 25n, 25n]);
    expect(view.hash).to.equal(receiptHash(receipt, challenger.contracts.courtPlace));
    const { baseFee, rules } = view;
    expect(await court.depositFor(receipt.operator, baseFee)).to.equal(complaintDeposit(rules, view));
    expect(rules.exitDelay).to.equal((await onus.parameters()).exitDelay);
    const future = { ...receipt, issuedAt: asSeconds(issuedAt + 1_000n) };
    expect((await readReceipt(challenger.contracts, future)).unpaused).to.equal(0n);
  });
});

describe("e2e: verifying a receipt with a chain", () => {
  it("holds, and says what is behind it and where it stands", async () => {
    const { challenger, signed, provider } = await loadFixture(promised);
    const facts = await readReceiptFacts(challenger.contracts, signed);
    expect(verifyReceipt(signed, facts).outcome).to.equal("holds");
    expect(facts.backing).to.equal(10n ** 18n);
    expect(facts.stage).to.equal("none");
    expect(facts.now).to.equal(await chainNow(provider));
  });

  it("knows a key that was never added, one that is active, and one that was revoked", async () => {
    const { operator, challenger, requester, receipt } = await loadFixture(promised);
    const { contracts } = challenger;
    const key = requester.contracts.runner as Signer;
    const court = contracts.courtPlace;
    const verdict = async (overrides: Partial<Receipt> = {}) => {
      const given = await signReceipt({ ...receipt, ...overrides }, { signer: key, court });
      const facts = await readReceiptFacts(contracts, given);
      const { outcome, checks } = verifyReceipt(given, facts);
      return [outcome, ...checks.filter((check) => check.outcome === "fails").map(({ check }) => check)];
    };
    expect(await verdict()).to.deep.equal(["fails", "key"]);
    const { operators, deployment } = operator.contracts;
    const consent = await key.signTypedData(
      {
        name: "Onus OperatorRegistry",
        version: "1",
        chainId: deployment.chainId,
        verifyingContract: deployment.operatorRegistry,
      },
      { SignerConsent: [{ name: "operator", type: "address" }] },
      { operator: operator.address },
    );
    await operators.addSigner(requester.address, consent);
    expect(await verdict()).to.deep.equal(["fails", "key"]);
    const now = asSeconds(BigInt(await time.latest()));
    const later = { issuedAt: now, inclusionDeadline: now };
    expect(await verdict(later)).to.deep.equal(["holds"]);
    await operators.revokeSigner(requester.address);
    expect(await verdict(later)).to.deep.equal(["holds"]);
    const after = asSeconds(BigInt(await time.latest()));
    expect(await verdict({ issuedAt: after, inclusionDeadline: after })).to.deep.equal(["fails", "key"]);
  });

  it("asks an operator that is a contract", async () => {
    const { challenger, operator, receipt } = await loadFixture(promised);
    const account = await connection.ethers.deployContract("ContractOperator");
    const address = parseAddress(await account.getAddress());
    const { operators, deployment, courtPlace } = operator.contracts;
    const words = operators.interface.encodeFunctionData("register", [""]);
    await account.relay(deployment.operatorRegistry, words);
    const now = asSeconds(BigInt(await time.latest()));
    const own = { ...receipt, operator: address, issuedAt: now, inclusionDeadline: now };
    const signed: SignedReceipt = {
      ...{ receipt: own, court: courtPlace, signer: address },
      signature: receiptHash(own, courtPlace),
    };
    for (const [manner, outcome] of [
      [MANNER.Honest, "holds"],
      [MANNER.Denies, "fails"],
      [MANNER.Reverts, "fails"],
      [MANNER.Burns, "fails"],
    ] as const) {
      await account.behave(manner);
      const facts = await readReceiptFacts(challenger.contracts, signed);
      expect(verifyReceipt(signed, facts).outcome, String(manner)).to.equal(outcome);
    }
  });

  it("knows an account without code for none", async () => {
    const { challenger, signed } = await loadFixture(promised);
    const forged = { ...signed, signature: "0x1234" } as const;
    const verdict = verifyReceipt(forged, await readReceiptFacts(challenger.contracts, forged));
    expect(verdict.outcome).to.equal("fails");
  });
});

describe("e2e: onus receipt verify, with a node", function () {
  /** No other test's: its deployment is written down beside those of real chains. */
  const CHAIN = 31_350;
  const journal = dirname(deploymentPath(CHAIN));
  let node: Anvil | undefined;

  before(async function () {
    if (!hasAnvil) return this.skip();
    rmSync(journal, { recursive: true, force: true });
    node = await startAnvil({ chainId: CHAIN });
  });
  after(async () => {
    await node?.stop();
    rmSync(journal, { recursive: true, force: true });
  });

  it("says that a receipt holds, or why it does not", async () => {
    const { url } = node!;
    const over = await network.create({ network: "anvil", override: { url } });
    const made = await deployedProtocol(over, CHAIN);
    const { operator, deployment } = made;
    const directory = mkdtempSync(join(tmpdir(), "onus-verify-"));
    try {
      const addresses = writeDeployment(deployment, join(directory, "addresses.json"));
      const now = asSeconds(BigInt((await over.ethers.provider.getBlock("latest"))!.timestamp));
      const receipt: Receipt = {
        ...{ operator: parseAddress(operator.address), modelId: bytes32(7) },
        record: makeRecord(operator.address),
        ...{ issuedAt: now, inclusionDeadline: asSeconds(now + 60n) },
        ...{ liabilityWei: asWei(10n ** 15n), maxRecords: 8 },
      };
      const court = operator.contracts.courtPlace;
      const signed = await signReceipt(receipt, { signer: operator.contracts.runner as Signer, court });
      const file = join(directory, "receipt.json");
      writeFileSync(file, encodeReceiptFile(signed));
      const verify = async () => {
        let told = "";
        const keep = { write: (text: string) => (told += text) };
        const args = ["receipt", "verify", file, "--rpc", url, "--deployment", addresses];
        return [await runCli(args, { streams: { stdout: keep, stderr: keep } }), told] as const;
      };
      const [status, told] = await verify();
      expect(told).to.include("It holds: the court would take it.");
      expect(told).to.match(/^behind it +1 ether of stake that backs no claim/m);
      expect(status).to.equal(0);
      writeFileSync(file, encodeReceiptFile({ ...signed, court: { ...court, contract: deployment.onus } }));
      const [refused, why] = await verify();
      expect(refused).to.equal(6);
      expect(why).to.include(`the deployment's is ${court.contract}`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

async function refused(contracts: Contracts, move: ReceiptChainMove, name: string): Promise<void> {
  const error: unknown = await performReceiptMove(contracts, move).catch((thrown: unknown) => thrown);
  expect(error).to.have.property("code", "REVERTED");
  expect(error).to.have.property("message").that.includes(name);
}
