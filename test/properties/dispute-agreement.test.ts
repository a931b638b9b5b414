import { expect } from "chai";
import { network } from "hardhat";

import { answerFor } from "../../src/dispute/answer-for.js";
import { answerBytes, bondFor, depositFor } from "../../src/dispute/deposit.js";
import { FORM, LIST } from "../../src/dispute/question.js";
import { depthOf } from "../../src/program/tensor-table.js";
import { asAddress } from "../../src/types/address.js";
import { asWei } from "../../src/types/wei.js";
import { Inquiry__factory, QuestionHarness__factory } from "../../typechain-types/index.js";
import { bench, judgeAll } from "../support/bench.js";
import { RULES } from "../support/dispute-arena.js";
import { someModel } from "../support/dispute-models.js";
import { disputeBetweenBoth } from "../support/dispute-players.js";
import { everyQuestion, own, questionScene } from "../support/every-question.js";
import { liars } from "../support/liars.js";
import { TEST_PARAMETERS, deployProtocol } from "../support/protocol.js";
import { Random } from "../support/random.js";
import type { Told } from "../support/staged-claim.js";

const connection = await network.create();
const { ethers } = connection;

const NO_TENSOR = 0xffff_ffffn;
const VERDICT = {
  element: "Element",
  "output-root": "OutputRoot",
  padding: "Padding",
  "absent-node": "AbsentNode",
};

describe("properties: the contracts read what the honest strategies write", () => {
  for (const onDemand of [false, true]) {
    it(`as questions and answers of every kind, the trace stated ${onDemand ? "when asked" : "at once"}`, async () => {
      const [signer] = await ethers.getSigners();
      const harness = await new QuestionHarness__factory(signer!).deploy();
      const scene = questionScene(onDemand);
      const { claim, claimId, registry } = scene.asked;
      if (onDemand) await harness.state(claimId, 41, own.roots.trace);
      const questions = [...everyQuestion(scene)];
      const read: Awaited<ReturnType<typeof harness.ofClaim>>[number][] = [];
      for (let at = 0; at < questions.length; at += 30) {
        const streams = questions.slice(at, at + 30).map(({ stream }) => stream);
        read.push(...(await harness.ofClaim(claim, claimId, registry.contract, streams)));
      }
      for (const [at, question] of questions.entries()) {
        const { key, form, levels, subject, answerBytes: bytes, place } = read[at]!;
        expect([key, form, levels, subject]).to.deep.equal([
          question.key,
          BigInt(FORM[question.form]),
          BigInt(question.levels),
          question.subject,
        ]);
        expect(bytes).to.equal(BigInt(answerBytes(question, depthOf(claim.n))));
        const { list, level, record, tensor, index } = question.place;
        expect([...place]).to.deep.equal(
          [LIST[list], level, record, tensor ?? NO_TENSOR, index].map((value) => BigInt(value)),
        );
        const data = answerFor(question, scene.claim.operator);
        if (data === undefined) expect(question.form).to.equal("trace");
        else expect(await harness.keyOf(FORM[question.form], question.levels, data)).to.equal(question.key);
      }
    });
  }

  it("as deposits, to the wei", async () => {
    const protocol = await deployProtocol(connection, { inquiryName: "Inquiry" });
    const inquiry = Inquiry__factory.connect(await protocol.inquiry.getAddress(), ethers.provider);
    const { baseBond, delayRate, answerGas, answerByteGas, closeGas, settleGas } = TEST_PARAMETERS;
    const rules = {
      ...RULES,
      baseBond: asWei(baseBond),
      ...{ delayRate, answerGas, answerByteGas, closeGas, settleGas },
    };
    const random = new Random(1);
    const nobody = asAddress("0x00000000000000000000000000000000000000AA");
    for (let round = 0; round < 100; round++) {
      const liability = BigInt(random.word()) * BigInt(random.word()) * BigInt(random.pick([0, 1, 1_000]));
      const exposure = {
        ...{ bond: bondFor(rules, 0), owed: asWei(0n), payees: 0, liability: asWei(liability) },
        ...{ answerBytes: random.below(9_000), baseFee: asWei(BigInt(random.word())) },
      };
      expect(await inquiry.depositFor(nobody, liability, exposure.answerBytes, exposure.baseFee)).to.equal(
        depositFor(rules, exposure),
      );
    }
  });

  it("as evidence made from answers: the referee convicts every lie that is not silence", async () => {
    const place = await bench(ethers);
    const cases: Parameters<typeof judgeAll>[1][number][] = [];
    const expected: string[] = [];
    for (const [what, lie] of Object.entries(liars)) {
      let found = 0;
      for (let seed = 1; found < 6 && seed < 200; seed++) {
        const random = new Random(seed);
        const { committed: artifact, own: run } = someModel(seed);
        const lied = lie({ committed: artifact, own: run, random });
        if (lied === undefined || lied.fault === "silence") continue;
        found++;
        const n = random.between(1, 9);
        const { registry } = place;
        const told: Told = {
          ...{ committed: artifact, own: run, theirs: run, n, index: random.below(n), registry },
          ...lied,
        };
        const { played, claim } = disputeBetweenBoth(told);
        const evidence = played.moves.flatMap(({ move }) => (move.kind === "convict" ? [move.evidence] : []));
        expect(evidence, `${what}, seed ${seed}`).to.have.lengthOf(1);
        cases.push({ claim: claim.claim, evidence: evidence[0]! });
        expected.push(VERDICT[lied.fault]);
      }
    }
    expect(cases.length).to.be.at.least(50);
    const answers = await judgeAll(place, cases);
    expect(answers.map(({ verdict }) => verdict)).to.deep.equal(expected);
  });
});
