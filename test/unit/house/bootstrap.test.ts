import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, cpSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { differences } from "../../../scripts/bootstrap/install.js";

/** A lock, or npm's record of an installation, with the given entries. */
const lockOf = (packages: Record<string, object>): string =>
  JSON.stringify({ packages: { "": { name: "onus" }, ...packages } });
const recordOf = (packages: Record<string, object>): string => JSON.stringify({ packages });

/** Without what Hardhat and npm hand down to this very process: its configuration file, its silence. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HARDHAT|npm)_/.test(name)));

const foreignPlatform = process.platform === "win32" ? "linux" : "win32";

describe("comparing the installation with the lock", () => {
  const a = { version: "1.0.0", integrity: "sha512-a" };

  it("finds no difference when npm recorded what the lock names", () => {
    expect(differences(lockOf({ "node_modules/a": a }), recordOf({ "node_modules/a": a }))).to.deep.equal([]);
  });

  it("finds a package that is missing, of another version, of other content, or not in the lock", () => {
    const missing = [{ path: "node_modules/a", optional: false }];
    expect(differences(lockOf({ "node_modules/a": a }), recordOf({}))).to.deep.equal(missing);
    for (const other of [
      { ...a, version: "1.0.1" },
      { ...a, integrity: "sha512-b" },
    ]) {
      expect(
        differences(lockOf({ "node_modules/a": a }), recordOf({ "node_modules/a": other })),
      ).to.deep.equal(missing);
    }
    expect(differences(lockOf({}), recordOf({ "node_modules/a": a }))).to.deep.equal(missing);
  });

  it("passes over an absent optional package of another platform, and over nothing else", () => {
    const absent = (entry: object): object[] =>
      differences(lockOf({ "node_modules/a": { ...a, ...entry } }), recordOf({}));
    expect(absent({ optional: true, os: [foreignPlatform] })).to.deep.equal([]);
    expect(absent({ optional: true, os: [`!${process.platform}`] })).to.deep.equal([]);
    expect(absent({ optional: true, cpu: ["none-such"] })).to.deep.equal([]);
    // npm under an old Node skips Hardhat's native package, which is made for this platform: that is a difference.
    expect(absent({ optional: true, os: [process.platform], cpu: [process.arch] })).to.have.lengthOf(1);
    expect(absent({ optional: true, os: [`!${foreignPlatform}`] })).to.have.lengthOf(1);
    expect(absent({ os: [foreignPlatform] })).to.have.lengthOf(1);
  });
});

describe("the bootstrap", () => {
  let directory: string;

  /** A checkout with the real bootstrap and installation, whose commands are one-line scripts. */
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onus-bootstrap-"));
    cpSync("scripts/bootstrap", join(directory, "scripts", "bootstrap"), { recursive: true });
    for (const file of ["scripts/bootstrap.js", "package.json", "package-lock.json", "tsconfig.json"]) {
      cpSync(file, join(directory, file));
    }
    symlinkSync(join(process.cwd(), "node_modules"), join(directory, "node_modules"), "junction");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const start = (...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [join(directory, "scripts", "bootstrap.js"), ...args], {
      encoding: "utf8",
      cwd: directory,
      env,
    });
  const command = (text: string): void => {
    writeFileSync(join(directory, "scripts", "test.ts"), text);
  };

  it("becomes the command: arguments, output and exit status are its own, stderr stays empty", () => {
    command(
      `const args: string[] = process.argv.slice(2); console.log(JSON.stringify(args)); process.exitCode = 7;`,
    );
    const { status, stdout, stderr } = start("test", "a b", "--json");
    expect({ status, stdout, stderr }).to.deep.equal({ status: 7, stdout: '["a b","--json"]\n', stderr: "" });
  });

  it("refuses an unknown command with status 2 and lists the known ones", () => {
    const { status, stdout, stderr } = start("tset");
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.contain("unknown command tset").and.contain("test");
  });

  it("passes a signal on and ends as the command ends", async () => {
    command(
      `process.on("SIGTERM", () => { console.log("tidied up"); process.exit(5); }); setInterval(() => {}, 1e6); console.log("up");`,
    );
    const child = spawn(process.execPath, [join(directory, "scripts", "bootstrap.js"), "test"], {
      cwd: directory,
      env,
    });
    let out = "";
    child.stdout.on("data", (part: Buffer) => {
      out += part.toString();
      if (out === "up\n") child.kill("SIGTERM");
    });
    const [status] = (await once(child, "close")) as [number | null];
    expect({ status, out }).to.deep.equal({ status: 5, out: "up\ntidied up\n" });
  });

  it("ends by the signal that ended the command", () => {
    command(`process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1e6);`);
    expect(start("test").signal).to.equal("SIGTERM");
  });

  it("compiles nothing for a command that needs no contracts, even when they do not compile", () => {
    mkdirSync(join(directory, "contracts"));
    writeFileSync(join(directory, "contracts", "Broken.sol"), "contract {");
    cpSync("hardhat.config.ts", join(directory, "hardhat.config.ts"));
    cpSync("scripts/test", join(directory, "scripts", "test"), { recursive: true });
    writeFileSync(join(directory, "scripts", "lint.ts"), `console.log("linted");`);
    command(`console.log("tested");`);
    expect(start("lint").stdout).to.equal("linted\n");
    const test = start("test");
    expect(test.status).to.equal(1);
    expect(test.stdout).to.equal("");
    expect(test.stderr).to.contain("Broken.sol").and.contain("the contracts do not compile");
  });

  it("compiles when a contract's content changes, and only then", () => {
    mkdirSync(join(directory, "contracts"));
    const write = (value: number): void => {
      const text = `// SPDX-License-Identifier: MIT\npragma solidity 0.8.34;\ncontract One { uint256 public constant one = ${value}; }\n`;
      writeFileSync(join(directory, "contracts", "One.sol"), text);
    };
    cpSync("hardhat.config.ts", join(directory, "hardhat.config.ts"));
    cpSync("scripts/test", join(directory, "scripts", "test"), { recursive: true });
    command("");
    write(1);
    expect(start("test").stderr).to.contain("compiling contracts");
    expect(existsSync(join(directory, "typechain-types", "One.ts"))).to.equal(true);
    write(1);
    expect(start("test").stderr).to.equal("");
    write(2);
    expect(start("test").stderr).to.contain("compiling contracts");
    rmSync(join(directory, "artifacts"), { recursive: true });
    expect(start("test").stderr).to.contain("compiling contracts");
  });

  it("takes over the lock of a process that died, and waits for one that lives", async () => {
    mkdirSync(join(directory, "contracts"));
    writeFileSync(
      join(directory, "contracts", "Empty.sol"),
      "// SPDX-License-Identifier: MIT\npragma solidity 0.8.34;\n",
    );
    cpSync("hardhat.config.ts", join(directory, "hardhat.config.ts"));
    cpSync("scripts/test", join(directory, "scripts", "test"), { recursive: true });
    command(`console.log("done");`);
    mkdirSync(join(directory, ".tools"));
    const lockPath = join(directory, ".tools", "bootstrap.lock");

    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    writeFileSync(lockPath, `${dead}\n`);
    expect(start("test").stdout).to.equal("done\n");
    expect(existsSync(lockPath)).to.equal(false);

    rmSync(join(directory, "artifacts"), { recursive: true, force: true });
    writeFileSync(lockPath, `${process.pid}\n`);
    const child = spawn(process.execPath, [join(directory, "scripts", "bootstrap.js"), "test"], {
      cwd: directory,
      env,
    });
    let err = "";
    child.stderr.on("data", (part: Buffer) => {
      err += part.toString();
      if (err.includes("waiting")) rmSync(lockPath, { force: true });
    });
    const [status] = (await once(child, "close")) as [number | null];
    expect(status).to.equal(0);
    expect(err).to.contain(`process ${process.pid}`);
  });
});
