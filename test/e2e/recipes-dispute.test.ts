import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { expect } from "chai";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { deploymentPath, readDeployment } from "../../src/chain/deployment.js";
import { performMove } from "../../src/chain/perform-move.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { send } from "../../src/chain/send.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { accountOf } from "../../src/chain/transact.js";
import { claimId } from "../../src/claim/claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { aboutDescriptor, aboutRecord, aboutTrace } from "../../src/dispute/ask-about.js";
import type { Question } from "../../src/dispute/question.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { decodeClaimFile, encodeClaimFile } from "../../src/store/claim-file.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { encodeTraceFile } from "../../src/trace/trace-file.js";
import { parseAddress } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { parseWei } from "../../src/types/wei.js";
import { hasAnvil, startAnvil } from "../support/anvil.js";
import type { Anvil } from "../support/anvil.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { randomKernel } from "../support/kernel-generator.js";
import { modelAround } from "../support/single-kernel.js";

const runFile = promisify(execFile);
const CHAIN = 31_343;
const journal = dirname(deploymentPath(CHAIN));
const PUBLISHER = "1";
const OPERATOR = "2";
const CHALLENGER = "3";
/** Two of them: whoever is convicted claims nothing any more. */
const LIARS = { silent: "4", answering: "5" } as const;

// A model of two kernels, so that the processes of a test run have little to compute.
const made = randomKernel(9);
const { committed, trace: honest } = modelAround(made, made.data.length, 1);
const { artifact } = committed;
const inputs = honest.run.tensors.slice(0, artifact.inputs.length);
const METADATA = { importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {}, kernelNames: [] };
/** Long enough for processes on a busy machine; the tests pass time themselves. */
const CLOCKS = { clock: "300s", clockExtension: "60s", exitDelay: "3000s" };

/** How a recipe that fails ends. */
type Failure = { readonly stderr: string; readonly code: number };
const failureOf = (attempt: Promise<unknown>): Promise<Failure> =>
  attempt.then(
    () => ({ stderr: "", code: 0 }),
    (error: unknown) => error as Failure,
  );

type Line = Readonly<Record<string, unknown>>;

/** Claims that leave their trace unstated, and both sides of the dispute about them, as processes against a node. */
describe("e2e: the recipes of a dispute on a node process", function () {
  this.timeout(180_000);
  let node: Anvil;
  let directory: string;
  let connection: NetworkConnection;
  let modelId: string;
  const file = (...names: string[]) => join(directory, ...names);

  const options = (name: string, args: readonly string[]) => [
    ...["--import", "tsx", "scripts/recipe.ts", name, "--network", "anvil", ...args],
  ];
  const env = () => ({ ...process.env, ANVIL_RPC_URL: node.url });
  const recipe = async (name: string, ...args: string[]): Promise<Line> => {
    const { stdout } = await runFile(process.execPath, options(name, args), { env: env() });
    const result = args.includes("--json") ? (stdout.trim().split("\n").at(-1) as string) : stdout;
    return JSON.parse(result) as Line;
  };
  /** Runs a recipe that plays a side to its end. Alone, whatever it waits for is brought about. */
  const player = async (
    name: string,
    company: "alone" | "in company",
    ...args: string[]
  ): Promise<readonly Line[]> => {
    const child = spawn(process.execPath, options(name, [...args, "--json", "--poll", "1s"]), { env: env() });
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const lines: Line[] = [];
    for await (const text of createInterface({ input: child.stdout })) {
      const told = JSON.parse(text) as Line;
      lines.push(told);
      if (told["step"] === "waits" && company === "alone") await passTo(BigInt(told["until"] as string));
    }
    expect(await ended, said).to.equal(0);
    return lines;
  };
  const rpc = (method: string, parameters: unknown[]): Promise<unknown> =>
    connection.ethers.provider.send(method, parameters);
  const passTo = async (until: bigint): Promise<void> => {
    const latest = (await connection.ethers.provider.getBlock("latest"))!.timestamp;
    if (BigInt(latest) >= until) return;
    await rpc("evm_setNextBlockTimestamp", [Number(until)]);
    await rpc("evm_mine", []);
  };
  const contractsOf = async (account: string): Promise<Contracts> => {
    const signers = await connection.ethers.getSigners();
    return connectContracts(readDeployment(CHAIN), signers[Number(account)]!);
  };
  const movesOf = (lines: readonly Line[]) =>
    lines.filter(({ step }) => step === "performed").map(({ move }) => move as string);
  const inputFiles = (directoryOfIts = ".") =>
    inputs.map((_, number) => file(directoryOfIts, `input-${number}.bin`));
  const holdings = () => ["--artifact", file("model.onus"), "--input", ...inputFiles()];
  const submission = (name: string) => [
    ...["--account", OPERATOR, "--model", modelId, ...holdings(), "--trace", "on-demand"],
    ...["--liability", "0.01 ether", "--window", "600s", "--out", file(name)],
  ];

  /** A claim to a lie, as its operator keeps it: claim.json and trace.bin, of which nobody else has anything. */
  const lyingClaim = async (name: keyof typeof LIARS): Promise<Bytes32> => {
    const { claim, records, model } = decodeClaimFile(readFileSync(file("honest", "claim.json"), "utf8"));
    const lie = withFlippedBit(honest, { index: artifact.kernels.length - 1, bit: 0 });
    const { output } = rootsOf(lie.lists);
    const lying = records.map((record) => ({ ...record, outputRoot: output, traceRoot: ZERO_HASH }));
    const contracts = await contractsOf(LIARS[name]);
    const operator = parseAddress(await accountOf(contracts.runner));
    const stake = parseWei("1 ether");
    await send("token.deposit", contracts.token.getFunction("deposit")({ value: stake }));
    await registerOperator({ contracts, operator, endpoint: "", stake });
    const told = { ...claim, operator, recordsRoot: commitRecords(lying).root };
    writeFileSync(file(`${name}.json`), encodeClaimFile({ claim: told, records: lying, model }));
    writeFileSync(file(`${name}.bin`), encodeTraceFile({ artifactId: committed.id, trace: lie }));
    return (await submitClaim(contracts, told)).claimId;
  };

  before(async function () {
    if (!hasAnvil) return this.skip();
    rmSync(journal, { recursive: true, force: true });
    node = await startAnvil({ chainId: CHAIN });
    connection = await network.create({ network: "anvil", override: { url: node.url } });
    directory = mkdtempSync(join(tmpdir(), "onus-recipes-dispute-"));
    writeFileSync(file("model.onus"), encodeArtifactFile({ artifact, metadata: METADATA }));
    for (const [number, data] of inputs.entries())
      writeFileSync(file(`input-${number}.bin`), bytesOfTensor(data));
    const parameters = JSON.parse(readFileSync("deploy/parameters/local.json", "utf8")) as object;
    writeFileSync(file("parameters.json"), JSON.stringify({ ...parameters, ...CLOCKS, chainId: CHAIN }));
    await recipe("deploy", "--parameters", file("parameters.json"));
    const published = await recipe("publish-model", "--account", PUBLISHER, "--artifact", file("model.onus"));
    modelId = published["modelId"] as string;
    await recipe("register-operator", "--account", OPERATOR, "--stake", "1 ether", "--wrap");
  });

  after(async () => {
    await node?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true });
    rmSync(journal, { recursive: true, force: true });
  });

  it("submit leaves the trace to be stated, and keeps the input to answer from", async () => {
    await recipe("submit", ...submission("honest"));
    const { records } = decodeClaimFile(readFileSync(file("honest", "claim.json"), "utf8"));
    expect(records[0]?.traceRoot).to.equal(ZERO_HASH);
    expect(existsSync(file("honest", "trace.bin"))).to.equal(false);
    const kept = inputFiles("honest").map((path) => readFileSync(path));
    expect(kept).to.deep.equal(inputFiles().map((path) => readFileSync(path)));
  });

  it("challenge agrees with an honest claim and asks nothing, though its trace was never stated", async () => {
    const claim = ["--claim", file("honest", "claim.json")];
    const agreed = await recipe("challenge", "--account", CHALLENGER, ...claim, ...holdings(), "--json");
    expect(agreed).to.deep.include({ phase: "open", transactions: [] });
    expect(agreed["end"]).to.deep.equal({ kind: "rest", because: "agrees" });
  });

  it("defend answers a hostile session, ends it, and makes the claim FINAL", async () => {
    const contracts = await contractsOf(CHALLENGER);
    const { claim, records, model } = decodeClaimFile(readFileSync(file("honest", "claim.json"), "utf8"));
    const id = claimId(claim, contracts.claimPlace);
    const published = { identity: model, commitment: committed.commitment };
    const questions: Question[] = [
      aboutRecord(claim, 0),
      aboutTrace(id, { index: 0, record: records[0]!, path: [] }),
      aboutDescriptor(published, committed.program, 0),
    ];
    for (const [nonce, question] of questions.entries()) {
      const value = parseWei("0.1 ether");
      await performMove({ contracts, claim, move: { kind: "open", nonce: BigInt(nonce), question, value } });
    }
    const claimed = ["--claim", file("honest", "claim.json")];
    const own = ["--artifact", file("model.onus"), "--input", ...inputFiles("honest")];
    const lines = await player("defend", "alone", "--account", OPERATOR, ...claimed, ...own, "--pull");
    expect(lines.at(-1)).to.deep.include({ claimId: id, phase: "final" });
    expect(movesOf(lines)).to.deep.equal([
      ...["answer", "state-traces", "answer", "close", "close", "close"],
      ...["finalize", "settle", "settle", "settle"],
    ]);
    const { sessions, answers } = await readDispute(contracts, claim);
    expect(sessions.map(({ stage }) => stage)).to.deep.equal(["settled", "settled", "settled"]);
    expect(answers.data.size).to.equal(2);
    expect(await contracts.inquiry.balanceOf(claim.operator)).to.equal(0n);
  });

  it("challenge convicts an operator that publishes nothing, from the claim's id alone, one step a process", async () => {
    const id = await lyingClaim("silent");
    const step = (): Promise<Line> =>
      recipe(
        "challenge",
        "--account",
        CHALLENGER,
        "--claim",
        id,
        ...holdings(),
        "--json",
        "--once",
        "--pull",
      );
    const opened = await step();
    expect((opened["transactions"] as Line[]).map(({ move }) => move)).to.deep.equal(["open"]);
    const contracts = await contractsOf(CHALLENGER);
    const { sessions } = await readDispute(contracts, id);
    await passTo((sessions[0]?.askedAt ?? 0n) + (sessions[0]?.answererLeft ?? 0n));
    const rest: Line[] = [];
    do rest.push(await step());
    while ((rest.at(-1)?.["end"] as Line)["kind"] === "once" && rest.length < 5);
    const moves = rest.flatMap(({ transactions }) => (transactions as Line[]).map(({ move }) => move));
    expect(moves).to.deep.equal(["time-out", "settle"]);
    expect(rest.at(-1)).to.deep.include({ phase: "faulted" });
    const { beneficiaryPaid } = await contracts.operators.settlementOf(id);
    expect(beneficiaryPaid, "the share was pulled").to.equal(true);
  });

  it("challenge convicts an operator that answers with its lie through defend, both at once", async () => {
    const id = await lyingClaim("answering");
    const claim = ["--claim", file("answering.json")];
    const [defended, challenged] = await Promise.all([
      player(
        "defend",
        "in company",
        "--account",
        LIARS.answering,
        ...claim,
        ...holdings(),
        "--trace",
        file("answering.bin"),
      ),
      player("challenge", "in company", "--account", CHALLENGER, ...claim, ...holdings()),
    ]);
    expect(challenged.at(-1)).to.deep.include({ claimId: id, phase: "faulted" });
    expect(movesOf(challenged).slice(-2)).to.deep.equal(["convict", "settle"]);
    expect(movesOf(defended)).to.include("state-traces").and.to.include("answer");
    expect(defended.at(-1)).to.deep.include({ phase: "faulted" });
  });

  it("challenge says that a claim is unchecked, and why, when it is too late to ask", async () => {
    await recipe("submit", ...submission("late"));
    const { claim } = decodeClaimFile(readFileSync(file("late", "claim.json"), "utf8"));
    const { submittedAt } = await readDispute(await contractsOf(CHALLENGER), claim);
    await passTo(submittedAt + claim.window);
    const claimed = ["--claim", file("late", "claim.json")];
    const failure = await failureOf(recipe("challenge", "--account", CHALLENGER, ...claimed, "--json"));
    expect(failure.code).to.equal(6);
    expect(failure.stderr).to.contain('"code":"UNCHECKED"').and.to.contain("window over");
  });

  it("defend refuses an input that is not the record's before anybody asks", async () => {
    const [first, ...rest] = inputFiles();
    writeFileSync(
      file("other.bin"),
      readFileSync(first!).map((byte) => byte ^ 1),
    );
    const own = ["--artifact", file("model.onus"), "--input", file("other.bin"), ...rest];
    const claim = ["--claim", file("honest", "claim.json")];
    const failure = await recipe("defend", "--account", OPERATOR, ...claim, ...own).catch(
      (error: unknown) => error,
    );
    expect((failure as { stderr: string }).stderr).to.contain("HANDED_OVER_MISMATCH");
  });
});
