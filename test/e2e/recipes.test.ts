import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import { network } from "hardhat";

import { imageToTensor } from "../../scripts/support/ocr.js";
import { ocrModels } from "../../scripts/support/ocr-models.js";
import { drawTextLine } from "../../scripts/support/text-line.js";
import { connectContracts } from "../../src/chain/contracts.js";
import { deploymentPath, readDeployment } from "../../src/chain/deployment.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { decodeArtifactFile, encodeArtifactFile } from "../../src/program/artifact-file.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { evaluateOnce } from "../../src/run/evaluate.js";
import { decodeClaimFile, encodeClaimFile } from "../../src/store/claim-file.js";
import { importCached } from "../../src/store/import-cache.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { decodeTraceFile, encodeTraceFile } from "../../src/trace/trace-file.js";
import { hasAnvil, startAnvil } from "../support/anvil.js";
import type { Anvil } from "../support/anvil.js";
import { withFlippedBit } from "../support/forge-trace.js";

const runFile = promisify(execFile);
const CHAIN = 31_341;
const journal = dirname(deploymentPath(CHAIN));

/** The whole walk through the recipes on a node process, with the classifier. Each step uses what the last one left. */
describe("e2e: the recipes on a node process", function () {
  this.timeout(180_000);
  let node: Anvil;
  let directory: string;
  let artifact: Awaited<ReturnType<typeof importCached>>["artifact"];
  let modelId: string;
  const file = (name: string) => join(directory, name);

  const recipe = async (name: string, ...args: string[]): Promise<Record<string, unknown>> => {
    const options = ["--import", "tsx", "scripts/recipe.ts", name, "--network", "anvil", ...args];
    const { stdout } = await runFile(process.execPath, options, {
      env: { ...process.env, ANVIL_RPC_URL: node.url },
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const refusal = async (name: string, ...args: string[]): Promise<string> => {
    const failure = await recipe(name, ...args).catch((error: unknown) => error);
    return (failure as { stderr: string }).stderr;
  };
  const files = (claim: string) => [
    ...["--claim", join(file(claim), "claim.json"), "--trace", join(file(claim), "trace.bin")],
    ...["--artifact", file("model.onus"), "--input", file("line.bin")],
  ];

  before(async function () {
    if (!hasAnvil) return this.skip();
    rmSync(journal, { recursive: true, force: true });
    node = await startAnvil({ chainId: CHAIN });
    directory = mkdtempSync(join(tmpdir(), "onus-recipes-"));
    const { bytes, shape } = ocrModels.classifier;
    const imported = await importCached(bytes(), { shapes: { x: shape }, evaluate: evaluateOnce });
    artifact = imported.artifact;
    writeFileSync(file("model.onus"), encodeArtifactFile(imported));
    writeFileSync(file("line.bin"), bytesOfTensor(imageToTensor(drawTextLine("TOTAL DUE", 192, 48))));
    const parameters = JSON.parse(readFileSync("deploy/parameters/local.json", "utf8")) as object;
    writeFileSync(file("parameters.json"), JSON.stringify({ ...parameters, chainId: CHAIN }));
  });

  after(async () => {
    await node?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true });
    rmSync(journal, { recursive: true, force: true });
  });

  it("deploy writes the address file; publish-model and register-operator use it", async () => {
    expect(await refusal("publish-model", "--artifact", file("model.onus"))).to.contain("NOT_DEPLOYED");
    const deployed = await recipe("deploy", "--parameters", file("parameters.json"));
    expect(existsSync(deployed["writtenTo"] as string)).to.equal(true);
    const published = await recipe("publish-model", "--account", "1", "--artifact", file("model.onus"));
    modelId = published["modelId"] as string;
    const registered = await recipe("register-operator", "--account", "2", "--stake", "1 ether", "--wrap");
    expect(registered["stake"]).to.equal(String(10n ** 18n));
  });

  it("an honest claim: dispute agrees, finalize makes it FINAL once the window is over, not before", async () => {
    await recipe("submit", ...submission("honest"));
    const disputed = await recipe("dispute", "--account", "3", ...files("honest"));
    expect(disputed).to.deep.equal({ finding: { kind: "agrees" }, convicted: false });
    expect(await refusal("finalize", "--claim", join(file("honest"), "claim.json"))).to.contain(
      "WindowStillOpen",
    );
    await rpc("evm_increaseTime", [601]);
    await rpc("evm_mine", []);
    const finalized = await recipe(
      "finalize",
      "--account",
      "3",
      "--claim",
      join(file("honest"), "claim.json"),
    );
    expect(Number(finalized["gasUsed"])).to.be.greaterThan(21_000);
  });

  it("a false claim: dispute finds the element, convicts, and sends the shares", async () => {
    // The lie is planted in the files between running and submitting: what a lying operator would write.
    await refusal("submit", ...submission("false"), "--liability", "9 ether");
    const claimPath = join(file("false"), "claim.json");
    const tracePath = join(file("false"), "trace.bin");
    const { claim, records, model } = decodeClaimFile(readFileSync(claimPath, "utf8"));
    const { artifactId, trace } = decodeTraceFile(readFileSync(tracePath), artifact);
    const forged = withFlippedBit(trace, { index: 0, bit: 32 * 77 + 30 });
    const roots = rootsOf(forged.lists);
    const lying = records.map((record) => ({ ...record, traceRoot: roots.trace, outputRoot: roots.output }));
    const liability = (10n ** 16n) as typeof claim.liability;
    const falseClaim = { ...claim, liability, recordsRoot: commitRecords(lying).root };
    writeFileSync(tracePath, encodeTraceFile({ artifactId, trace: forged }));
    writeFileSync(claimPath, encodeClaimFile({ claim: falseClaim, records: lying, model }));
    const connection = await network.create({ network: "anvil", override: { url: node.url } });
    const [, , operator] = await connection.ethers.getSigners();
    await submitClaim(connectContracts(readDeployment(CHAIN), operator!), falseClaim);

    const disputed = await recipe("dispute", "--account", "3", "--pull", ...files("false"));
    expect(disputed["finding"]).to.deep.equal({ kind: "element", kernel: 0, element: 77 });
    expect(disputed["convicted"]).to.equal(true);
  });

  it("an artifact that is not the model's is refused before anything is claimed", async () => {
    const { metadata } = decodeArtifactFile(readFileSync(file("model.onus")));
    const weights = artifact.weights.map((bytes, i) => (i === 0 ? bytes.map((byte) => byte ^ 1) : bytes));
    writeFileSync(file("other.onus"), encodeArtifactFile({ artifact: { ...artifact, weights }, metadata }));
    const args = submission("other").map((arg) => (arg === file("model.onus") ? file("other.onus") : arg));
    expect(await refusal("submit", ...args)).to.contain("ARTIFACT_MISMATCH");
    expect(existsSync(file("other"))).to.equal(false);
  });

  it("a file that is not there is refused by its name", async () => {
    expect(await refusal("finalize", "--claim", "nowhere.json")).to.contain("no readable file nowhere.json");
  });

  it("files that do not belong to the claim are refused by name", async () => {
    const mixed = [
      "--claim",
      join(file("honest"), "claim.json"),
      "--trace",
      join(file("false"), "trace.bin"),
    ];
    const said = await refusal(
      "dispute",
      ...mixed,
      "--artifact",
      file("model.onus"),
      "--input",
      file("line.bin"),
    );
    expect(said).to.contain("HANDED_OVER_MISMATCH");
  });

  const submission = (name: string) => [
    ...["--account", "2", "--model", modelId, "--artifact", file("model.onus"), "--input", file("line.bin")],
    ...["--liability", "0.01 ether", "--window", "600s", "--out", file(name)],
  ];
  const rpc = async (method: string, params: unknown[]): Promise<void> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    await fetch(node.url, { method: "POST", headers: { "content-type": "application/json" }, body });
  };
});
