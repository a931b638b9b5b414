import { expect } from "chai";
import { network } from "hardhat";

import { receiptHash } from "../../src/claim/receipt.js";
import type { Receipt } from "../../src/claim/receipt.js";
import { asAddress } from "../../src/types/address.js";
import { asBytes32 } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { contractOperatorScene, courtScene, MANNER, STAGE, unsigned } from "../support/court-scene.js";
import type { CourtScene } from "../support/court-scene.js";
import { bytes32, consentOf, TEST_PARAMETERS } from "../support/protocol.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const scene = () => courtScene(connection);
const contractScene = () => contractOperatorScene(connection);
const { exitDelay, keyNotice } = TEST_PARAMETERS;

/** The next block is of this second. */
const at = (seconds: bigint) => time.setNextBlockTimestamp(seconds);

const issued = (made: CourtScene, overrides: Partial<Receipt>): Receipt => ({
  ...made.receipt,
  ...overrides,
});

describe("ReceiptCourt.present", () => {
  it("keeps a signature that is good, and tells the receipt to everybody", async () => {
    const { court, sign, receipt, hash, actors } = await load(scene);
    expect(await court.hashOf(receipt)).to.equal(hash);
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.NONE);
    const sent = await court.connect(actors.stranger).present(await sign(receipt));
    await expect(sent).to.emit(court, "ReceiptPresented");
    const [log] = (await sent.wait())!.logs;
    const { args } = court.interface.parseLog(log!)!;
    expect([args["receiptHash"], args["operator"], args["signer"]]).to.deep.equal([
      hash,
      receipt.operator,
      actors.signer.address,
    ]);
    const told = args["receipt"].toObject(true) as Receipt;
    expect(await court.hashOf({ ...told, record: told.record })).to.equal(hash);
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.PRESENTED);
  });

  it("does nothing the second time, whatever it is signed with", async () => {
    const { court, sign, receipt } = await load(scene);
    await court.present(await sign(receipt));
    await expect(court.present(unsigned(receipt))).to.not.emit(court, "ReceiptPresented");
  });

  it("takes the operator's own key", async () => {
    const { court, sign, receipt, actors } = await load(scene);
    await expect(court.present(await sign(receipt, actors.operator))).to.emit(court, "ReceiptPresented");
  });

  it("takes a receipt in the last second of half an exit delay", async () => {
    const { court, sign, receipt, issuedAt } = await load(scene);
    await at(issuedAt + exitDelay / 2n - 1n);
    await expect(court.present(await sign(receipt))).to.emit(court, "ReceiptPresented");
  });

  it("reverts with PresentedTooLate a second later", async () => {
    const { court, sign, receipt, issuedAt } = await load(scene);
    const end = issuedAt + exitDelay / 2n;
    await at(end);
    await expect(court.present(await sign(receipt)))
      .to.be.revertedWithCustomError(court, "PresentedTooLate")
      .withArgs(end, end);
  });

  it("takes a receipt in the second it says it was issued in", async () => {
    const made = await load(scene);
    const now = made.issuedAt + 30n;
    const receipt = issued(made, { issuedAt: asSeconds(now) });
    await at(now);
    await expect(made.court.present(await made.sign(receipt))).to.emit(made.court, "ReceiptPresented");
  });

  it("reverts with IssuedInTheFuture a second before", async () => {
    const made = await load(scene);
    const now = made.issuedAt + 30n;
    const receipt = issued(made, { issuedAt: asSeconds(now + 1n) });
    await at(now);
    await expect(made.court.present(await made.sign(receipt)))
      .to.be.revertedWithCustomError(made.court, "IssuedInTheFuture")
      .withArgs(now + 1n, now);
  });

  it("takes inclusion deadlines from the second of issue to a quarter of the exit delay, and no other", async () => {
    const made = await load(scene);
    const { court, sign, issuedAt } = made;
    const [least, most] = [issuedAt, issuedAt + exitDelay / 4n];
    for (const wrong of [least - 1n, most + 1n]) {
      await expect(court.present(await sign(issued(made, { inclusionDeadline: asSeconds(wrong) }))))
        .to.be.revertedWithCustomError(court, "InclusionDeadlineOutOfRange")
        .withArgs(wrong, least, most);
    }
    for (const right of [least, most]) {
      const receipt = issued(made, { inclusionDeadline: asSeconds(right) });
      await expect(court.present(await sign(receipt))).to.emit(court, "ReceiptPresented");
    }
  });

  it("takes the last second a receipt can name, and does not overflow", async () => {
    const made = await load(scene);
    const last = asSeconds(2n ** 40n - 1n);
    const receipt = issued(made, { issuedAt: last, inclusionDeadline: last });
    await expect(made.court.present(await made.sign(receipt))).to.be.revertedWithCustomError(
      made.court,
      "IssuedInTheFuture",
    );
  });
});

describe("ReceiptCourt.present: whose signature", () => {
  it("is refused of another key than the one named", async () => {
    const { court, sign, receipt, hash, actors } = await load(scene);
    const forged = { ...(await sign(receipt, actors.stranger)), signer: actors.signer.address };
    await expect(court.present(forged))
      .to.be.revertedWithCustomError(court, "SignatureInvalid")
      .withArgs(hash, actors.signer.address);
  });

  it("is refused of a key that is not the operator's", async () => {
    const { court, sign, receipt, actors } = await load(scene);
    await expect(court.present(await sign(receipt, actors.stranger)))
      .to.be.revertedWithCustomError(court, "SignerNotInForce")
      .withArgs(actors.stranger.address, receipt.operator, receipt.issuedAt);
  });

  it("is refused of another operator, and of another operator's key", async () => {
    const made = await load(scene);
    const { court, sign, actors } = made;
    const receipt = issued(made, { operator: asAddress(actors.otherOperator.address) });
    for (const by of [actors.operator, actors.signer]) {
      await expect(court.present(await sign(receipt, by))).to.be.revertedWithCustomError(
        court,
        "SignerNotInForce",
      );
    }
  });

  it("is refused of somebody who never registered, even in its own name", async () => {
    const made = await load(scene);
    const { court, sign, actors } = made;
    const receipt = issued(made, { operator: asAddress(actors.stranger.address) });
    await expect(court.present(await sign(receipt, actors.stranger)))
      .to.be.revertedWithCustomError(court, "SignerNotInForce")
      .withArgs(actors.stranger.address, actors.stranger.address, receipt.issuedAt);
  });

  it("is void with any word of the receipt changed", async () => {
    const made = await load(scene);
    const { court, sign, receipt, place } = made;
    const signed = await sign(receipt);
    const { record } = receipt;
    const changed: Receipt[] = [
      { ...receipt, modelId: bytes32(9) },
      { ...receipt, issuedAt: asSeconds(receipt.issuedAt - 1n) },
      { ...receipt, inclusionDeadline: asSeconds(receipt.inclusionDeadline - 1n) },
      { ...receipt, liabilityWei: (receipt.liabilityWei + 1n) as Receipt["liabilityWei"] },
      { ...receipt, maxRecords: receipt.maxRecords + 1 },
      { ...receipt, record: { ...record, requester: receipt.operator } },
      { ...receipt, record: { ...record, salt: bytes32(9) } },
      { ...receipt, record: { ...record, inputRoot: bytes32(9) } },
      { ...receipt, record: { ...record, outputRoot: bytes32(9) } },
      { ...receipt, record: { ...record, traceRoot: bytes32(9) } },
      { ...receipt, record: { ...record, parentsRoot: bytes32(9) } },
      { ...receipt, record: { ...record, parentsCount: 1 } },
    ];
    for (const other of changed) {
      const given = court.present({ ...signed, receipt: other });
      // One second earlier the signer was no signer yet.
      if (other.issuedAt !== receipt.issuedAt) {
        await expect(given).to.be.revertedWithCustomError(court, "SignerNotInForce");
        continue;
      }
      await expect(given)
        .to.be.revertedWithCustomError(court, "SignatureInvalid")
        .withArgs(receiptHash(other, place), signed.signer);
    }
  });

  it("is void in another court and on another chain", async () => {
    const { court, sign, receipt, place, actors } = await load(scene);
    for (const elsewhere of [
      { ...place, chainId: place.chainId + 1n },
      { ...place, contract: asAddress(actors.stranger.address) },
    ]) {
      await expect(
        court.present(await sign(receipt, actors.signer, elsewhere)),
      ).to.be.revertedWithCustomError(court, "SignatureInvalid");
    }
  });

  it("has one form: its mirror image with a high s is refused, and so are 64 bytes", async () => {
    const { court, sign, receipt } = await load(scene);
    const signed = await sign(receipt);
    const { r, s, v, compactSerialized } = ethers.Signature.from(signed.signature);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const high = ethers.toBeHex(order - BigInt(s), 32);
    const mirrored = ethers.concat([r, high, v === 27 ? "0x1c" : "0x1b"]);
    for (const signature of [mirrored, compactSerialized, "0x"]) {
      await expect(court.present({ ...signed, signature })).to.be.revertedWithCustomError(
        court,
        "SignatureInvalid",
      );
    }
  });
});

describe("ReceiptCourt.present: keys that come and go", () => {
  /** Revoked at `revokedAt`, ten seconds after the receipts of a scene. */
  async function revoked() {
    const made = await courtScene(connection);
    const revokedAt = made.issuedAt + 10n;
    await at(revokedAt);
    await made.operatorRegistry.connect(made.actors.operator).revokeSigner(made.actors.signer.address);
    return { ...made, revokedAt };
  }

  it("evidence outlives the key: a receipt from before counts until the end of its time", async () => {
    const { court, sign, receipt, issuedAt } = await load(revoked);
    await at(issuedAt + exitDelay / 2n - 1n);
    await expect(court.present(await sign(receipt))).to.emit(court, "ReceiptPresented");
  });

  it("a receipt of the last second of the notice counts", async () => {
    const made = await load(revoked);
    const last = made.revokedAt + keyNotice - 1n;
    const receipt = issued(made, { issuedAt: asSeconds(last), inclusionDeadline: asSeconds(last) });
    await at(last + 50n);
    await expect(made.court.present(await made.sign(receipt))).to.emit(made.court, "ReceiptPresented");
  });

  it("one of the second after proves nothing", async () => {
    const made = await load(revoked);
    const over = made.revokedAt + keyNotice;
    const receipt = issued(made, { issuedAt: asSeconds(over), inclusionDeadline: asSeconds(over) });
    await at(over + 50n);
    await expect(made.court.present(await made.sign(receipt)))
      .to.be.revertedWithCustomError(made.court, "SignerNotInForce")
      .withArgs(made.actors.signer.address, receipt.operator, over);
  });

  it("one of the second before the key was added proves nothing, and one of that second counts", async () => {
    const made = await load(revoked);
    const { court, sign, actors, operatorRegistry } = made;
    const { activeFrom } = await operatorRegistry.signerOf(actors.signer.address);
    const early = asSeconds(activeFrom - 1n);
    await expect(
      court.present(await sign(issued(made, { issuedAt: early, inclusionDeadline: early }))),
    ).to.be.revertedWithCustomError(court, "SignerNotInForce");
    const first = asSeconds(activeFrom);
    await expect(
      court.present(await sign(issued(made, { issuedAt: first, inclusionDeadline: first }))),
    ).to.emit(court, "ReceiptPresented");
  });

  it("a stolen old key proves nothing, whatever date it writes, half an exit delay after its notice", async () => {
    const made = await load(revoked);
    const { court, sign, revokedAt } = made;
    const last = revokedAt + keyNotice - 1n;
    const receipt = issued(made, { issuedAt: asSeconds(last), inclusionDeadline: asSeconds(last) });
    const end = last + exitDelay / 2n;
    await at(end);
    await expect(court.present(await sign(receipt)))
      .to.be.revertedWithCustomError(court, "PresentedTooLate")
      .withArgs(end, end);
    const later = issued(made, { issuedAt: asSeconds(end), inclusionDeadline: asSeconds(end) });
    await expect(court.present(await sign(later))).to.be.revertedWithCustomError(court, "SignerNotInForce");
  });

  it("what was presented stays presented", async () => {
    const { court, sign, receipt, hash, actors, operatorRegistry, issuedAt } = await load(scene);
    await court.present(await sign(receipt));
    await operatorRegistry.connect(actors.operator).revokeSigner(actors.signer.address);
    await at(issuedAt + exitDelay);
    await court.present(unsigned(receipt));
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.PRESENTED);
  });

  it("a key that is added later serves later receipts alone", async () => {
    const made = await load(scene);
    const { court, sign, operatorRegistry, actors, receipt } = made;
    await operatorRegistry
      .connect(actors.operator)
      .addSigner(actors.stranger.address, await consentOf(made, actors.stranger, actors.operator.address));
    await expect(court.present(await sign(receipt, actors.stranger))).to.be.revertedWithCustomError(
      court,
      "SignerNotInForce",
    );
    const now = asSeconds(BigInt(await time.latest()));
    const later = issued(made, { issuedAt: now, inclusionDeadline: now });
    await expect(court.present(await sign(later, actors.stranger))).to.emit(court, "ReceiptPresented");
  });
});

describe("ReceiptCourt.present: operators that are contracts", () => {
  it("are asked whether they signed", async () => {
    const { court, promise } = await load(contractScene);
    const { hash, ...given } = promise();
    await expect(court.present(given)).to.emit(court, "ReceiptPresented");
    expect((await court.caseOf(hash)).stage).to.equal(STAGE.PRESENTED);
  });

  it("disown only what was not presented before", async () => {
    const { court, promise, account } = await load(contractScene);
    const first = promise();
    const second = promise(bytes32(0xbad));
    await court.present(first);
    await account.behave(MANNER.Reverts);
    await expect(court.present(unsigned(first.receipt))).to.not.be.revert(ethers);
    await expect(court.present(second))
      .to.be.revertedWithCustomError(court, "SignatureInvalid")
      .withArgs(second.hash, second.signer);
  });

  for (const manner of ["Denies", "Reverts", "Mumbles", "Slurs", "Retracts"] as const) {
    it(`have signed nothing when the contract ${manner.toLowerCase()}`, async () => {
      const { court, promise, account } = await load(contractScene);
      await account.behave(MANNER[manner]);
      await expect(court.present(promise())).to.be.revertedWithCustomError(court, "SignatureInvalid");
    });
  }

  for (const manner of ["Burns", "Floods"] as const) {
    it(`cost a presenter 1,100,000 gas at most when the contract ${manner.toLowerCase()}`, async () => {
      const { court, promise, account, actors } = await load(contractScene);
      await account.behave(MANNER[manner]);
      const data = court.interface.encodeFunctionData("present", [promise()]);
      const sent = await actors.stranger
        .sendTransaction({ to: await court.getAddress(), data, gasLimit: 16_000_000n })
        .then(async (response) => response.wait())
        .catch(async () => {
          const block = await ethers.provider.getBlock("latest");
          return ethers.provider.getTransactionReceipt(block!.transactions[0]!);
        });
      expect(sent!.status).to.equal(0);
      expect(sent!.gasUsed).to.be.lessThan(1_100_000n).and.greaterThan(500_000n);
    });
  }

  it("sign by their keys as well, which nobody asks them about", async () => {
    const { court, promise, account, actors, operatorRegistry, address, sign } = await load(contractScene);
    const key = actors.stranger;
    const consent = await consentOf({ ethers, operatorRegistry } as never, key, address);
    await account.relay(
      await operatorRegistry.getAddress(),
      operatorRegistry.interface.encodeFunctionData("addSigner", [key.address, consent]),
    );
    await account.behave(MANNER.Reverts);
    const now = asSeconds(BigInt(await time.latest()));
    const receipt = { ...promise().receipt, issuedAt: now, inclusionDeadline: now };
    await expect(court.present(await sign(receipt, key))).to.emit(court, "ReceiptPresented");
  });

  it("cannot be spoken for by a contract that is no operator", async () => {
    const { court, promise, receipt } = await load(contractScene);
    const { signer } = promise();
    await expect(court.present({ receipt, signer, signature: "0x" }))
      .to.be.revertedWithCustomError(court, "SignerNotInForce")
      .withArgs(signer, receipt.operator, receipt.issuedAt);
  });

  it("may be accounts with a key: code that is put there disowns nothing (EIP-7702)", async () => {
    const { court, sign, receipt, actors, account } = await load(contractScene);
    await account.behave(MANNER.Denies);
    const { operator } = actors;
    // What a delegation of the operator's account leaves there.
    const delegated = ethers.concat(["0xef0100", await account.getAddress()]);
    await networkHelpers.setCode(operator.address, delegated);
    await expect(court.connect(actors.stranger).present(await sign(receipt, operator))).to.emit(
      court,
      "ReceiptPresented",
    );
  });

  it("are not asked on behalf of a signer key, even when code stands there", async () => {
    const { court, receipt, actors, account, hash } = await load(contractScene);
    const code = await ethers.provider.getCode(await account.getAddress());
    await networkHelpers.setCode(actors.signer.address, code);
    const signature: Bytes32 = asBytes32(hash);
    await expect(
      court.connect(actors.stranger).present({ receipt, signer: actors.signer.address, signature }),
    )
      .to.be.revertedWithCustomError(court, "SignatureInvalid")
      .withArgs(hash, actors.signer.address);
  });
});
