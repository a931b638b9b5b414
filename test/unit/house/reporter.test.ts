import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

describe("the test reporter", () => {
  it("fails the test during which a promise was rejected unhandled, and counts the others", () => {
    const directory = mkdtempSync(join(tmpdir(), "onus-reporter-"));
    try {
      const resultPath = join(directory, "result.json");
      const hardhat = join("node_modules", "hardhat", "dist", "src", "cli.js");
      const { status } = spawnSync(
        process.execPath,
        [hardhat, "test", "mocha", "--no-compile", "test/support/fixtures/unhandled-rejection.ts"],
        { env: { ...process.env, ONUS_TEST_RESULT: resultPath } },
      );
      expect(status).to.not.equal(0);
      expect(JSON.parse(readFileSync(resultPath, "utf8"))).to.deep.equal({
        passed: 1,
        failed: 1,
        pending: 0,
        failures: [{ title: "fixture loses a promise", message: "nobody waited for this" }],
        codes: [],
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
