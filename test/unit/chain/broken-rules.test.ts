import { expect } from "chai";
import { network } from "hardhat";

import { brokenRules } from "../../../src/chain/broken-rules.js";
import { onusCreationCode } from "../../../src/chain/creation-code.js";
import { readParameters } from "../../../src/chain/parameters.js";
import type { Parameters } from "../../../src/chain/parameters.js";
import { refusalOf } from "../../../src/chain/send.js";
import { parseAddress } from "../../../src/types/address.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";

const local = readParameters("deploy/parameters/local.json");
const DAY = 86_400n;

/** Each rule: parameters that just keep it, the change that just breaks it, and what the constructor calls that. */
const rules: readonly [
  rule: string,
  kept: Partial<Parameters>,
  broken: Partial<Parameters>,
  refusal: string,
][] = [
  ["minWindow", { minWindow: asSeconds(10n) }, { minWindow: asSeconds(9n) }, "WindowTooShort"],
  [
    "minWindow",
    { minWindow: asSeconds(30n * DAY), exitDelay: asSeconds(31n * DAY) },
    { minWindow: asSeconds(30n * DAY + 1n), exitDelay: asSeconds(31n * DAY) },
    "WindowTooLong",
  ],
  [
    "clock",
    { clock: asSeconds(10n) },
    { clock: asSeconds(9n), clockExtension: asSeconds(4n) },
    "ClockTooShort",
  ],
  ["proofTime", { proofTime: asSeconds(10n) }, { proofTime: asSeconds(9n) }, "ProofTimeTooShort"],
  [
    "clockExtension",
    { clockExtension: asSeconds(15n), exitDelay: asSeconds(610n) },
    { clockExtension: asSeconds(16n), exitDelay: asSeconds(900n) },
    "ClockExtensionTooLong",
  ],
  ["exitDelay", { exitDelay: asSeconds(290n) }, { exitDelay: asSeconds(289n) }, "ExitDelayTooShort"],
  ["keyNotice", { keyNotice: asSeconds(145n) }, { keyNotice: asSeconds(146n) }, "KeyNoticeTooLong"],
  ["minLiability", { minLiability: asWei(1n) }, { minLiability: asWei(0n) }, "LiabilityZero"],
  ["baseBond", { baseBond: asWei(1n) }, { baseBond: asWei(0n) }, "BaseBondZero"],
];

describe("brokenRules and the constructor of Onus", () => {
  /** What the constructor says to parameters: undefined when it takes them. */
  async function constructorOn(parameters: Parameters): Promise<string | undefined> {
    const { ethers } = await network.create();
    const token = await ethers.deployContract("WrappedEther");
    const data = onusCreationCode(parameters, parseAddress(await token.getAddress()));
    return ethers.provider.call({ data }).then(
      () => undefined,
      (error: unknown) => refusalOf(error)?.name ?? String(error),
    );
  }

  for (const [rule, kept, broken, refusal] of rules) {
    it(`agree where ${rule} just keeps its bound, and on ${refusal} one past it`, async () => {
      const good = { ...local, ...kept };
      expect(brokenRules(good)).to.deep.equal([]);
      expect(await constructorOn(good)).to.equal(undefined);
      const bad = { ...local, ...broken };
      expect(brokenRules(bad).map(({ parameter }) => parameter)).to.deep.equal([rule]);
      expect(await constructorOn(bad)).to.equal(refusal);
    });
  }

  it("names every broken rule at once, with both values", () => {
    const bad = { ...local, minWindow: asSeconds(9n), exitDelay: asSeconds(7n) };
    expect(brokenRules(bad).map(({ parameter, actual, bound }) => [parameter, actual, bound])).to.deep.equal([
      ["minWindow", 9n, 10n],
      ["exitDelay", 7n, 239n],
    ]);
  });
});
