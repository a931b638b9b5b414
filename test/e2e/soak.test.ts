import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect } from "chai";

import type { SoakReport } from "../../scripts/soak/run-soak.js";
import { hasAnvil } from "../support/anvil.js";

/** Milliseconds: windows and clocks are what they are. */
const LONGEST = 900_000;

describe("the soak", function () {
  this.timeout(LONGEST);

  before(function () {
    // The node's package is made for Linux alone.
    if (!hasAnvil) this.skip();
  });

  it("loses no receipt and faults no truth while its programs are killed and its chain forgets, and every lie falls", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        "--import",
        "tsx",
        "scripts/soak.ts",
        "--inferences",
        "40",
        "--seed",
        "7",
        "--seconds",
        "40",
        "--json",
      ],
      { timeout: LONGEST },
    );
    const report = JSON.parse(stdout) as SoakReport;
    expect(report).to.include({
      ...{ inferences: 40, lies: 1, liesFaulted: 1, honestFaulted: 0, receiptsLost: 0, undecided: 0 },
      ...{ reorgs: 2, balanced: true },
    });
    expect(report.kills).to.be.at.least(4);
  });
});
