import { readdirSync } from "node:fs";

import { concatBytes } from "@noble/hashes/utils.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import type { TransactionResponse } from "ethers";
import { network } from "hardhat";

import { readParameters } from "../../src/chain/parameters.js";
import { recordHash } from "../../src/claim/record.js";
import { FORM, questionKey, recordSubject } from "../../src/dispute/question.js";
import { bytes32From } from "../../src/types/bytes32.js";
import { u32 } from "../support/evidence-layout.js";
import { noise } from "../support/exhibit.js";
import { inquiryScene, PLENTY } from "../support/inquiry-scene.js";
import type { InquiryScene } from "../support/inquiry-scene.js";
import { consentOf } from "../support/protocol.js";
import type { Account } from "../support/protocol.js";
import { answerData, keyOf, questionStream, recordBlock } from "../support/question-stream.js";
import type { Subject } from "../support/question-stream.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { time } = networkHelpers;
const load = networkHelpers.loadFixture;

const DIRECTORY = "deploy/parameters";
const SCHEDULES = readdirSync(DIRECTORY).map((file) => ({ file, ...readParameters(`${DIRECTORY}/${file}`) }));

const gasOf = async (sent: Promise<TransactionResponse>) => Number((await (await sent).wait())!.gasUsed);

/** Nobody has a balance yet, and nothing was burned: every slot that can be new is. */
const scene = () => inquiryScene(connection, { parameters: { clock: 3_000n, exitDelay: 10_000n } });

/** Ends the clocks of everybody. */
const LATER = 4_000;

/** One node in the tensor with most leaves. */
const inLargest = (level: number, index: number): Subject => ({
  kind: "node",
  list: "weights",
  tensor: 0,
  level,
  index,
});

/** A record in a list of the greatest depth, asked of a claim of its own: index and path have no zero in them. */
async function deepestRecord(made: InquiryScene) {
  const { exhibit, claim, claimBook, actors, inquiry } = made;
  const [depth, index] = [20, 0xabcde];
  const path = Array.from({ length: depth }, (_, level) => ethers.getBytes(noise("sibling", level)));
  const record = { ...exhibit.records.records[1]!, salt: noise("salt"), parentsRoot: noise("parents") };
  let node = ethers.getBytes(recordHash(record));
  for (const [level, sibling] of path.entries()) {
    node = keccak_256((index >> level) & 1 ? concatBytes(sibling, node) : concatBytes(node, sibling));
  }
  const root = bytes32From(node);
  const large = { ...claim, n: 2 ** depth, recordsRoot: root };
  await claimBook.connect(actors.operator).submit(large);
  const fields = recordBlock({ records: { ...exhibit.records, records: [record] } as never, recordIndex: 0 });
  const data = concatBytes(fields.subarray(0, 181), Uint8Array.from(u32(index)), ...path);
  const stream = Uint8Array.from([1, ...u32(index)]);
  await inquiry.connect(actors.challenger).open(large, 0n, stream, { value: PLENTY });
  const session = await inquiry.sessionIdOf(await claimBook.idOf(large), actors.challenger.address, 0n);
  const { key } = questionKey("record", 0, recordSubject(root, depth, index));
  expect((await inquiry.sessionOf(session)).key).to.equal(key);
  return { session, data };
}

describe("Inquiry: the gas schedule of every deployment", () => {
  it("pays for an answer of every form, its calldata, and withdrawing what it earned", async () => {
    const made = await load(scene);
    const { open, answer, inquiry, claim, claimBook, actors, sessionOf, operatorRegistry } = made;
    const used: [bytes: number, gas: number][] = [];
    const subjects: [Subject, number][] = [
      [inLargest(0, 7), 128],
      [inLargest(1, 7), 256],
      [inLargest(4, 7), 2_048],
      [inLargest(11, 0), 64],
      [inLargest(10, 1), 2_048],
      [{ kind: "descriptor", kernel: 0 }, 1],
      [{ kind: "descriptor", kernel: 69 }, 8_192],
    ];
    let nonce = 0n;
    for (const [subject, bytes] of subjects) {
      await open(actors.challenger, subject, { nonce });
      used.push([bytes, await gasOf(answer(actors.operator, sessionOf(actors.challenger, nonce), subject))]);
      nonce++;
    }
    const { session, data } = await deepestRecord(made);
    expect(data.length).to.equal(825);
    used.push([825, await gasOf(inquiry.connect(actors.operator).answer(session, FORM.record, 0, data))]);
    const consent = await consentOf(made, actors.signer, actors.operator.address);
    await operatorRegistry.connect(actors.operator).addSigner(actors.signer.address, consent);
    await open(actors.challenger, { kind: "trace" }, { nonce });
    used.push([
      32,
      await gasOf(answer(actors.signer, sessionOf(actors.challenger, nonce), { kind: "trace" })),
    ]);

    await time.increase(LATER);
    for (let one = 0n; one <= nonce; one++) await inquiry.close(claim, sessionOf(actors.challenger, one));
    await time.increase(LATER);
    await claimBook.finalize(claim);
    await inquiry.settle(claim, sessionOf(actors.challenger));
    const withdrawing = await gasOf(inquiry.connect(actors.operator).withdraw(actors.operator.address));
    for (const { file, answerGas, answerByteGas } of SCHEDULES) {
      for (const [bytes, gas] of used) {
        expect(answerGas + answerByteGas * bytes, `${file}, ${bytes} bytes`).to.be.at.least(
          gas + withdrawing,
        );
      }
    }
  });

  it("pays a stranger for closing, whether it releases the claim or not", async () => {
    const { open, answer, inquiry, claim, actors, sessionOf } = await load(scene);
    const subjects: Subject[] = [inLargest(11, 0), inLargest(10, 0)];
    for (const [i, subject] of subjects.entries()) {
      await open(actors.challenger, subject, { nonce: BigInt(i) });
      await answer(actors.operator, sessionOf(actors.challenger, BigInt(i)), subject);
    }
    await time.increase(LATER);
    const close = (nonce: bigint) =>
      gasOf(inquiry.connect(actors.stranger).close(claim, sessionOf(actors.challenger, nonce)));
    const most = Math.max(await close(0n), await close(1n));
    for (const { file, closeGas } of SCHEDULES) expect(closeGas, file).to.be.at.least(most);
  });

  it("pays a stranger for settling a session that owes one to seventeen accounts", async () => {
    const settled: [payees: number, gas: number][] = [];
    for (let payees = 1; payees <= 17; payees++) {
      const { open, ask, answer, inquiry, claim, claimBook, actors, sessionOf } = await load(scene);
      const accounts = (await ethers.getSigners()).filter(
        ({ address }) => address !== actors.challenger.address,
      );
      const session = sessionOf(actors.challenger);
      const answers = Math.min(payees, 16);
      for (let round = 0; round < answers; round++) {
        const subject: Subject = { kind: "descriptor", kernel: round };
        await (round === 0 ? open(actors.challenger, subject) : ask(actors.challenger, session, subject));
        await answer(accounts[round]!, session, subject);
      }
      await time.increase(LATER);
      const closer = payees === 17 ? accounts[16]! : actors.challenger;
      await inquiry.connect(closer).close(claim, session);
      await time.increase(LATER);
      await claimBook.finalize(claim);
      expect((await inquiry.sessionOf(session)).payees).to.equal(payees);
      expect((await inquiry.sessionOf(session)).heldFor).to.be.greaterThan(0n);
      settled.push([payees, await gasOf(inquiry.connect(accounts[18]!).settle(claim, session))]);
    }
    for (const { file, settleGas } of SCHEDULES) {
      for (const [payees, gas] of settled) {
        expect(settleGas * (1 + payees), `${file}, ${payees} payees`).to.be.at.least(gas);
      }
    }
  });
});

describe("Inquiry: an estimate", () => {
  it("without a gas price finds at least what the transaction uses", async () => {
    const { inquiry, claim, claimBook, actors, sessionOf, exhibit, id } = await load(scene);
    const least = async (by: Account, data: string, value = 0n) => {
      const transaction = { from: by.address, to: await inquiry.getAddress(), data, value };
      // Most nodes estimate at a gas price of zero where none is given.
      const gasLimit = await ethers.provider.estimateGas({ ...transaction, gasPrice: 0n });
      expect(await gasOf(by.sendTransaction({ ...transaction, gasLimit }))).to.be.at.most(Number(gasLimit));
    };
    const call = inquiry.interface.encodeFunctionData.bind(inquiry.interface) as (
      ...args: unknown[]
    ) => string;
    const subject = inLargest(11, 0);
    const session = sessionOf(actors.challenger);
    const { form, levels } = keyOf(exhibit, subject, id);
    await least(actors.challenger, call("open", [claim, 0n, questionStream(exhibit, subject)]), PLENTY);
    await least(actors.operator, call("answer", [session, FORM[form], levels, answerData(exhibit, subject)]));
    await time.increase(LATER);
    await least(actors.stranger, call("close", [claim, session]));
    await time.increase(LATER);
    await claimBook.finalize(claim);
    await least(actors.guardian, call("settle", [claim, session]));
    await least(actors.operator, call("withdraw", [actors.operator.address]));
  });
});
