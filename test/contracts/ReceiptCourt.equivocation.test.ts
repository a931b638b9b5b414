import { expect } from "chai";
import { network } from "hardhat";

import { receiptHash } from "../../src/claim/receipt.js";
import type { Receipt } from "../../src/claim/receipt.js";
import { requestId } from "../../src/claim/record.js";
import { asAddress } from "../../src/types/address.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import {
  contractOperatorScene,
  courtScene,
  MANNER,
  PLENTY,
  STAGE,
  STAKE,
  unsigned,
} from "../support/court-scene.js";
import type { Presented } from "../support/court-scene.js";
import { bytes32, convict, RECEIPT_FAULT, TEST_PARAMETERS } from "../support/protocol.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const { exitDelay } = TEST_PARAMETERS;
const at = (seconds: bigint) => time.setNextBlockTimestamp(seconds);

/** Two receipts of one operator for one request, of 1,000 and 2,000 wei, that answer it differently. */
async function twoFaced() {
  const made = await courtScene(connection);
  const { receipt, receiptOf, list, sign, place, issuedAt } = made;
  const other = receiptOf(
    { ...list.records[0]!, outputRoot: bytes32(0xbad) },
    { liabilityWei: asWei(2_000n), issuedAt: asSeconds(issuedAt + 1n) },
  );
  const pair: [Presented, Presented] = [await sign(receipt), await sign(other)];
  const hashes = [receiptHash(receipt, place), receiptHash(other, place)] as const;
  return { ...made, other, pair, hashes };
}

const contractScene = () => contractOperatorScene(connection);

type TwoFaced = Awaited<ReturnType<typeof twoFaced>>;

const prove = ({ court, actors }: TwoFaced, pair: readonly [Presented, Presented]) =>
  court.connect(actors.stranger).proveEquivocation(pair[0], pair[1], actors.challenger.address);

describe("ReceiptCourt.proveEquivocation", () => {
  it("breaks both receipts at once, and each costs what it promised", async () => {
    const made = await load(twoFaced);
    const { court, claimBook, operatorRegistry, actors, pair, hashes } = made;
    const sent = await prove(made, pair);
    await expect(sent)
      .to.emit(court, "EquivocationProven")
      .withArgs(...hashes, actors.operator.address);
    for (const [i, amount] of [1_000n, 2_000n].entries()) {
      await expect(sent)
        .to.emit(claimBook, "ReceiptFaulted")
        .withArgs(
          hashes[i],
          actors.operator.address,
          RECEIPT_FAULT.Equivocation,
          actors.requester.address,
          actors.challenger.address,
          amount,
        );
      expect((await court.caseOf(hashes[i]!)).stage).to.equal(STAGE.BROKEN);
    }
    const { stake, status } = await operatorRegistry.operatorOf(actors.operator.address);
    expect([stake, status]).to.deep.equal([STAKE - 3_000n, 2n]);
  });

  it("pays beneficiary and requester of each, and burns the rest", async () => {
    const made = await load(twoFaced);
    const { token, operatorRegistry, actors, pair, hashes } = made;
    await prove(made, pair);
    for (const hash of hashes) {
      await operatorRegistry.pullBeneficiaryShare(hash);
      await operatorRegistry.pullReceiptShare(hash);
      await operatorRegistry.burnReceipt(hash);
    }
    expect(await token.balanceOf(actors.challenger.address)).to.equal(900n);
    expect(await token.balanceOf(actors.requester.address)).to.equal(600n);
    expect(await operatorRegistry.totalHeld()).to.equal(2n * STAKE - 3_000n);
  });

  it("convicts in either order, and once", async () => {
    const made = await load(twoFaced);
    const { court, pair, hashes } = made;
    await prove(made, [pair[1], pair[0]]);
    await expect(prove(made, pair))
      .to.be.revertedWithCustomError(court, "AlreadyBroken")
      .withArgs(...hashes);
  });

  for (const order of ["before", "behind"] as const) {
    it(`breaks a third receipt ${order} one that is broken already, and that one not again`, async () => {
      const made = await load(twoFaced);
      const { claimBook, court, sign, receiptOf, list, pair, place } = made;
      await prove(made, pair);
      const third = receiptOf({ ...list.records[0]!, outputRoot: bytes32(0xbee) });
      const [broken, signed] = [unsigned(pair[0].receipt), await sign(third)];
      const sent = await prove(made, order === "before" ? [signed, broken] : [broken, signed]);
      const faulted = (await sent.wait())!.logs.filter(
        ({ topics }) => topics[0] === claimBook.interface.getEvent("ReceiptFaulted").topicHash,
      );
      expect(faulted.map(({ topics }) => topics[1])).to.deep.equal([receiptHash(third, place)]);
      expect((await court.caseOf(receiptHash(third, place))).stage).to.equal(STAGE.BROKEN);
    });
  }

  it("takes what is there where that is less: exiting stake too, locked stake not", async () => {
    const made = await load(twoFaced);
    const { operatorRegistry, actors, pair, claim, submit, hashes } = made;
    await submit({ ...claim, liability: asWei(STAKE - 2_500n) });
    await operatorRegistry.connect(actors.operator).requestExit(2_400n);
    await prove(made, pair);
    expect((await operatorRegistry.penaltyOf(hashes[0])).amount).to.equal(1_000n);
    expect((await operatorRegistry.penaltyOf(hashes[1])).amount).to.equal(1_500n);
    expect(await operatorRegistry.lockedOf(actors.operator.address)).to.equal(STAKE - 2_500n);
    expect((await operatorRegistry.exitOf(actors.operator.address)).amount).to.equal(0n);
  });

  it("convicts an operator that has nothing left, and one that is jailed already", async () => {
    const made = await load(twoFaced);
    const { operatorRegistry, actors, pair, claim, submit, hashes } = made;
    const all = { ...claim, liability: asWei(STAKE) };
    await submit(all);
    await convict(made, all, actors.stranger.address);
    await prove(made, pair);
    expect((await operatorRegistry.penaltyOf(hashes[0])).amount).to.equal(0n);
    expect((await operatorRegistry.receiptPenaltyOf(hashes[0])).decidedAt).to.not.equal(0n);
  });

  it("returns the whole deposit of a complaint that waits for one of them, and ends it", async () => {
    const made = await load(twoFaced);
    const { court, complain, pair, hashes, actors, issuedAt, receipt } = made;
    await at(issuedAt + 41n);
    await complain(pair[0]);
    expect(await court.openComplaintsAgainst(actors.operator.address)).to.equal(1n);
    const sent = await prove(made, pair);
    await expect(sent)
      .to.emit(court, "ComplaintUpheld")
      .withArgs(hashes[0], actors.challenger.address, PLENTY);
    await expect(sent).to.emit(court, "Credited").withArgs(hashes[0], actors.challenger.address, PLENTY);
    expect(await court.balanceOf(actors.challenger.address)).to.equal(PLENTY);
    expect(await court.openComplaintsAgainst(actors.operator.address)).to.equal(0n);
    await time.increase(1_000);
    await expect(court.timeOut(receipt))
      .to.be.revertedWithCustomError(court, "WrongStage")
      .withArgs(hashes[0], STAGE.BROKEN, STAGE.COMPLAINED);
  });

  it("breaks a receipt whose claim was shown: it stands there, and contradicts", async () => {
    const made = await load(twoFaced);
    const { court, complain, pair, hashes, issuedAt, receipt, submit, claim, answer } = made;
    await submit(claim);
    await at(issuedAt + 41n);
    await complain(pair[0]);
    await answer(receipt, claim);
    await prove(made, pair);
    expect((await court.caseOf(hashes[0])).stage).to.equal(STAGE.BROKEN);
  });

  it("takes what was presented in time, whenever", async () => {
    const made = await load(twoFaced);
    const { court, pair, issuedAt } = made;
    await court.present(pair[0]);
    await court.present(pair[1]);
    await at(issuedAt + 100n * exitDelay);
    await expect(prove(made, [unsigned(pair[0].receipt), unsigned(pair[1].receipt)])).to.emit(
      court,
      "EquivocationProven",
    );
  });

  for (const isPresented of [true, false]) {
    const verb = isPresented ? "takes" : "refuses";
    const before = isPresented ? "was" : "was not";
    it(`${verb} receipts half an exit delay apart when the first ${before} presented in its time`, async () => {
      const made = await load(twoFaced);
      const { court, pair, issuedAt, other, sign } = made;
      if (isPresented) await court.present(pair[0]);
      const now = asSeconds(issuedAt + exitDelay / 2n);
      const late = await sign({ ...other, issuedAt: now, inclusionDeadline: now });
      await at(now);
      const proven = prove(made, [pair[0], late]);
      if (isPresented) await expect(proven).to.emit(court, "EquivocationProven");
      else await expect(proven).to.be.revertedWithCustomError(court, "PresentedTooLate").withArgs(now, now);
    });
  }

  it("needs somebody to pay", async () => {
    const { court, claimBook, pair } = await load(twoFaced);
    await expect(court.proveEquivocation(pair[0], pair[1], ethers.ZeroAddress)).to.be.revertedWithCustomError(
      claimBook,
      "BeneficiaryMissing",
    );
  });
});

describe("ReceiptCourt.proveEquivocation: what is none", () => {
  it("one receipt twice, or two with one output", async () => {
    const made = await load(twoFaced);
    const { court, pair, receipt, sign } = made;
    const again = { ...receipt, maxRecords: 1, record: { ...receipt.record, traceRoot: bytes32(77) } };
    for (const other of [pair[0], await sign(again)]) {
      await expect(prove(made, [pair[0], other]))
        .to.be.revertedWithCustomError(court, "OutputsAgree")
        .withArgs(receipt.record.outputRoot);
    }
  });

  it("answers to two requests: of another requester, salt, input or model", async () => {
    const made = await load(twoFaced);
    const { court, pair, receipt, other, sign } = made;
    const { record } = other;
    const elsewhere: Receipt[] = [
      { ...other, modelId: bytes32(9) },
      { ...other, record: { ...record, requester: receipt.operator } },
      { ...other, record: { ...record, salt: bytes32(9) } },
      { ...other, record: { ...record, inputRoot: bytes32(9) } },
    ];
    for (const one of elsewhere) {
      await expect(prove(made, [pair[0], await sign(one)]))
        .to.be.revertedWithCustomError(court, "RequestsDiffer")
        .withArgs(requestId(receipt.record, receipt.modelId), requestId(one.record, one.modelId));
    }
  });

  it("receipts of two operators", async () => {
    const made = await load(twoFaced);
    const { court, pair, other, sign, actors } = made;
    const foreign = { ...other, operator: asAddress(actors.otherOperator.address) };
    await expect(prove(made, [pair[0], await sign(foreign, actors.otherOperator)]))
      .to.be.revertedWithCustomError(court, "OperatorsDiffer")
      .withArgs(actors.operator.address, actors.otherOperator.address);
  });

  it("a receipt and a forged one, in either place", async () => {
    const made = await load(twoFaced);
    const { court, pair, other, sign, actors, hashes } = made;
    const forged = { ...(await sign(other, actors.stranger)), signer: actors.signer.address };
    for (const both of [
      [pair[0], forged],
      [forged, pair[0]],
    ] as const) {
      await expect(prove(made, both))
        .to.be.revertedWithCustomError(court, "SignatureInvalid")
        .withArgs(hashes[1], actors.signer.address);
    }
    await expect(prove(made, [pair[0], unsigned(other)])).to.be.revertedWithCustomError(
      court,
      "SignerNotInForce",
    );
  });

  it("two receipts for another court", async () => {
    const made = await load(twoFaced);
    const { court, receipt, other, sign, actors, place } = made;
    const elsewhere = { ...place, chainId: 1n };
    const pair: [Presented, Presented] = [
      await sign(receipt, actors.signer, elsewhere),
      await sign(other, actors.signer, elsewhere),
    ];
    await expect(prove(made, pair)).to.be.revertedWithCustomError(court, "SignatureInvalid");
  });
});

describe("ReceiptCourt.proveEquivocation: an operator that is a contract", () => {
  it("falls by signatures that were presented, however it behaves by then", async () => {
    const { court, promise, account, actors, address, operatorRegistry } = await load(contractScene);
    const [one, other] = [promise(), promise(bytes32(0xbad))];
    await court.present(one);
    await court.present(other);
    for (const manner of [MANNER.Denies, MANNER.Reverts, MANNER.Burns, MANNER.Floods]) {
      await account.behave(manner);
      const convicts = court.proveEquivocation.staticCall(
        unsigned(one.receipt),
        unsigned(other.receipt),
        actors.challenger.address,
      );
      await expect(convicts).to.not.be.revert(ethers);
    }
    await court.proveEquivocation(unsigned(one.receipt), unsigned(other.receipt), actors.challenger.address);
    expect((await operatorRegistry.operatorOf(address)).stake).to.equal(STAKE - 2_000n);
  });
});
