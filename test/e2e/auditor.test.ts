import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";
import type { JsonRpcSigner } from "ethers";

import type { Bundle } from "../../src/audit/bundle.js";
import { equivocationCall } from "../../src/chain/receipt-calls.js";
import { sendCall } from "../../src/chain/send-call.js";
import { signReceipt } from "../../src/chain/sign-receipt.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { receiptHash } from "../../src/claim/receipt.js";
import type { SignedReceipt } from "../../src/claim/receipt.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { decodeClaimFile, encodeClaimFile } from "../../src/store/claim-file.js";
import { encodeReceiptFile } from "../../src/store/receipt-file.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { encodeTraceFile } from "../../src/trace/trace-file.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { hasAnvil } from "../support/anvil.js";
import { startCliScene, tinyModel } from "../support/cli-scene.js";
import type { CliScene } from "../support/cli-scene.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { startIndexProcess } from "../support/index-process.js";
import type { IndexProcess } from "../support/index-process.js";

const runFile = promisify(execFile);
const PUBLISHER = 1;
const OPERATOR = 2;
const LIAR = 3;
const CHALLENGER = 4;

/** docs/flows/auditor.md, step by step, on a node whose blocks are replaced and an index that is killed. */
describe("e2e: an auditor, from an output file to a verdict", function () {
  this.timeout(300_000);
  let scene: CliScene;
  let index: IndexProcess;
  let modelId: string;

  const where = () => ["--rpc", scene.url, "--deployment", scene.file("addresses.json")];
  const start = async (name: string): Promise<IndexProcess> => {
    const addresses = scene.file("addresses.json");
    return startIndexProcess({ rpc: scene.url, addresses, db: scene.file(name) });
  };
  const caughtUp = async (process: IndexProcess = index): Promise<void> => {
    const newest = (await scene.chain.provider.send("eth_getBlockByNumber", ["latest", false])) as {
      number: string;
      hash: string;
    };
    await process.reaches(Number(newest.number), newest.hash);
  };
  const reorg = async (depth: number): Promise<void> => {
    await scene.chain.provider.send("anvil_reorg", [depth, []]);
    await scene.passTime(1);
  };
  const submission = (name: string) => [
    ...[
      "claim",
      "submit",
      "--model",
      modelId,
      "--artifact",
      scene.file("model.onus"),
      "--input",
      ...scene.inputs,
    ],
    ...["--liability", "0.01 ether", "--window", "600s", "--out", scene.file(name)],
  ];
  const audit = (subject: string, ...more: string[]) =>
    scene.plain(
      "audit",
      subject,
      ...where(),
      "--index",
      index.url,
      "--out",
      scene.file("bundle.json"),
      ...more,
    );
  const bundle = () => JSON.parse(readFileSync(scene.file("bundle.json"), "utf8")) as Bundle;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_397);
    modelId = (await scene.json(PUBLISHER, "model", "publish", scene.file("model.onus"))).modelId;
    for (const account of [OPERATOR, LIAR])
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    index = await start("live.db");
  });
  after(async () => {
    await index?.kill();
    await scene?.stop();
  });

  it("an index that saw three reorgs and two kill -9 exports the bytes of one that begins at zero", async () => {
    for (const [depth, isKilled] of [
      [1, true],
      [2, false],
      [3, true],
    ] as const) {
      await scene.json(OPERATOR, ...submission(`gone-${depth}`));
      await scene.passTime(1);
      await caughtUp();
      if (isKilled) await index.kill();
      await reorg(depth);
      if (isKilled) index = await start("live.db");
      await caughtUp();
    }
    await scene.json(OPERATOR, ...submission("honest"));
    await caughtUp();
    const other = await start("zero.db");
    await caughtUp(other);
    await other.kill();
    const exports = [];
    for (const name of ["live", "zero"]) {
      const args = [
        "index",
        "export",
        "--db",
        scene.file(`${name}.db`),
        "--out",
        scene.file(`${name}.ndjson`),
      ];
      const { status, err } = await scene.plain(...args);
      expect(status, err).to.equal(0);
      exports.push(readFileSync(scene.file(`${name}.ndjson`), "utf8"));
    }
    expect(exports[0]).to.contain("ClaimSubmitted");
    expect(exports[0]).to.equal(exports[1]);
  });

  it("an output file that no known record holds is told so, with what to do", async () => {
    const output = tinyModel.trace.run.tensors.at(-1);
    writeFileSync(scene.file("output.bin"), bytesOfTensor(output!));
    const { status, err } = await audit(scene.file("output.bin"));
    expect(status).to.equal(6);
    expect(err).to.contain("no claim is known to hold an output tensor with root");
  });

  it("from the output file alone: model, publisher, operator, key, claim and that there is no verdict yet", async () => {
    expect((await audit(scene.file("honest", "claim.json"))).status).to.equal(0);
    const report = scene.file("report.md");
    const input = ["--input", ...scene.inputs];
    const { status, out, err } = await audit(scene.file("output.bin"), "--report", report, ...input);
    expect(status, err).to.equal(0);
    const { subject, statement } = bundle();
    const file = decodeClaimFile(readFileSync(scene.file("honest", "claim.json"), "utf8"));
    expect(subject.kind).to.equal("output");
    expect(statement.model).to.include({ id: modelId, publisher: scene.accounts[PUBLISHER] });
    expect(statement.operator.address).to.equal(scene.accounts[OPERATOR]);
    expect(statement.key).to.include({ address: scene.accounts[OPERATOR], kind: "owner" });
    expect(statement.claim?.recordsRoot).to.equal(file.claim.recordsRoot);
    expect(statement.verdict.phase).to.equal(null);
    for (const text of [out, readFileSync(report, "utf8")]) {
      expect(text)
        .to.contain(scene.accounts[PUBLISHER])
        .and.contain(statement.claim?.id)
        .and.contain("NOT_PUSHED");
    }
  });

  it("offline it is consistent, not anchored; a node or a hash anchors it; the artifact runs it again", async () => {
    const file = scene.file("bundle.json");
    const alone = await scene.plain("verify", file);
    expect(alone.status).to.equal(7);
    expect(alone.err).to.contain(bundle().trust.block.hash);
    const artifact = ["--artifact", scene.file("model.onus")];
    const byNode = await scene.plain("verify", file, "--rpc", scene.url, ...artifact);
    expect(byNode.err).to.equal("running it again: 2/2\n");
    expect(byNode.out).to.contain("run again: agrees");
    expect((await scene.plain("verify", file, "--anchor", bundle().trust.block.hash)).status).to.equal(0);
    const wrong = await scene.plain("verify", file, "--anchor", modelId);
    expect(wrong.status).to.equal(6);
    const asJson = await scene.plain("verify", file, "--json");
    expect(asJson.status).to.equal(7);
    expect(JSON.parse(asJson.out)).to.deep.include({
      anchored: false,
      unconfirmed: [bundle().trust.block],
      deploymentKnown: true,
    });
  });

  it("whose deployment it is, a bundle says and does not prove: it is compared with the one that is meant", async () => {
    const file = scene.file("bundle.json");
    const { onus } = scene.deployment;
    const meant = await scene.plain("verify", file, "--onus", onus.toLowerCase(), "--rpc", scene.url);
    expect(meant.status, meant.err).to.equal(0);
    const other = await scene.plain("verify", file, "--onus", scene.deployment.claimBook, "--rpc", scene.url);
    expect(other.status).to.equal(6);
    expect(other.err).to.contain(`the bundle is of the deployment ${onus}`);
  });

  it("a bundle is all that it takes: it is checked in an empty folder, by a process that knows no chain", async () => {
    const empty = mkdtempSync(join(tmpdir(), "onus-empty-"));
    copyFileSync(scene.file("bundle.json"), join(empty, "bundle.json"));
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const args = ["--import", import.meta.resolve("tsx"), main, "verify", "bundle.json"];
    const ended = await runFile(process.execPath, args, {
      cwd: empty,
      env: { PATH: process.env["PATH"] },
    }).catch((error: unknown) => error as { code: number; stderr: string; stdout: string });
    expect(ended).to.include({ code: 7 });
    expect(ended.stderr).to.contain("consistent, not anchored");
    // No address file here knows it.
    expect(ended.stdout).to.contain(`${scene.deployment.onus} is the deployment you mean is yours to know`);
    expect(readdirSync(empty)).to.deep.equal(["bundle.json"]);
    rmSync(empty, { recursive: true });
  });

  it("a changed field is named", async () => {
    const { claim } = bundle().statement;
    const text = readFileSync(scene.file("bundle.json"), "utf8");
    writeFileSync(
      scene.file("changed.json"),
      text.replace(`"${claim?.liability}"`, `"1${claim?.liability}"`),
    );
    const { status, err } = await scene.plain("verify", scene.file("changed.json"));
    expect(status).to.equal(6);
    expect(err).to.contain("statement.claim.liability");
  });

  it("after a conviction: the verdict, the fault with its calldata, and the shares", async () => {
    const honest = decodeClaimFile(readFileSync(scene.file("honest", "claim.json"), "utf8"));
    const last = tinyModel.committed.artifact.kernels.length - 1;
    const lie = withFlippedBit(tinyModel.trace, { index: last, bit: 0 });
    const roots = rootsOf(lie.lists);
    const records = honest.records.map((record) => ({
      ...record,
      ...{ outputRoot: roots.output, traceRoot: roots.trace },
    }));
    const claim = {
      ...honest.claim,
      operator: scene.accounts[LIAR]!,
      recordsRoot: commitRecords(records).root,
    };
    writeFileSync(scene.file("lie.json"), encodeClaimFile({ claim, records, model: honest.model }));
    const { id } = tinyModel.committed;
    writeFileSync(scene.file("lie.bin"), encodeTraceFile({ artifactId: id, trace: lie }));
    await submitClaim(scene.contractsOf(LIAR), claim);
    const proof = [
      "--trace",
      scene.file("lie.bin"),
      "--artifact",
      scene.file("model.onus"),
      "--input",
      ...scene.inputs,
    ];
    await scene.json(CHALLENGER, "dispute", "open", scene.file("lie.json"), ...proof);
    await caughtUp();
    const { status, err } = await audit(scene.file("lie.json"));
    expect(status, err).to.equal(0);
    const { statement, evidence } = bundle();
    expect(statement.verdict.phase).to.equal("FAULTED");
    expect(statement.fault).to.include({
      beneficiary: scene.accounts[CHALLENGER],
      calls: scene.deployment.referee,
    });
    expect(statement.shares?.penalty).to.equal(String(claim.liability));
    expect(statement.operator.jailedAt).to.be.a("number");
    expect(evidence.transactions).to.have.length(1);
    expect((await scene.plain("verify", scene.file("bundle.json"), "--rpc", scene.url)).status).to.equal(0);
  });

  it("running the convicted record again gives another output, and it says which", async () => {
    const lie = scene.file("lie.json");
    const { status, err } = await audit(lie, "--record", "0", "--input", ...scene.inputs);
    expect(status, err).to.equal(0);
    const again = await scene.plain(
      "verify",
      scene.file("bundle.json"),
      "--artifact",
      scene.file("model.onus"),
    );
    expect(again.status).to.equal(6);
    expect(again.err).to.contain(`the record states output ${bundle().statement.record?.outputRoot}`);
  });

  it("a receipt that no claim keeps: from its file, and once the court took it from its hash alone", async () => {
    const contracts = scene.contractsOf(OPERATOR);
    const block = await scene.chain.provider.getBlock("latest");
    const issuedAt = BigInt(block!.timestamp);
    const sign = (outputRoot: Bytes32): Promise<SignedReceipt> =>
      signReceipt(
        {
          ...{ operator: scene.accounts[OPERATOR]!, modelId: asBytes32(modelId) },
          ...{ maxRecords: 4, liabilityWei: asWei(10n ** 16n) },
          record: {
            ...{ requester: scene.accounts[CHALLENGER]!, salt: ZERO_HASH, inputRoot: ZERO_HASH, outputRoot },
            ...{ traceRoot: ZERO_HASH, parentsRoot: ZERO_HASH, parentsCount: 0 },
          },
          ...{ issuedAt: asSeconds(issuedAt), inclusionDeadline: asSeconds(issuedAt + 60n) },
        },
        { signer: contracts.runner as JsonRpcSigner, court: contracts.courtPlace },
      );
    const pair = [await sign(asBytes32(modelId)), await sign(ZERO_HASH)] as const;
    writeFileSync(scene.file("receipt.json"), encodeReceiptFile(pair[0]));
    const promised = await audit(scene.file("receipt.json"));
    expect(promised.status, promised.err).to.equal(0);
    expect(bundle().subject).to.include({ kind: "receipt", claimId: null });
    expect(promised.out).to.contain("not shown to be kept by a claim").and.contain("the operator's own");
    await sendCall(contracts, equivocationCall(contracts, pair, scene.accounts[CHALLENGER]!));
    await caughtUp();
    const hash = receiptHash(pair[0].receipt, contracts.courtPlace);
    const judged = await audit(hash);
    expect(judged.status, judged.err).to.equal(0);
    expect(judged.out).to.contain("BROKEN by Equivocation").and.contain("jailed");
    expect(bundle().evidence.receipt).to.equal(null);
    expect(bundle().statement.receipt?.shares?.penalty).to.equal(String(10n ** 16n));
    expect((await scene.plain("verify", scene.file("bundle.json"), "--rpc", scene.url)).status).to.equal(0);
  });

  it("an index that is not there is told apart from a record that is not known", async () => {
    const { status, err } = await audit(scene.file("output.bin"), "--index", "http://127.0.0.1:9");
    expect(status).to.equal(5);
    expect(err).to.contain("the index at http://127.0.0.1:9 gives no answer");
  });
});
