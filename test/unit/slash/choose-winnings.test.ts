import { expect } from "chai";

import { chooseWinnings } from "../../../src/slash/choose-winnings.js";
import type { WinningsView } from "../../../src/slash/choose-winnings.js";
import { asAddress, ZERO_ADDRESS } from "../../../src/types/address.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";

const ME = asAddress(`0x${"11".repeat(20)}`);
const SOMEBODY = asAddress(`0x${"22".repeat(20)}`);
const MODEL = asBytes32(`0x${"33".repeat(32)}`);

const penalty = (
  number: number,
  given: Partial<WinningsView["penalties"][number]> = {},
): WinningsView["penalties"][number] => ({
  claimId: asBytes32(`0x${number.toString(16).padStart(64, "0")}`),
  claim: {
    ...{ operator: SOMEBODY, modelId: MODEL, recordsRoot: MODEL, n: 7 },
    ...{ nonce: BigInt(number), liability: asWei(1_001n), window: asSeconds(60n) },
  },
  ...{ beneficiary: ME, beneficiaryPaid: false },
  ...given,
});

const choose = (penalties: WinningsView["penalties"], credit = 0n, dearest = 0n) =>
  chooseWinnings({ account: ME, penalties, credit: asWei(credit) }, asWei(dearest));

describe("chooseWinnings", () => {
  it("finds nothing where nothing fell and no session left anything", () => {
    expect(choose([])).to.deep.equal([]);
    expect(choose([penalty(1, { beneficiary: ZERO_ADDRESS })])).to.deep.equal([]);
  });

  it("finds 30 % of each penalty, rounded down, that is one's own and was not pulled", () => {
    const mine = penalty(3);
    const { claimId, claim } = mine;
    const others = [penalty(1, { beneficiary: SOMEBODY }), penalty(2, { beneficiaryPaid: true })];
    expect(choose([...others, mine])).to.deep.equal([{ kind: "share", claimId, claim, amount: 300n }]);
  });

  it("finds credit that is more than pulling it may cost, after the shares", () => {
    expect(choose([], 1n)).to.deep.equal([{ kind: "credit", amount: 1n }]);
    expect(choose([], 5_000n, 5_000n)).to.deep.equal([]);
    expect(choose([penalty(1), penalty(2)], 5_001n, 5_000n).map(({ kind }) => kind)).to.deep.equal([
      ...["share", "share", "credit"],
    ]);
  });
});
