import { expect } from "chai";
import { network } from "hardhat";

import { receiptHash } from "../../src/claim/receipt.js";
import type { Receipt } from "../../src/claim/receipt.js";
import { asAddress } from "../../src/types/address.js";
import { courtScene, PLENTY, STAGE } from "../support/court-scene.js";
import type { CourtScene } from "../support/court-scene.js";
import { NOWHERE, TEST_PARAMETERS } from "../support/protocol.js";
import type { Account, TestParameters } from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const RULES = TEST_PARAMETERS;
/** Wei per gas of the block of a complaint. */
const BASE_FEE = 1_000n;
const answerGas = (siblings: bigint) => RULES.answerGas + RULES.answerByteGas * 32n * siblings;
const leastDeposit = (bond: bigint, baseFee = BASE_FEE) => bond + answerGas(20n) * 4n * baseFee;
/** In a claim over three. */
const SIBLINGS = 2n;

const atBaseFee = (fee: bigint) => networkHelpers.setNextBlockBaseFeePerGas(fee);

/** The operator claimed in time; the promise is over. */
async function claimedScene(parameters: Partial<TestParameters> = {}) {
  // Whatever a test before left behind.
  await atBaseFee(10n ** 9n);
  const made = await courtScene(connection, { parameters });
  await made.submit(made.claim);
  await time.increaseTo(made.issuedAt + 40n);
  return made;
}
const scene = () => claimedScene();
const oddScene = () => claimedScene({ baseBond: 1_601n });
const dearScene = () => claimedScene({ answerGas: 2n ** 32n - 1n, answerByteGas: 2n ** 32n - 1n });

/** Complained about by the challenger, at BASE_FEE. */
async function oneComplaint() {
  const made = await claimedScene();
  const signed = await made.sign(made.receipt);
  await atBaseFee(BASE_FEE);
  await made.complain(signed);
  return made;
}

async function answerAt(
  { court, receipt, claim, list }: CourtScene,
  by: Account,
  gasPrice: bigint,
  baseFee = gasPrice,
) {
  await atBaseFee(baseFee);
  return court.connect(by).answer(receipt, claim, 0, list.proofOf(0), { gasPrice });
}

describe("ReceiptCourt: the deposit", () => {
  it("is enough at exactly what the complaint can lead to, and not a wei below", async () => {
    const { complain, sign, receipt, actors, court } = await load(scene);
    const least = leastDeposit(RULES.baseBond);
    expect(await court.depositFor(receipt.operator, BASE_FEE)).to.equal(least);
    const signed = await sign(receipt);
    await atBaseFee(BASE_FEE);
    await expect(complain(signed, actors.challenger, least - 1n))
      .to.be.revertedWithCustomError(court, "DepositTooSmall")
      .withArgs(least - 1n, least);
    await atBaseFee(BASE_FEE);
    await complain(signed, actors.challenger, least);
    expect(await court.totalHeld()).to.equal(least);
  });

  it("is below 2^96 wei, and a base fee below 2^64: more is refused", async () => {
    const { sign, receipt, actors, court } = await load(scene);
    const signed = await sign(receipt);
    await networkHelpers.setBalance(actors.challenger.address, 2n ** 120n);
    await expect(court.connect(actors.challenger).complain(signed, { value: 2n ** 96n }))
      .to.be.revertedWithCustomError(court, "SafeCastOverflowedUintDowncast")
      .withArgs(96, 2n ** 96n);
    const most = 2n ** 64n - 1n;
    await atBaseFee(most);
    const options = { value: 2n ** 96n - 1n, gasPrice: most, gasLimit: 500_000n };
    await court.connect(actors.challenger).complain(signed, options);
    const { baseFee, deposit } = await court.caseOf(receiptHash(receipt, { ...(await placeOf(court)) }));
    expect([baseFee, deposit]).to.deep.equal([most, 2n ** 96n - 1n]);
  });

  it("is taken under gas schedules of any size", async () => {
    const made = await load(dearScene);
    const signed = await made.sign(made.receipt);
    const least = RULES.baseBond + (2n ** 32n - 1n) * 641n * 4n * BASE_FEE;
    await atBaseFee(BASE_FEE);
    await made.complain(signed, made.actors.challenger, least);
    expect(await made.court.totalHeld()).to.equal(least);
  });
});

describe("ReceiptCourt: the bond", () => {
  it("grows by a sixteenth with every complaint that waits for the same operator", async () => {
    const { complain, answer, sign, receiptOf, list, claim, court, actors, place } = await load(scene);
    const receipts = list.records.map((record) => receiptOf(record));
    const bondOf = async (receipt: Receipt) => (await court.caseOf(receiptHash(receipt, place))).bond;
    for (const [m, receipt] of receipts.entries()) {
      await complain(await sign(receipt), m === 1 ? actors.stranger : actors.challenger);
      expect(await bondOf(receipt)).to.equal(1_600n + 100n * BigInt(m));
    }
    expect(await court.openComplaintsAgainst(claim.operator)).to.equal(3n);
    await answer(receipts[1]!, claim, { index: 1 });
    expect(await court.openComplaintsAgainst(claim.operator)).to.equal(2n);

    const foreign = receiptOf(list.records[0]!, { operator: asAddress(actors.otherOperator.address) });
    await complain(await sign(foreign, actors.otherOperator));
    expect(await bondOf(foreign)).to.equal(1_600n);
  });

  it("is rounded up, and so is its burned quarter", async () => {
    const made = await load(oddScene);
    const { complain, sign, receiptOf, list, court, place, answer, claim } = made;
    const [first, second] = list.records.map((record) => receiptOf(record));
    await complain(await sign(first!));
    await complain(await sign(second!));
    expect((await court.caseOf(receiptHash(second!, place))).bond).to.equal(1_601n + 101n);
    await answer(second!, claim, { index: 1 });
    expect(await court.burnableBonds()).to.equal(426n);
  });
});

describe("ReceiptCourt.answer: the deposit", () => {
  it("pays the answerer, burns a quarter of the bond, and returns the rest, to the wei", async () => {
    const made = await load(oneComplaint);
    const { court, hash, claimBook, claim, actors } = made;
    const paid = answerGas(SIBLINGS) * 2n * BASE_FEE;
    const refund = PLENTY - paid - 400n;
    await expect(await answerAt(made, actors.stranger, 2n * BASE_FEE))
      .to.emit(court, "ComplaintAnswered")
      .withArgs(hash, await claimBook.idOf(claim), actors.stranger.address, 0, refund, paid, 400n);
    expect(await court.balanceOf(actors.stranger.address)).to.equal(paid);
    expect(await court.balanceOf(actors.challenger.address)).to.equal(refund);
    expect(await court.burnableBonds()).to.equal(400n);
    expect(await court.totalHeld()).to.equal(PLENTY);
  });

  it("pays the transaction's price below four times the base fee of the complaint, and that above", async () => {
    for (const [gasPrice, price] of [
      [4n * BASE_FEE - 1n, 4n * BASE_FEE - 1n],
      [4n * BASE_FEE, 4n * BASE_FEE],
      [1_000n * BASE_FEE, 4n * BASE_FEE],
    ] as const) {
      const made = await load(oneComplaint);
      await answerAt(made, made.actors.operator, gasPrice, BASE_FEE);
      expect(await made.court.balanceOf(made.actors.operator.address)).to.equal(answerGas(SIBLINGS) * price);
    }
  });

  it("pays a complainant that answers itself out of its own deposit, which is to say nothing", async () => {
    const made = await load(oneComplaint);
    await answerAt(made, made.actors.challenger, BASE_FEE);
    expect(await made.court.balanceOf(made.actors.challenger.address)).to.equal(PLENTY - 400n);
  });

  it("is enough for the dearest answer, when it was as small as it may be", async () => {
    const made = await load(scene);
    const { complain, sign, receipt, actors, court } = made;
    const signed = await sign(receipt);
    await atBaseFee(BASE_FEE);
    await complain(signed, actors.challenger, leastDeposit(RULES.baseBond));
    await answerAt(made, actors.operator, 1_000n * BASE_FEE);
    const spared = answerGas(20n) - answerGas(SIBLINGS);
    expect(await court.balanceOf(actors.challenger.address)).to.equal(1_200n + spared * 4n * BASE_FEE);
  });
});

describe("ReceiptCourt.withdraw and burn", () => {
  it("send what is owed, once, where it is wanted", async () => {
    const made = await load(oneComplaint);
    const { court, actors } = made;
    await answerAt(made, actors.operator, BASE_FEE);
    const amount = await court.balanceOf(actors.challenger.address);
    const heir = ethers.Wallet.createRandom().address;
    await expect(court.connect(actors.challenger).withdraw(heir))
      .to.emit(court, "Withdrawn")
      .withArgs(actors.challenger.address, heir, amount);
    expect(await ethers.provider.getBalance(heir)).to.equal(amount);
    await expect(court.connect(actors.challenger).withdraw(heir)).to.be.revertedWithCustomError(
      court,
      "NothingToMove",
    );
    await expect(court.burn()).to.emit(court, "BondsBurned").withArgs(400n);
    expect(await ethers.provider.getBalance(NOWHERE)).to.equal(400n);
    await expect(court.burn()).to.be.revertedWithCustomError(court, "NothingToMove");
    await court.connect(actors.operator).withdraw(actors.operator.address);
    expect(await court.totalHeld()).to.equal(0n);
    expect(await ethers.provider.getBalance(await court.getAddress())).to.equal(0n);
  });

  it("name an account that does not take what it is sent, and keep it", async () => {
    const made = await load(oneComplaint);
    const { court, actors, claimBook } = made;
    await answerAt(made, actors.operator, BASE_FEE);
    const amount = await court.balanceOf(actors.operator.address);
    const deaf = await claimBook.getAddress();
    await expect(court.connect(actors.operator).withdraw(deaf))
      .to.be.revertedWithCustomError(court, "NativeTransferFailed")
      .withArgs(deaf, amount);
    expect(await court.balanceOf(actors.operator.address)).to.equal(amount);
  });

  it("pay a complainant that comes back while it is paid once alone", async () => {
    const { court, sign, receipt, hash, actors, issuedAt } = await load(scene);
    const greedy = await ethers.deployContract("Stranger");
    const [at, from] = [await court.getAddress(), await greedy.getAddress()];
    const words = court.interface.encodeFunctionData("complain", [await sign(receipt)]);
    await greedy.connect(actors.stranger).relay(at, words, { value: PLENTY });
    expect((await court.caseOf(hash)).complainant).to.equal(from);
    await time.increaseTo(issuedAt + 1_000n);
    await court.timeOut(receipt);
    const withdraw = court.interface.encodeFunctionData("withdraw", [from]);
    await greedy.comeBack(at, withdraw);
    await greedy.relay(at, withdraw);
    expect(await greedy.successes()).to.equal(0n);
    expect(await ethers.provider.getBalance(from)).to.equal(PLENTY);
    expect(await court.totalHeld()).to.equal(0n);
  });

  it("no complainant stands in the way of an answer or a verdict: nobody is sent anything by either", async () => {
    const { court, sign, receipt, hash, actors, issuedAt } = await load(scene);
    const deaf = await ethers.deployContract("Stranger");
    const words = court.interface.encodeFunctionData("complain", [await sign(receipt)]);
    await deaf.connect(actors.stranger).relay(await court.getAddress(), words, { value: PLENTY });
    await networkHelpers.setCode(await deaf.getAddress(), "0xfe");
    await time.increaseTo(issuedAt + 1_000n);
    await court.timeOut(receipt);
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.BROKEN);
  });
});

describe("ReceiptCourt: complaining about oneself", () => {
  it("costs operator, requester and beneficiary together at least the half that burns", async () => {
    const { court, complain, sign, receipt, hash, actors, issuedAt, token, operatorRegistry } =
      await load(scene);
    const { operator } = actors;
    const own = { ...receipt, record: { ...receipt.record, requester: asAddress(operator.address) } };
    const ownHash = receiptHash(own, { ...(await placeOf(court)) });
    expect(ownHash).to.not.equal(hash);
    await complain(await sign(own), operator);
    await time.increaseTo(issuedAt + 1_000n);
    await court.timeOut(own);
    const before = await token.balanceOf(operator.address);
    await operatorRegistry.pullBeneficiaryShare(ownHash);
    await operatorRegistry.pullReceiptShare(ownHash);
    expect((await token.balanceOf(operator.address)) - before).to.equal(500n);
    await operatorRegistry.burnReceipt(ownHash);
    expect(await token.balanceOf(NOWHERE)).to.equal(500n);
    expect(await court.balanceOf(operator.address)).to.equal(PLENTY);
  });
});

async function placeOf(court: CourtScene["court"]) {
  const { chainId } = await ethers.provider.getNetwork();
  return { chainId, contract: asAddress(await court.getAddress()) };
}
