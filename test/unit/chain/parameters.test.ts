import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { findParameters } from "../../../src/chain/find-parameters.js";
import { readParameters } from "../../../src/chain/parameters.js";

const local = JSON.parse(readFileSync("deploy/parameters/local.json", "utf8")) as Record<string, unknown>;

/** The local parameters with some of them written otherwise, read from a file. */
function read(changed: Record<string, unknown>) {
  const directory = mkdtempSync(join(tmpdir(), "onus-parameters-"));
  const path = join(directory, "parameters.json");
  try {
    writeFileSync(path, JSON.stringify({ ...local, ...changed }));
    return readParameters(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("chain: parameters of a deployment", () => {
  const rates: [text: string, weiPerSecond: bigint][] = [
    ["10%/year", 3_170_979_198n], // floor(10^17 / 31,536,000)
    ["100%/year", 31_709_791_983n],
    ["2.5%/year", 792_744_799n],
    ["0.000001%/year", 317n],
    ["0%/year", 0n],
  ];
  for (const [text, weiPerSecond] of rates) {
    it(`a delay rate of ${text} is ${weiPerSecond} wei a second of 10^18 wei, rounded down`, () => {
      expect(read({ delayRate: text }).delayRate).to.equal(weiPerSecond);
    });
  }

  for (const text of [
    "10%",
    "10",
    "10 %/year",
    "-1%/year",
    "%/year",
    ".5%/year",
    "1.0000001%/year",
    "1e1%/year",
  ]) {
    it(`refuses ${JSON.stringify(text)} as a delay rate`, () => {
      expect(() => read({ delayRate: text }))
        .to.throw()
        .that.deep.includes({ code: "MALFORMED_VALUE" })
        .and.has.nested.property("context.name", "delayRate");
    });
  }

  const refusals: [what: string, changed: Record<string, unknown>, place: string][] = [
    ["gas of nothing", { answerGas: 0 }, "answerGas"],
    ["gas over what a transaction may use", { closeGas: 16_777_217 }, "closeGas"],
    ["half a unit of gas", { settleGas: 0.5 }, "settleGas"],
    ["a name it does not know", { patience: "1h" }, "the top level"],
    ["a rate without unit", { delayRate: 10 }, "delayRate"],
  ];
  for (const [what, changed, place] of refusals) {
    it(`refuses ${what} and names the place`, () => {
      expect(() => read(changed))
        .to.throw(`${place}: `)
        .with.property("code", "PARAMETERS");
    });
  }

  it("knows the chains that have a preset, and no other", () => {
    expect(findParameters(31_337).path).to.equal(join("deploy", "parameters", "local.json"));
    expect(() => findParameters(1))
      .to.throw()
      .that.deep.includes({ code: "PARAMETERS_UNKNOWN", context: { chainId: 1 } });
  });

  it("reads the most gas a transaction may use", () => {
    expect(read({ closeGas: 16_777_216 }).closeGas).to.equal(16_777_216);
  });
});
