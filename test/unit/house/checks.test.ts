import { expect } from "chai";

import { compareGas } from "../../../scripts/check/gas-snapshot.js";
import { lockProblems } from "../../../scripts/check/lock.js";
import { unreachedCodes } from "../../../scripts/check/reached-codes.js";
import { unusedCodes } from "../../../scripts/check/unused-codes.js";
import { unusedErrors } from "../../../scripts/check/unused-errors.js";

describe("the lock check", () => {
  const integrity = "sha512-a";

  it("passes a lock in which every dependency of every platform resolves, nested ones included", () => {
    const packages = {
      "": { dependencies: { a: "1.0.0" }, devDependencies: { b: "1.0.0-rc.1" } },
      "node_modules/a": { version: "1.0.0", integrity, dependencies: { b: "^2.0.0", c: "*" } },
      "node_modules/a/node_modules/b": { version: "2.0.0", integrity, optionalDependencies: { c: "*" } },
      "node_modules/b": {
        version: "1.0.0-rc.1",
        integrity,
        peerDependencies: { z: "*" },
        peerDependenciesMeta: { z: { optional: true } },
      },
      "node_modules/c": { version: "1.0.0", integrity, optional: true, os: ["win32"] },
    };
    expect(lockProblems(packages)).to.deep.equal([]);
  });

  it("reports a binary of another platform that the lock does not have", () => {
    const packages = {
      "": { dependencies: { a: "1.0.0" } },
      "node_modules/a": { version: "1.0.0", integrity, optionalDependencies: { "a-win32-x64": "1.0.0" } },
    };
    expect(lockProblems(packages)).to.deep.equal([
      "node_modules/a needs a-win32-x64, which the lock does not have",
    ]);
  });

  it("reports a required peer that the lock does not have", () => {
    const packages = {
      "": {},
      "node_modules/a": { version: "1.0.0", integrity, peerDependencies: { z: "*" } },
    };
    expect(lockProblems(packages)).to.deep.equal(["node_modules/a needs z, which the lock does not have"]);
  });

  it("reports ranges at the root, entries without integrity, and addresses", () => {
    const packages = {
      "": { dependencies: { a: "^1.0.0" } },
      "node_modules/a": { version: "1.0.0", resolved: "https://example.org/a.tgz" },
    };
    expect(lockProblems(packages)).to.deep.equal([
      "package.json asks for a ^1.0.0; pin one version",
      "node_modules/a has no integrity",
      "node_modules/a names an address: https://example.org/a.tgz",
    ]);
  });
});

describe("the check for unused Solidity errors", () => {
  const declaration = "interface I { error Gone(uint256 actual); error Kept(); }";

  it("passes an error that is reverted with, in its own file or another, or named by its selector", () => {
    expect(
      unusedErrors([
        declaration,
        "contract C { function f() external { revert I.Gone(1); revert Kept(); } }",
      ]),
    ).to.be.empty;
    expect(
      unusedErrors([declaration, "contract C { bytes4 g = I.Gone.selector; bytes4 k = I.Kept.selector; }"]),
    ).to.be.empty;
  });

  it("reports an error that only its declaration, an import, a comment or a string mentions", () => {
    const mentions = `import {Gone, Kept} from "./I.sol"; // revert Gone(1);
      /* Gone */ contract C { string s = "Gone // "; function f() external { revert Kept(); } }`;
    expect(unusedErrors([declaration, mentions])).to.deep.equal(["Gone"]);
  });
});

describe("the check for unused error codes", () => {
  it("reports the codes that no source names", () => {
    const sources = [`throw new OnusError("USAGE", {})`, `// MALFORMED_VALUE`];
    expect(unusedCodes(["USAGE", "MALFORMED_VALUE"], sources)).to.deep.equal(["MALFORMED_VALUE"]);
  });
});

describe("the gas snapshot", () => {
  it("says nothing when every figure is as committed", () => {
    expect(compareGas({ a: 1, b: 2 }, { b: 2, a: 1 })).to.deep.equal([]);
  });

  it("shows what rose, what fell, what is new and what is gone", () => {
    const [, ...rows] = compareGas(
      { same: 1, up: 1_000, down: 2_000, gone: 5 },
      { same: 1, up: 1_001, down: 1_990, new: 7 },
    );
    expect(rows.slice(0, -1).map((row) => row.trim().replace(/\s+/g, " "))).to.deep.equal([
      "down 2,000 1,990 -10",
      "gone 5 none",
      "new none 7",
      "up 1,000 1,001 +1",
    ]);
  });
});

describe("the check for unreached error codes", () => {
  it("names each code that no process of the last full run made, and passes when all were made", () => {
    const summary = { isFull: true, codes: ["MADE", "ALSO_MADE"] };
    expect(unreachedCodes(["MADE", "ALSO_MADE"], summary)).to.deep.equal([]);
    expect(unreachedCodes(["MADE", "NEVER_MADE"], summary)).to.deep.equal([
      "NEVER_MADE is made by no test: write one that meets it where it is thrown",
    ]);
  });

  it("counts a code that a test expects of a process it starts, by its whole name", () => {
    const summary = { isFull: true, codes: [] };
    const named = 'expect(said).to.include("error THEIRS:")';
    expect(unreachedCodes(["THEIRS"], summary, named)).to.deep.equal([]);
    expect(unreachedCodes(["HEIR"], summary, named)).to.have.length(1);
  });

  it("does not pass on a run of some tests, or on none", () => {
    for (const summary of [undefined, { isFull: false, codes: ["MADE"] }]) {
      expect(unreachedCodes(["MADE"], summary)).to.deep.equal([
        "the last test run was not a full one: `npm test`",
      ]);
    }
  });
});
