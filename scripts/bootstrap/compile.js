import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { environment } from "./become.js";
import { at, root } from "./root.js";
import { run } from "./run.js";
import { refuse, say } from "./talk.js";

/** Beside Hardhat's own cache, so that `hardhat clean` takes both away. */
const stampPath = at("cache", "onus-contracts.sha256");

/** Whether the artifacts were built from the present sources, settings and compiler. */
export function contractsAreCompiled() {
  const sources = solidityFiles();
  if (sources.length === 0) return true;
  if (!existsSync(at("artifacts")) || !existsSync(at("typechain-types")) || !existsSync(stampPath))
    return false;
  return readFileSync(stampPath, "utf8") === fingerprint(sources);
}

/** Runs `hardhat build`, which writes artifacts and typechain-types. */
export async function compileContracts(node, lock) {
  say("compiling contracts");
  const before = fingerprint(solidityFiles());
  const { status, signal } = await run({
    file: node,
    args: [at("node_modules", "hardhat", "dist", "src", "cli.js"), "build"],
    cwd: root,
    env: environment(node),
    stdio: ["ignore", 2, 2],
    onStart: (pid) => lock.share(pid),
  });
  if (signal) refuse(`the compiler was stopped by ${signal}`);
  if (status !== 0) refuse("the contracts do not compile", status);
  mkdirSync(at("cache"), { recursive: true });
  // The fingerprint from before the build: a file saved meanwhile makes the next command compile again.
  writeFileSync(stampPath, before);
}

const solidityFiles = () => [...filesUnder("contracts"), ...filesUnder("test")];

function filesUnder(directory) {
  if (!existsSync(at(directory))) return [];
  return readdirSync(at(directory), { recursive: true })
    .map((path) => join(directory, path))
    .filter((path) => path.endsWith(".sol"))
    .sort();
}

function fingerprint(sources) {
  const hash = createHash("sha256");
  for (const path of [...sources, "hardhat.config.ts", "package-lock.json"]) {
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(at(path)))
      .update("\0");
  }
  return hash.digest("hex");
}
