import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { JsonRpcSigner } from "ethers";

import { signReceipt } from "../../src/chain/sign-receipt.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { decodeClaimFile, encodeClaimFile } from "../../src/store/claim-file.js";
import { encodeReceiptFile } from "../../src/store/receipt-file.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { encodeTraceFile } from "../../src/trace/trace-file.js";
import { asSeconds } from "../../src/types/seconds.js";
import { hasAnvil } from "../support/anvil.js";
import { runInProcess, startCliScene, tinyModel } from "../support/cli-scene.js";
import type { CliScene } from "../support/cli-scene.js";
import { withFlippedBit } from "../support/forge-trace.js";

const PUBLISHER = 1;
const OPERATOR = 2;
const LIAR = 3;
const CONSUMER = 4;

const page = readFileSync("docs/flows/consumer.md", "utf8");
const commands = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block!.trim().split("\n"));

/** Each step uses what the last one left. */
describe("e2e: docs/flows/consumer.md", function () {
  this.timeout(120_000);
  let scene: CliScene;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_371);
    const { modelId } = await scene.json(PUBLISHER, "model", "publish", scene.file("model.onus"));
    for (const account of [OPERATOR, LIAR]) {
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    }
    await scene.json(
      OPERATOR,
      ...["claim", "submit", "--model", modelId as string, "--artifact", scene.file("model.onus")],
      ...["--input", ...scene.inputs, "--liability", "0.01 ether", "--window", "600s"],
      ...["--requester", scene.accounts[CONSUMER]!, "--out", scene.file("claimed")],
    );
    const file = decodeClaimFile(readFileSync(scene.file("claimed", "claim.json"), "utf8"));
    writeFileSync(scene.file("claim.json"), encodeClaimFile(file));
    const { deployment, chain, accounts } = scene;
    const { timestamp } = (await chain.provider.getBlock("latest"))!;
    const issuedAt = asSeconds(BigInt(timestamp));
    const signed = await signReceipt(
      {
        ...{ operator: accounts[OPERATOR]!, modelId: file.claim.modelId, record: file.records[0]! },
        ...{ issuedAt, inclusionDeadline: asSeconds(issuedAt + 60n) },
        ...{ liabilityWei: file.claim.liability, maxRecords: 1 },
      },
      {
        signer: new JsonRpcSigner(chain.provider, accounts[OPERATOR]!),
        court: { chainId: BigInt(deployment.chainId), contract: deployment.receiptCourt },
      },
    );
    writeFileSync(scene.file("receipt.json"), encodeReceiptFile(signed));
  });
  after(() => scene?.stop());

  /** A command of the page against the test's chain, with the test's files. */
  const run = (
    index: number,
    { acts = false, more = [] as string[], files = {} as Record<string, string> } = {},
  ) => {
    const own: Record<string, readonly string[]> = {
      ...{ "receipt.json": [scene.file("receipt.json")], "claim.json": [scene.file("claim.json")] },
      ...{ "model.onus": [scene.file("model.onus")], "input.npy": scene.inputs },
      ...Object.fromEntries(Object.entries(files).map(([name, path]) => [name, [path]])),
    };
    const words = commands[index]!.split(" ").slice(1);
    words.splice(
      words.indexOf("--network"),
      2,
      "--rpc",
      scene.url,
      "--deployment",
      scene.file("addresses.json"),
    );
    const account = acts ? ["--account", scene.accounts[CONSUMER]!] : [];
    return runInProcess([...words.flatMap((word) => own[word] ?? [word]), ...account, ...more, "--json"]);
  };

  it("has the commands that this test runs, in this order", () => {
    expect(commands.map((command) => command.split(" ").slice(1, 3).join(" "))).to.deep.equal([
      ...["receipt verify", "claim show", "dispute open", "claim pull"],
    ]);
  });

  it("a receipt is checked against the chain, and the claim says what stands behind a record", async () => {
    const receipt = await run(0);
    expect(receipt.status, receipt.out).to.equal(0);
    expect(JSON.parse(receipt.out)).to.include({ outcome: "holds" });
    const claim = await run(1);
    expect(claim.status, claim.out).to.equal(0);
    expect(JSON.parse(claim.out)).to.include({ phase: "open" });
  });

  it("a look at a true claim agrees, asks nothing and sends nothing", async () => {
    const { status, out } = await run(2, { acts: true });
    expect(status, out).to.equal(0);
    expect(JSON.parse(out)).to.deep.include({ transactions: [], end: { kind: "rest", because: "agrees" } });
  });

  it("a look at a false one convicts, and the requester's share is pulled", async () => {
    const { claim, records, model } = decodeClaimFile(readFileSync(scene.file("claim.json"), "utf8"));
    const last = tinyModel.committed.artifact.kernels.length - 1;
    const lie = withFlippedBit(tinyModel.trace, { index: last, bit: 0 });
    const roots = rootsOf(lie.lists);
    const lying: InferenceRecord[] = records.map((record) => ({
      ...record,
      ...{ outputRoot: roots.output, traceRoot: roots.trace },
    }));
    const told = { ...claim, operator: scene.accounts[LIAR]!, recordsRoot: commitRecords(lying).root };
    await submitClaim(scene.contractsOf(LIAR), told);
    const files = { "claim.json": scene.file("false.json") };
    writeFileSync(files["claim.json"], encodeClaimFile({ claim: told, records: lying, model }));
    const trace = scene.file("false.bin");
    writeFileSync(trace, encodeTraceFile({ artifactId: tinyModel.committed.id, trace: lie }));
    // Handed over, so that one transaction decides; without it the same command asks for it on chain.
    const opened = await run(2, { acts: true, files, more: ["--trace", trace] });
    expect(JSON.parse(opened.out)).to.include({ phase: "faulted" });
    const pulled = await run(3, { acts: true, files });
    expect(pulled.status, pulled.out).to.equal(0);
    expect((JSON.parse(pulled.out) as { transactions: unknown[] }).transactions).to.not.be.empty;
  });
});
