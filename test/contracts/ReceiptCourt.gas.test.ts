import { readdirSync } from "node:fs";

import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { expect } from "chai";
import type { TransactionResponse } from "ethers";
import { network } from "hardhat";

import { readParameters } from "../../src/chain/parameters.js";
import { recordHash } from "../../src/claim/record.js";
import { bytes32From } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { courtScene, PLENTY } from "../support/court-scene.js";
import { noise } from "../support/exhibit.js";
import { recordGas } from "../support/gas.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const DIRECTORY = "deploy/parameters";
const SCHEDULES = readdirSync(DIRECTORY).map((file) => ({ file, ...readParameters(`${DIRECTORY}/${file}`) }));
const DEPTH = 20;
/** Unix seconds of every receipt: signatures over other times have other bytes, which cost otherwise. */
const ISSUED = 2_000_000_000n;

const gasOf = async (sent: Promise<TransactionResponse>) => Number((await (await sent).wait())!.gasUsed);

/** The operator keeps its promise in the largest claim there is, whose fields and proof have no zero in them. */
async function largestClaim() {
  const made = await courtScene(connection, { parameters: { minLiability: 1n } });
  const { receiptOf, list, claim, submit, sign } = made;
  await time.increaseTo(ISSUED);
  const record = { ...list.records[0]!, salt: noise("salt"), parentsRoot: noise("parents") };
  const index = 0xabcde;
  const proof = Array.from({ length: DEPTH }, (_, level) => noise("sibling", level));
  let node = hexToBytes(recordHash(record).slice(2));
  for (const [level, hex] of proof.entries()) {
    const sibling = ethers.getBytes(hex);
    node = keccak_256((index >> level) & 1 ? concatBytes(sibling, node) : concatBytes(node, sibling));
  }
  const large = { ...claim, n: 2 ** DEPTH, recordsRoot: bytes32From(node), nonce: 2n ** 63n };
  await submit(large);
  const receipt = receiptOf(record, {
    ...{ issuedAt: asSeconds(ISSUED), inclusionDeadline: asSeconds(ISSUED + 40n) },
    maxRecords: 2 ** 20,
  });
  await time.increaseTo(ISSUED + 40n);
  return { ...made, large, index, proof, promised: await sign(receipt) };
}

describe("ReceiptCourt: gas", () => {
  it("of the dearest answer and of withdrawing what it earned is paid by every deployment", async () => {
    const { court, actors, promised, large, index, proof } = await load(largestClaim);
    recordGas(
      "complain, receipt not presented before",
      await gasOf(court.connect(actors.challenger).complain(promised, { value: PLENTY })),
    );
    const answering = await gasOf(
      court.connect(actors.operator).answer(promised.receipt, large, index, proof),
    );
    recordGas("answer a complaint, 2^20 records", answering);
    const withdrawing = await gasOf(court.connect(actors.operator).withdraw(actors.operator.address));
    for (const { file, answerGas, answerByteGas } of SCHEDULES) {
      const paid = answerGas + answerByteGas * 32 * DEPTH;
      expect(paid, file).to.be.at.least(answering + withdrawing);
    }
  });

  it("of a verdict is a few slots", async () => {
    const { court, actors, promised, sign } = await load(largestClaim);
    const { receipt } = promised;
    const record = { ...receipt.record, outputRoot: noise("another output") };
    const other = await sign({ ...receipt, record });
    const proving = () => court.proveEquivocation(promised, other, actors.challenger.address);
    recordGas("prove an equivocation", await gasOf(proving()));

    const silent = await load(largestClaim);
    await silent.court.connect(actors.challenger).complain(promised, { value: PLENTY });
    await time.increase(1_000);
    recordGas("time out a complaint", await gasOf(silent.court.timeOut(receipt)));
  });

  it("without a price is estimated at least as high as it is used", async () => {
    const { court, actors, promised, large, index, proof } = await load(largestClaim);
    const least = async (by: typeof actors.operator, data: string, value = 0n) => {
      const transaction = { from: by.address, to: await court.getAddress(), data, value };
      const gasLimit = await ethers.provider.estimateGas({ ...transaction, gasPrice: 0n });
      expect(await gasOf(by.sendTransaction({ ...transaction, gasLimit }))).to.be.at.most(Number(gasLimit));
    };
    const { interface: calls } = court;
    await least(actors.challenger, calls.encodeFunctionData("complain", [promised]), PLENTY);
    const answer = [promised.receipt, large, index, proof] as const;
    await least(actors.operator, calls.encodeFunctionData("answer", [...answer]));
    await least(actors.operator, calls.encodeFunctionData("withdraw", [actors.operator.address]));
  });
});
