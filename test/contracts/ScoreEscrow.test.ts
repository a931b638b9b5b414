import { expect } from "chai";
import { network } from "hardhat";

import { commitRecords, openRecord } from "../../src/claim/record-list.js";
import type { ArtifactCommitment } from "../../src/model/artifact-id.js";
import { openPositions, treeOfBytes, treeOfItems } from "../../src/trace/tree.js";
import type { Tree } from "../../src/trace/tree.js";
import { bytes32From, ZERO_HASH } from "../../src/types/bytes32.js";
import { asWei } from "../../src/types/wei.js";
import {
  ARTIFACT,
  bytes32,
  deployProtocol,
  makeClaim,
  makeRecord,
  PHASE,
  publish,
  stake,
} from "../support/protocol.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;

const HELD = 5_000n;
const bitsOf = (score: number): number => new Uint32Array(Float32Array.of(score).buffer)[0] as number;
const open = (tree: Tree, index: number): string => ethers.hexlify(openPositions(tree, [index]));
/** Of the score that is paid on. */
const ELEMENT = 2;

/** A claim to scores of two inputs, and an escrow that pays on the third score of the first of them. */
async function oneEscrow(score = 0.75) {
  const protocol = await deployProtocol(connection);
  const { actors, claimBook, modelRegistry } = protocol;
  const scores = Float32Array.of(0.1, 0.2, score);
  const table = new Uint8Array(4 * 8);
  // One input, two weights, one kernel that makes the output.
  [1, 1, 1, scores.length].forEach((count, i) => new DataView(table.buffer).setUint32(8 * i, count, true));
  const trees = { table: treeOfBytes(table), scores: treeOfBytes(new Uint8Array(scores.buffer)) };
  const outputs = treeOfItems(trees.scores.root);
  const artifact: ArtifactCommitment = {
    ...ARTIFACT,
    ...{ kernelCount: 1, outputCount: 1, tableRoot: bytes32From(trees.table.root) },
  };
  const modelId = await publish(protocol, artifact);
  await stake(protocol, actors.operator, 50_000n);
  const scored = [1, 2].map((input) =>
    makeRecord(actors.requester.address, {
      inputRoot: bytes32(input),
      outputRoot: bytes32From(outputs.root),
    }),
  );
  const records = commitRecords(scored);
  const claim = {
    ...makeClaim(actors.operator.address, modelId, { recordsRoot: records.root }),
    ...{ n: 2, liability: asWei(20_000n) },
  };
  await claimBook.connect(actors.operator).submit(claim);
  const payee = ethers.Wallet.createRandom().address;
  const terms = {
    ...{
      claimBook: await claimBook.getAddress(),
      modelId,
      inputRoot: bytes32(1),
      output: 0,
      element: ELEMENT,
    },
    ...{ leastScore: bitsOf(0.5), minLiabilityPerRecord: 10_000n, payee },
    refundableFrom: (await time.latest()) + 1_000,
  };
  const place = {
    ...{ registry: await modelRegistry.getAddress(), publisher: actors.publisher.address },
    ...{ superseded: ZERO_HASH, output: 0, element: ELEMENT },
  };
  const opening = ethers.concat([open(trees.table, 0), open(trees.scores, 0), open(outputs, 0)]);
  const escrowOn = async (changed: Partial<typeof terms> = {}) =>
    ethers.deployContract("ScoreEscrow", [{ ...terms, ...changed }], { value: HELD });
  const escrow = await escrowOn();
  type Shown = { claim: typeof claim; record: number; place: typeof place };
  const release = (on: typeof escrow, shown: Partial<Shown> = {}) => {
    const { record = 0, place: at = place, claim: of = claim } = shown;
    const given = [
      of,
      records.records[record]!,
      record,
      openRecord(records, record),
      artifact,
      at,
      opening,
    ] as const;
    return on.release(...given);
  };
  const finalize = async () => {
    await time.increase(60);
    await claimBook.finalize(claim);
  };
  return {
    ...protocol,
    escrow,
    escrowOn,
    release,
    finalize,
    claim,
    place,
    payee,
    terms,
    id: await claimBook.idOf(claim),
  };
}

/** The same with the claim FINAL. */
async function onePayableEscrow() {
  const scene = await oneEscrow();
  await scene.finalize();
  return scene;
}

describe("ScoreEscrow", () => {
  it("pays everything it holds once the score is final", async () => {
    const { escrow, release, payee, id } = await networkHelpers.loadFixture(onePayableEscrow);
    await expect(release(escrow)).to.emit(escrow, "Paid").withArgs(id, bitsOf(0.75), HELD);
    expect(await ethers.provider.getBalance(payee)).to.equal(HELD);
    expect(await ethers.provider.getBalance(escrow)).to.equal(0n);
  });

  it("reverts with ClaimNotFinal before, and with LiabilityPerRecordTooSmall where too little was at stake", async () => {
    const { escrow, escrowOn, release, finalize, id } = await oneEscrow();
    await expect(release(escrow))
      .to.be.revertedWithCustomError(escrow, "ClaimNotFinal")
      .withArgs(id, PHASE.OPEN, PHASE.FINAL);
    await finalize();
    const wary = await escrowOn({ minLiabilityPerRecord: 10_001n });
    await expect(release(wary))
      .to.be.revertedWithCustomError(wary, "LiabilityPerRecordTooSmall")
      .withArgs(10_000, 10_001);
  });

  it("pays at the least score and reverts with ScoreTooLow above it", async () => {
    const { escrowOn, release } = await networkHelpers.loadFixture(onePayableEscrow);
    const dear = await escrowOn({ leastScore: bitsOf(0.75) + 1 });
    await expect(release(dear))
      .to.be.revertedWithCustomError(dear, "ScoreTooLow")
      .withArgs(bitsOf(0.75), bitsOf(0.75) + 1);
    const exact = await escrowOn({ leastScore: bitsOf(0.75) });
    await expect(release(exact)).to.emit(exact, "Paid");
  });

  it("takes neither a negative number nor NaN for a score", async () => {
    for (const score of [-0.75, Number.NaN]) {
      const { escrow, release, finalize } = await oneEscrow(score);
      await finalize();
      await expect(release(escrow))
        .to.be.revertedWithCustomError(escrow, "NotAScore")
        .withArgs(0, bitsOf(score));
    }
  });

  it("refuses another input, another element and a claim to another model", async () => {
    const { escrow, release, claim, place, terms } = await networkHelpers.loadFixture(onePayableEscrow);
    await expect(release(escrow, { record: 1 }))
      .to.be.revertedWithCustomError(escrow, "WrongInput")
      .withArgs(bytes32(2), bytes32(1));
    await expect(release(escrow, { place: { ...place, element: 1 } }))
      .to.be.revertedWithCustomError(escrow, "WrongElement")
      .withArgs(0, 1);
    await expect(release(escrow, { claim: { ...claim, modelId: bytes32(9) } }))
      .to.be.revertedWithCustomError(escrow, "WrongClaimedModel")
      .withArgs(bytes32(9), terms.modelId);
  });

  it("gives back to the payer alone, from the agreed second on", async () => {
    const { escrow, terms, actors } = await networkHelpers.loadFixture(onePayableEscrow);
    await expect(escrow.connect(actors.stranger).refund())
      .to.be.revertedWithCustomError(escrow, "NotPayer")
      .withArgs(actors.stranger.address, await escrow.payer());
    await time.setNextBlockTimestamp(terms.refundableFrom - 1);
    await expect(escrow.refund())
      .to.be.revertedWithCustomError(escrow, "NotYetRefundable")
      .withArgs(terms.refundableFrom - 1, terms.refundableFrom);
    await time.setNextBlockTimestamp(terms.refundableFrom);
    await expect(escrow.refund()).to.emit(escrow, "Refunded").withArgs(HELD);
  });
});
