import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

import { expect } from "chai";

import { importViolations, type SourceText } from "../../support/import-rules.js";

function sourcesOfTheProject(): SourceText[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join("src", path))
    .map((path) => ({ path: path.replaceAll(sep, "/"), text: readFileSync(path, "utf8") }));
}

/** What is wrong with one file of the given text. */
const inFile = (path: string, text: string): string[] => importViolations([{ path, text }]);

describe("the import order of rooms", () => {
  it("is kept by every file of src", () => {
    const sources = sourcesOfTheProject();
    expect(sources).to.not.be.empty;
    expect(importViolations(sources)).to.deep.equal([]);
  });

  it("lets a room import itself, earlier rooms, types, errors and pure packages", () => {
    const text = `
      import { a } from "./a.js";
      import type { Kernel } from "../program/kernel.js";
      import type { Bytes32 } from "../types/bytes32.js";
      import { OnusError } from "../errors/onus-error.js";
      import { keccak_256 } from "@noble/hashes/sha3.js";`;
    expect(inFile("src/trace/tree.ts", text)).to.deep.equal([]);
  });

  it("lets a program import rooms and edges", () => {
    expect(
      inFile("src/cli/commands/claim.ts", `import { a } from "../../claim/a.js"; import "../../chain/b.js";`),
    ).to.deep.equal([]);
  });

  it("lets a command start a program", () => {
    expect(
      inFile("src/cli/commands/a.ts", `const { b } = await import("../../operator/b.js");`),
    ).to.deep.equal([]);
  });

  it("lets programs that keep running load optional packages, and import their types", () => {
    const text = `import type { Hono } from "hono"; const { serve } = await import("@hono/node-server");`;
    expect(inFile("src/service/a.ts", text)).to.deep.equal([]);
  });

  const refused: readonly (readonly [what: string, path: string, text: string, complaint: string])[] = [
    ["a later room", "src/run/a.ts", `import { b } from "../trace/b.js";`, "trace comes after run"],
    [
      "a later room's types",
      "src/run/a.ts",
      `import type { B } from "../trace/b.js";`,
      "trace comes after run",
    ],
    [
      "a later room through import()",
      "src/run/a.ts",
      `const b = await import("../trace/b.js");`,
      "trace comes after run",
    ],
    [
      "a later room through a type",
      "src/run/a.ts",
      `type B = import("../trace/b.js").B;`,
      "trace comes after run",
    ],
    ["a path nobody can read", "src/run/a.ts", `const b = await import(name);`, "src/run is pure"],
    [
      "a re-export of a later room",
      "src/model/a.ts",
      `export { b } from "../slash/b.js";`,
      "slash comes after model",
    ],
    ["ethers in a room", "src/claim/a.ts", `import { id } from "ethers";`, "src/claim is pure"],
    ["the disk in a room", "src/model/a.ts", `import { readFileSync } from "node:fs";`, "src/model is pure"],
    ["the network in a room", "src/dispute/a.ts", `import net from "node:net";`, "src/dispute is pure"],
    ["an edge in a room", "src/claim/a.ts", `import { b } from "../chain/b.js";`, "only programs use it"],
    ["a program in a room", "src/slash/a.ts", `import { b } from "../cli/b.js";`, "nothing imports it"],
    ["a program in an edge", "src/chain/a.ts", `import { b } from "../operator/b.js";`, "nothing imports it"],
    [
      "an edge in another edge",
      "src/chain/a.ts",
      `import { b } from "../store/b.js";`,
      "only programs use it",
    ],
    [
      "an edge in what programs share",
      "src/service/a.ts",
      `import { b } from "../store/b.js";`,
      "only programs use it",
    ],
    [
      "a program in a command that does not start it",
      "src/cli/commands/a.ts",
      `import { b } from "../../operator/b.js";`,
      "nothing imports it",
    ],
    [
      "a program started by another program",
      "src/operator/a.ts",
      `const { b } = await import("../watchtower/b.js");`,
      "nothing imports it",
    ],
    [
      "an optional package imported as a whole",
      "src/service/a.ts",
      `import { Hono } from "hono";`,
      "optional",
    ],
    ["an optional package in a command", "src/cli/a.ts", `const p = await import("pino");`, "keep running"],
    ["an optional package in the SDK", "src/index.ts", `import type { Hono } from "hono";`, "keep running"],
    [
      "a program in another program",
      "src/watchtower/a.ts",
      `import { b } from "../operator/b.js";`,
      "nothing imports it",
    ],
    ["a room in the errors", "src/errors/a.ts", `import type { B } from "../model/b.js";`, "knows no room"],
    [
      "the public entry from inside",
      "src/cli/a.ts",
      `import { b } from "../index.js";`,
      "the way in from outside",
    ],
    [
      "contract types outside chain",
      "src/cli/a.ts",
      `import type { X } from "../../typechain-types/X.js";`,
      "contract types",
    ],
    ["scripts", "src/cli/a.ts", `import { x } from "../../scripts/x.js";`, "src stands on its own"],
    ["a clock", "src/claim/a.ts", `const now = Date.now();`, "uses Date"],
    ["a clock by construction", "src/claim/a.ts", `const now = new Date();`, "uses Date"],
    ["a clock taken apart", "src/claim/a.ts", `const { now } = Date;`, "uses Date"],
    ["a timer", "src/run/a.ts", `const t = performance.now();`, "uses performance"],
    ["chance", "src/run/a.ts", `const r = Math.random();`, "uses Math.random"],
    ["the environment", "src/types/a.ts", `const key = process.env["KEY"];`, "uses process"],
    ["a directory nobody planned", "src/utils/a.ts", ``, "no room, edge or program"],
  ];
  for (const [what, path, text, complaint] of refused) {
    it(`refuses ${what}`, () => {
      const violations = inFile(path, text);
      expect(violations).to.have.lengthOf(1);
      expect(violations[0]).to.contain(path).and.contain(complaint);
    });
  }

  it("lets a room name a property or a parameter like an impure global", () => {
    expect(
      inFile("src/run/a.ts", `const f = (process: number) => ({ performance: process, Date: 1 });`),
    ).to.deep.equal([]);
  });

  it("leaves clocks and packages to edges and programs", () => {
    expect(inFile("src/chain/a.ts", `import { id } from "ethers"; const now = Date.now();`)).to.deep.equal(
      [],
    );
  });
});
