import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { build } from "esbuild";

import { hasAnvil } from "../../test/support/anvil.js";
import { exampleUnder, startSdkScene } from "../support/sdk-scene.js";
import type { Check } from "./check.js";
import { problemsOf } from "./run-tool.js";

const run = promisify(execFile);
export const EXAMPLE = "## In your own program";
const SAID = "the claim is open, and its output is right\n";

/** What only daemons, tests and this checkout's tools need; a user of the SDK installs none of it. */
const NOT_INSTALLED = [
  "better-sqlite3",
  "hardhat",
  "hono",
  "mocha",
  "onnxruntime-node",
  "pino",
  "prom-client",
  "typescript",
];

/** The types that a user's program sees. */
const TYPED = `
import { connectContracts, openChain, parseDeployment, type Claim, type Contracts } from "onus";
import { readDeployment } from "onus/node";
import { IClaimBook__factory, type IClaimBook } from "onus/typechain";

export async function stateOf(url: string, claimId: string): Promise<bigint> {
  const { provider, chainId } = await openChain({ url, name: "mine" });
  const contracts: Contracts = connectContracts(readDeployment(chainId), provider);
  const book: IClaimBook = IClaimBook__factory.connect(contracts.deployment.claimBook, provider);
  return (await book.stateOf(claimId)).decidedAt;
}
export const liabilityOf = ({ liability }: Claim): bigint => liability;
export const read: (text: string) => unknown = parseDeployment;
`;

/** The packed package, installed in an empty project: the README's example runs, types resolve, a browser bundle is made. */
export const check: Check = {
  name: "packed package",
  run: async () => {
    if (!hasAnvil) return ["anvil is not installed: the README's example reads a chain"];
    rmSync("dist", { recursive: true, force: true });
    const unbuilt = await problemsOf("typescript", ["-p", "tsconfig.build.json", "--pretty", "false"]);
    if (unbuilt.length > 0) return unbuilt;
    const project = mkdtempSync(join(tmpdir(), "onus-pack-"));
    try {
      return await problemsOfInstallation(project);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  },
};

async function problemsOfInstallation(project: string): Promise<string[]> {
  const npm = (...args: string[]) => run("npm", args, { cwd: project, maxBuffer: 1 << 26 });
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], {
    maxBuffer: 1 << 26,
  });
  const [{ filename, size }] = JSON.parse(stdout) as [{ filename: string; size: number }];
  writeFileSync(join(project, "package.json"), '{ "type": "module", "private": true }');
  await npm("install", `./${filename}`, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
  const modules = join(project, "node_modules");
  const installed = readdirSync(modules);
  console.log(
    `  packed: ${megabytes(size)}; installed: ${megabytes(sizeOf(modules))} in ${installed.length} packages`,
  );
  const largest = installed
    .map((name): [string, number] => [name, sizeOf(join(modules, name))])
    .sort((a, b) => b[1] - a[1]);
  console.log(
    `  the largest: ${largest
      .slice(0, 6)
      .map(([name, bytes]) => `${name} ${megabytes(bytes)}`)
      .join(", ")}`,
  );
  const problems = NOT_INSTALLED.filter((name) => installed.includes(name)).map(
    (name) => `${name} is installed with the SDK; only daemons or tests need it`,
  );
  problems.push(...(await problemsOfExample(project)));
  writeFileSync(join(project, "typed.ts"), TYPED);
  const options = [
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--skipLibCheck",
  ];
  const types = ["--typeRoots", join(process.cwd(), "node_modules", "@types"), "--types", "node"];
  problems.push(...(await problemsOf("typescript", [...options, ...types, join(project, "typed.ts")])));
  problems.push(...(await problemsOfBundle(project)));
  const help = await run(process.execPath, [join(modules, "onus", "bin", "onus.js"), "claim", "--help"]);
  if (!help.stdout.includes("submit")) problems.push(`the installed onus says: ${help.stdout}${help.stderr}`);
  return problems;
}

async function problemsOfExample(project: string): Promise<string[]> {
  const scene = await startSdkScene();
  try {
    for (const [name, content] of Object.entries(scene.files)) writeFileSync(join(project, name), content);
    writeFileSync(join(project, "example.js"), exampleUnder(EXAMPLE));
    const env = { PATH: process.env["PATH"], RPC_URL: scene.url } as unknown as NodeJS.ProcessEnv;
    const { stdout } = await run(process.execPath, ["example.js"], { cwd: project, env });
    return stdout === SAID ? [] : [`the README's example says "${stdout}"; expected "${SAID}"`];
  } catch (error) {
    return [`the README's example fails: ${(error as Error).message}`];
  } finally {
    await scene.stop();
  }
}

/** A browser's bundle of everything, and of what the example uses. */
async function problemsOfBundle(project: string): Promise<string[]> {
  mkdirSync(join(project, "page"));
  const entry = join(project, "page", "main.js");
  writeFileSync(entry, 'import * as onus from "onus"; globalThis.onus = onus;');
  try {
    const { outputFiles } = await build({
      ...{ entryPoints: [entry], bundle: true, format: "esm", platform: "browser" },
      ...{ minify: true, write: false, logLevel: "silent" },
    });
    console.log(`  the whole SDK as one browser bundle: ${megabytes(outputFiles[0]?.contents.length ?? 0)}`);
    return [];
  } catch (error) {
    return [`no browser bundle: ${(error as Error).message}`];
  }
}

function sizeOf(path: string): number {
  const { isDirectory, size } = { isDirectory: statSync(path).isDirectory(), size: statSync(path).size };
  if (!isDirectory) return size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
