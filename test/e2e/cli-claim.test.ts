import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { parseEther } from "ethers";

import { performMove } from "../../src/chain/perform-move.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { aboutDescriptor } from "../../src/dispute/ask-about.js";
import { decodeClaimFile, encodeClaimFile } from "../../src/store/claim-file.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { encodeTraceFile } from "../../src/trace/trace-file.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { parseWei } from "../../src/types/wei.js";
import { hasAnvil } from "../support/anvil.js";
import { startCliScene, tinyModel } from "../support/cli-scene.js";
import type { CliScene } from "../support/cli-scene.js";
import { withFlippedBit } from "../support/forge-trace.js";

const PUBLISHER = 1;
const OPERATOR = 2;
const LIAR = 3;
const CHALLENGER = 4;
const SILENT = 5;
const LIABILITY = parseEther("0.01");

/** Each step uses what the last one left. */
describe("e2e: onus claim and onus dispute on a node process", function () {
  this.timeout(120_000);
  let scene: CliScene;
  let modelId: string;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_353);
    modelId = (await scene.json(PUBLISHER, "model", "publish", scene.file("model.onus"))).modelId;
    for (const account of [OPERATOR, LIAR, SILENT]) {
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    }
  });
  after(() => scene?.stop());

  const holdings = () => ["--artifact", scene.file("model.onus"), "--input", ...scene.inputs];
  const submission = (name: string) => [
    ...["claim", "submit", "--model", modelId, ...holdings()],
    ...["--liability", "0.01 ether", "--window", "600s", "--out", scene.file(name)],
  ];
  const claimFile = (name: string) => scene.file(name, "claim.json");
  /** The claim of another operator, to a lie: what a lying operator would write. Trace stated in the claim, or not. */
  const lyingClaim = async (name: string, account: number, trace: "eager" | "on-demand"): Promise<string> => {
    const { claim, records, model } = decodeClaimFile(readFileSync(claimFile("honest"), "utf8"));
    const last = tinyModel.committed.artifact.kernels.length - 1;
    const lie = withFlippedBit(tinyModel.trace, { index: last, bit: 0 });
    const roots = rootsOf(lie.lists);
    const traceRoot = trace === "eager" ? roots.trace : ZERO_HASH;
    const lying = records.map((record) => ({ ...record, outputRoot: roots.output, traceRoot }));
    const operator = scene.accounts[account] as typeof claim.operator;
    const told = { ...claim, operator, recordsRoot: commitRecords(lying).root };
    writeFileSync(scene.file(`${name}.json`), encodeClaimFile({ claim: told, records: lying, model }));
    const { id } = tinyModel.committed;
    writeFileSync(scene.file(`${name}.bin`), encodeTraceFile({ artifactId: id, trace: lie }));
    return (await submitClaim(scene.contractsOf(account), told)).claimId;
  };

  it("a dry run of submit names the liability as what is at risk, and writes and sends nothing", async () => {
    const planned = await scene.json(OPERATOR, ...submission("honest"), "--dry-run");
    expect(planned.calls).to.have.length(1);
    expect(planned.calls[0]).to.deep.include({
      call: "ClaimBook.submit",
      atRisk: { of: "liability", amount: String(LIABILITY) },
    });
    expect(planned.calls[0].arguments.claim).to.include({ modelId, n: "1", window: "600" });
    expect(existsSync(claimFile("honest"))).to.equal(false);
    expect(await scene.json(0, "claim", "list")).to.deep.equal([]);
  });

  it("submit keeps what answers are made from; show and list say where the claim stands", async () => {
    const { claimId } = await scene.json(OPERATOR, ...submission("honest"));
    const shown = await scene.json(0, "claim", "show", claimId);
    expect(shown).to.deep.include({ claimId, phase: "open", liabilityPerRecord: String(LIABILITY) });
    expect(await scene.json(0, "claim", "show", claimFile("honest"))).to.deep.equal(shown);
    const operator = scene.accounts[OPERATOR] as string;
    for (const [option, value, found] of [
      ["--operator", operator, 1],
      ["--operator", scene.accounts[9] as string, 0],
      ["--model", modelId, 1],
      ["--phase", "open", 1],
      ["--phase", "final", 0],
    ] as const) {
      expect(await scene.json(0, "claim", "list", option, value), option).to.have.length(found);
    }
    const { out } = await scene.onus(0, "claim", "list");
    expect(out).to.contain(`${claimId}  open       ${operator}  0.01 ether  1 records`);
    const { status, err } = await scene.onus(0, "claim", "show", `0x${"7".repeat(64)}`);
    expect(status).to.equal(3);
    expect(err).to.contain("CLAIM_UNKNOWN");
  });

  it("an input of the wrong shape is refused before anything is sent", async () => {
    const wrong = scene.file("wrong.json");
    writeFileSync(wrong, "[[1, 2, 3]]");
    const args = submission("wrong").map((arg) => (arg === scene.inputs[0] ? wrong : arg));
    const { status, err } = await scene.onus(OPERATOR, ...args);
    expect(status).to.equal(3);
    expect(err).to.contain("INPUT_SHAPE").and.to.contain("[1, 3]");
  });

  it("open agrees with an honest claim; finalize is refused inside the window and makes it final after", async () => {
    const played = await scene.json(CHALLENGER, "dispute", "open", claimFile("honest"), ...holdings());
    expect(played).to.deep.include({ phase: "open", transactions: [] });
    expect(played.end).to.deep.equal({ kind: "rest", because: "agrees" });
    const early = await scene.onus(CHALLENGER, "claim", "finalize", claimFile("honest"));
    expect(early.status).to.equal(5);
    expect(early.err).to.contain("WindowStillOpen");
    expect(early.out).to.equal("");
    await scene.passTime(601);
    const planned = await scene.json(CHALLENGER, "claim", "finalize", claimFile("honest"), "--dry-run");
    expect(planned.calls[0].atRisk).to.deep.equal({ of: "nothing" });
    await scene.json(CHALLENGER, "claim", "finalize", claimFile("honest"));
    const shown = await scene.json(0, "claim", "show", claimFile("honest"));
    expect(shown.phase).to.equal("final");
  });

  it("a false claim falls by one transaction; its shares are pulled and the rest is burned", async () => {
    const id = await lyingClaim("false", LIAR, "eager");
    const asked = [scene.file("false.json"), ...holdings(), "--trace", scene.file("false.bin")];
    const planned = await scene.json(CHALLENGER, "dispute", "open", ...asked, "--dry-run");
    expect(planned.calls.map(({ call }: { call: string }) => call)).to.deep.equal(["Referee.convict"]);
    expect((await scene.json(0, "claim", "show", id)).phase, "a dry run sends nothing").to.equal("open");
    const played = await scene.json(CHALLENGER, "dispute", "open", ...asked);
    expect(played.phase).to.equal("faulted");
    expect(played.transactions).to.have.length(1);

    const { err } = await scene.onus(CHALLENGER, "dispute", "open", ...asked);
    expect(err, "whoever comes second finds it decided").to.equal("");
    const pulled = await scene.json(0, "claim", "pull", scene.file("false.json"));
    expect(pulled.transactions, "nothing of it is this account's").to.deep.equal([]);
    const all = await scene.json(0, "claim", "pull", scene.file("false.json"), "--all");
    expect(all.transactions).to.have.length(2);
    expect((await scene.json(0, "claim", "pull", id, "--all")).transactions).to.deep.equal([]);
    await scene.json(0, "claim", "burn", id);
    const { penalty } = await scene.json(0, "claim", "show", id);
    expect(penalty).to.deep.include({
      amount: String(LIABILITY),
      beneficiary: scene.accounts[CHALLENGER],
      beneficiaryShare: String((LIABILITY * 30n) / 100n),
      isBeneficiaryPaid: true,
      recordsPaid: 1,
      burned: String(LIABILITY / 2n),
    });
    const { out } = await scene.onus(0, "claim", "show", id);
    expect(out).to.contain("burned       0.005 ether of 0.005 ether so far");
  });

  it("a withheld trace is asked for step by step, shown with its clock, and silence convicts", async () => {
    const id = await lyingClaim("silent", SILENT, "on-demand");
    const asked = [scene.file("silent.json"), ...holdings()];
    const planned = await scene.json(CHALLENGER, "dispute", "step", ...asked, "--dry-run");
    expect(planned.calls[0]).to.include({ call: "Inquiry.open" });
    expect(planned.calls[0].atRisk).to.deep.equal({ of: "deposit", amount: planned.calls[0].value });
    expect((await scene.json(0, "dispute", "show", id)).sessions).to.deep.equal([]);
    const step = await scene.json(CHALLENGER, "dispute", "step", ...asked);
    expect(step).to.deep.include({ phase: "open", end: { kind: "once" } });

    const shown = await scene.json(0, "dispute", "show", id);
    expect(shown.phase).to.equal("contested");
    expect(shown.sessions).to.have.length(1);
    expect(shown.sessions[0]).to.deep.include({ asker: scene.accounts[CHALLENGER], stage: "open" });
    expect(shown.sessions[0].turn.of).to.equal("answerer");
    const { out } = await scene.onus(0, "dispute", "show", id);
    expect(out)
      .to.contain("asks for the trace of record 0")
      .and.to.contain("the operator must answer before 20");
    await scene.passTime(301);
    const { out: late } = await scene.onus(0, "dispute", "show", id);
    expect(late).to.contain("anyone may prove the silence");
    const played = await scene.json(CHALLENGER, "dispute", "open", ...asked, "--pull", "--poll", "1s");
    expect(played.phase).to.equal("faulted");
  });

  it("answer needs claim, artifact and input, answers whatever is asked, and makes the claim final", async () => {
    const { claimId } = await scene.json(OPERATOR, ...submission("asked"));
    const { claim, model } = decodeClaimFile(readFileSync(claimFile("asked"), "utf8"));
    const { commitment, program } = tinyModel.committed;
    const question = aboutDescriptor({ identity: model, commitment }, program, 0);
    await performMove({
      contracts: scene.contractsOf(CHALLENGER),
      claim,
      move: { kind: "open", nonce: 1n, question, value: parseWei("0.1 ether") },
    });
    const bare = await scene.onus(OPERATOR, "dispute", "answer", claimId);
    expect(bare.status).to.equal(2);
    expect(bare.err).to.contain("name all three");
    const side = [claimFile("asked"), ...holdings(), "--side", "operator"];
    const answered = await scene.json(OPERATOR, "dispute", "step", ...side);
    expect(answered.transactions.map(({ move }: { move: string }) => move)).to.deep.equal(["answer"]);
    await scene.passTime(1_200);
    const played = await scene.json(
      OPERATOR,
      "dispute",
      "answer",
      claimFile("asked"),
      ...holdings(),
      "--pull",
    );
    expect(played.phase).to.equal("final");
  });

  it("only the operator and its signers play the side that states traces", async () => {
    await scene.json(OPERATOR, ...submission("strange"));
    const { err } = await scene.onus(9, "dispute", "answer", claimFile("strange"), ...holdings());
    expect(err).to.contain("NOT_THE_OPERATOR");
  });

  it("a publisher answers what is asked about its artifact", async () => {
    const contracts = scene.contractsOf(PUBLISHER);
    const bond = parseEther("0.1");
    await (await contracts.token.getFunction("deposit")({ value: bond })).wait();
    await (await contracts.token.getFunction("approve")(scene.deployment.modelRegistry, bond)).wait();
    await (await contracts.models.depositBond(modelId, bond)).wait();
    const { model } = decodeClaimFile(readFileSync(claimFile("honest"), "utf8"));
    const { commitment, program } = tinyModel.committed;
    const question = aboutDescriptor({ identity: model, commitment }, program, 1);
    const { inquiry } = scene.contractsOf(CHALLENGER);
    await (await inquiry.openOnModel(modelId, 1, question.stream, { value: bond })).wait();

    const args = ["model", "answer", modelId, scene.file("model.onus")];
    const planned = await scene.json(PUBLISHER, ...args, "--dry-run");
    expect(planned.calls[0]).to.include({ call: "Inquiry.answer" });
    const answered = await scene.json(PUBLISHER, ...args);
    expect(answered).to.deep.include({ unanswerable: 0 });
    expect(answered.transactions).to.have.length(1);
    expect(await inquiry.answeredAt(question.key)).to.not.equal(0n);
    expect((await scene.json(PUBLISHER, ...args)).transactions, "once").to.deep.equal([]);
  });
});
