/**
 * Mocha's spec reporter, which also writes what it counted to the file named by ONUS_TEST_RESULT, and which makes
 * unhandled rejections fail the run. CommonJS, because Mocha loads a reporter by `require` and wants the class itself.
 */
const { existsSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { Runner, reporters } = require("mocha");

const { EVENT_RUN_END, EVENT_TEST_FAIL } = Runner.constants;

class OnusReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);

    // Hardhat's own listeners end the process before the test is named and the others have run. Thrown from here, a
    // rejection reaches Mocha as an uncaught exception and fails the test that is running.
    process.removeAllListeners("uncaughtException").removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason) => {
      throw reason instanceof Error ? reason : new Error(`unhandled rejection: ${String(reason)}`);
    });

    let codes = new Set();
    // Which errors of the catalogue the tests reach; not every run of this reporter stands in a checkout.
    const recorder = join(module.path, "record-codes.ts");
    if (process.env.ONUS_TEST_RESULT !== undefined && existsSync(recorder)) {
      runner.suite.beforeAll("records which errors are reached", async () => {
        const { recordCodes, reachedCodes } = await import(pathToFileURL(recorder).href);
        codes = reachedCodes;
        recordCodes();
      });
    }

    const failures = [];
    runner.on(EVENT_TEST_FAIL, (test, error) =>
      failures.push({ title: test.fullTitle(), message: error.message }),
    );
    runner.once(EVENT_RUN_END, () => {
      const path = process.env.ONUS_TEST_RESULT;
      if (path === undefined) return;
      const { passes, failures: failed, pending } = this.stats;
      writeFileSync(
        path,
        JSON.stringify({ passed: passes, failed, pending, failures, codes: [...codes].sort() }),
      );
    });
  }
}

module.exports = OnusReporter;
