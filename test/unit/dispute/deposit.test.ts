import { expect } from "chai";

import { answerBytes, baseFeeSoon, bondFor, depositFor } from "../../../src/dispute/deposit.js";
import type { InquiryRules } from "../../../src/dispute/dispute-view.js";
import { questionKey } from "../../../src/dispute/question.js";
import { ZERO_HASH } from "../../../src/types/bytes32.js";
import { asWei } from "../../../src/types/wei.js";
import { RULES } from "../../support/dispute-arena.js";

const bytesOf = (form: Parameters<typeof questionKey>[0], levels = 0, recordDepth = 0): number =>
  answerBytes(questionKey(form, levels, ZERO_HASH), recordDepth);

describe("dispute: deposits", () => {
  it("know how long an answer is from its form", () => {
    expect(bytesOf("record", 0, 0)).to.equal(185);
    expect(bytesOf("record", 0, 20)).to.equal(185 + 640);
    expect(bytesOf("trace")).to.equal(32);
    expect(bytesOf("nodes", 1)).to.equal(64);
    expect(bytesOf("nodes", 6)).to.equal(2_048);
    expect(bytesOf("leaves", 0)).to.equal(128);
    expect(bytesOf("leaves", 4)).to.equal(2_048);
    expect(bytesOf("descriptor")).to.equal(8_192);
  });

  it("carry a bond that grows by a sixteenth with each open session, rounded up", () => {
    const rules = (baseBond: bigint): InquiryRules => ({ ...RULES, baseBond: asWei(baseBond) });
    expect(bondFor(rules(1_600n), 0)).to.equal(1_600n);
    expect(bondFor(rules(1_600n), 1)).to.equal(1_700n);
    expect(bondFor(rules(1_600n), 16)).to.equal(3_200n);
    expect(bondFor(rules(1_601n), 1)).to.equal(1_702n);
    expect(bondFor(rules(1n), 1)).to.equal(2n);
    expect(bondFor(rules(1n), 17)).to.equal(3n);
  });

  it("cover bond, delay, what is owed, and answer, closing and settling at four times the base fee", () => {
    const rules: InquiryRules = {
      ...RULES,
      delayRate: 10n ** 9n,
      answerGas: 100_000n,
      answerByteGas: 50n,
      closeGas: 70_000n,
      settleGas: 60_000n,
    };
    const exposure = {
      bond: asWei(5_000n),
      liability: asWei(3n * 10n ** 18n + 1n),
      answerBytes: 2_048,
      baseFee: asWei(7n),
      owed: asWei(11n),
      payees: 2,
    };
    // 230 seconds at 3 and a bit: the fraction of a wei is cut off.
    const delay = 690_000_000_000n;
    const gas = 100_000n + 50n * 2_048n + 70_000n + 60_000n * 5n;
    expect(depositFor(rules, exposure)).to.equal(5_000n + delay + 11n + gas * 28n);
    expect(depositFor(rules, { ...exposure, liability: asWei(0n) })).to.equal(5_000n + 11n + gas * 28n);
  });

  it("have room for eight full blocks, each of which raises the base fee by an eighth", () => {
    for (const fee of [0n, 1n, 7n, 8n, 9n, 10n ** 9n, 123_456_789_012n]) {
      let raised = fee;
      // EIP-1559: by at least one wei.
      for (let block = 0; block < 8; block++) raised += raised / 8n > 1n ? raised / 8n : 1n;
      expect(baseFeeSoon(asWei(fee)) >= raised, `${fee}`).to.equal(true);
      expect(baseFeeSoon(asWei(fee)) <= raised + 40n, `${fee}`).to.equal(true);
    }
  });
});
