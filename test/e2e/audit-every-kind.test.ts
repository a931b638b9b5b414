import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { type JsonRpcSigner, keccak256 } from "ethers";

import type { Bundle } from "../../src/audit/bundle.js";
import { convictClaim } from "../../src/chain/convict-claim.js";
import { performMove } from "../../src/chain/perform-move.js";
import { signReceipt } from "../../src/chain/sign-receipt.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { claimId as idOf } from "../../src/claim/claim.js";
import type { Claim } from "../../src/claim/claim.js";
import { receiptHash } from "../../src/claim/receipt.js";
import type { Receipt, SignedReceipt } from "../../src/claim/receipt.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { absentNodeEvidence } from "../../src/dispute/evidence.js";
import type { Exhibit } from "../../src/dispute/evidence.js";
import { stagedProof } from "../../src/dispute/plan-stages.js";
import { decodeClaimFile, encodeClaimFile } from "../../src/store/claim-file.js";
import { encodeReceiptFile } from "../../src/store/receipt-file.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { encodeTraceFile } from "../../src/trace/trace-file.js";
import { parseAddress } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { ContractOperator__factory } from "../../typechain-types/index.js";
import { hasAnvil } from "../support/anvil.js";
import { startCliScene, tinyModel } from "../support/cli-scene.js";
import type { CliScene, Ended } from "../support/cli-scene.js";
import { publishAndSign } from "../support/deployed.js";
import type { Actor } from "../support/deployed.js";
import { ELEMENT, KERNEL, threeOperands, threeOperandScene } from "../support/element-scene.js";
import { stage } from "../support/exhibit.js";
import type { Scene } from "../support/exhibit.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { startIndexProcess } from "../support/index-process.js";
import type { IndexProcess } from "../support/index-process.js";
import { proveInStages } from "../support/staged-proof.js";

const PUBLISHER = 1;
const OPERATOR = 2;
const LIAR = 3;
const CHALLENGER = 4;
const SIGNER = 5;
const KEEPER = 6;

/** Tensor and kernel of the three operands, of 96 floats in three leaves of four. */
const COPIED = 2;
const COPY = 0;
const ABSENT_LEAF = 3;
const inAbsentLeaf = new Uint8Array(512);
inAbsentLeaf[511] = 1;
const lie = withFlippedBit(tinyModel.trace, { index: 1, bit: 0 });

type Lie = { readonly claim: Claim; readonly exhibit: Exhibit; readonly id: Bytes32 };
type StatedLater = {
  /** Of claim.json */
  readonly path: string;
  readonly id: Bytes32;
  readonly traceRoot: Bytes32;
  readonly state: () => Promise<void>;
};

/** What a claim and a receipt come to that no other test of the auditor has: each on a real chain, through the command line. */
describe("e2e: an audit of every kind of end", function () {
  this.timeout(180_000);
  let scene: CliScene;
  let index: IndexProcess;
  let modelId: Bytes32;
  let nonces = 0n;
  let absent: Lie;
  let staged: Lie;
  let owed: StatedLater;

  const actor = (account: number): Actor => ({
    address: scene.accounts[account]!,
    contracts: scene.contractsOf(account),
  });
  const where = () => ["--rpc", scene.url, "--deployment", scene.file("addresses.json")];
  const caughtUp = async (): Promise<void> => {
    const { number, hash } = await scene.chain.provider.send("eth_getBlockByNumber", ["latest", false]);
    await index.reaches(Number(number), hash as string);
  };
  const audit = async (subject: string, ...more: string[]): Promise<Ended> => {
    await caughtUp();
    const out = ["--index", index.url, "--out", scene.file("bundle.json"), ...more];
    return scene.plain("audit", subject, ...where(), ...out);
  };
  const bundle = () => JSON.parse(readFileSync(scene.file("bundle.json"), "utf8")) as Bundle;
  /** Audits it and verifies what came out: the bundle, and what both told. */
  const told = async (subject: string, ...more: string[]): Promise<Bundle & { readonly text: string }> => {
    const audited = await audit(subject, ...more);
    expect(audited.status, audited.err).to.equal(0);
    const verified = await scene.plain("verify", scene.file("bundle.json"), "--rpc", scene.url);
    expect(verified.status, verified.err).to.equal(0);
    expect(verified.out).to.contain("holds, and the block it rests on is confirmed");
    const text = audited.out.split("\n\nevidence: ")[0] as string;
    expect(verified.out).to.contain(text);
    return { ...bundle(), text };
  };
  /** Of the liar, submitted: a claim of the three operands as a scene commits to them. */
  const lieAbout = async (change: { lie?: boolean } & Partial<Scene>): Promise<Lie> => {
    const { registryPlace, claimPlace } = scene.contractsOf(LIAR);
    const committed = stage(threeOperandScene(registryPlace, change));
    const parties = { publisher: actor(PUBLISHER), operator: actor(LIAR) };
    const { claim, exhibit } = await publishAndSign(parties, committed);
    await submitClaim(scene.contractsOf(LIAR), claim);
    return { claim, exhibit, id: idOf(claim, claimPlace) };
  };
  /** Of an operator, submitted: one record of the tiny model that owes its trace, which is stated later. */
  const statedLater = async (account: number, trace: CommittedTrace, name: string): Promise<StatedLater> => {
    const {
      claim: first,
      records,
      model,
    } = decodeClaimFile(readFileSync(scene.file("signed", "claim.json"), "utf8"));
    const roots = rootsOf(trace.lists);
    const own = records.map((record) => ({ ...record, outputRoot: roots.output, traceRoot: ZERO_HASH }));
    const recordsRoot = commitRecords(own).root;
    const claim = { ...first, operator: scene.accounts[account]!, nonce: 77n + nonces++, recordsRoot };
    const contracts = scene.contractsOf(account);
    await submitClaim(contracts, claim);
    const path = scene.file(name);
    writeFileSync(path, encodeClaimFile({ claim, records: own, model }));
    const state = async (): Promise<void> => {
      const statements = [{ recordIndex: 0, traceRoot: roots.trace }];
      await performMove({ contracts, claim, move: { kind: "state-traces", statements } });
    };
    return { path, state, traceRoot: roots.trace, id: idOf(claim, contracts.claimPlace) };
  };
  const promiseOf = async (operator: string): Promise<Receipt> => {
    const block = await scene.chain.provider.getBlock("latest");
    const issuedAt = asSeconds(BigInt(block!.timestamp));
    const { records } = decodeClaimFile(readFileSync(scene.file("signed", "claim.json"), "utf8"));
    return {
      ...{ operator: parseAddress(operator), modelId, record: { ...records[0]!, salt: modelId } },
      ...{ issuedAt, inclusionDeadline: asSeconds(issuedAt + 60n) },
      ...{ liabilityWei: asWei(10n ** 16n), maxRecords: 4 },
    };
  };
  /** The transaction in which a claim fell, as the node has it. */
  const conviction = async (id: Bytes32) => {
    const { claims } = scene.contractsOf(CHALLENGER);
    const [event] = await claims.queryFilter(claims.filters.ClaimFaulted(id));
    return (await event!.getTransaction()) as { readonly to: string; readonly data: string };
  };
  const expectFault = async ({ statement }: Bundle, kind: string, id: Bytes32): Promise<void> => {
    const { to, data } = await conviction(id);
    expect(statement.verdict.phase).to.equal("FAULTED");
    expect(statement.fault).to.deep.equal({
      ...{ kind, beneficiary: scene.accounts[CHALLENGER], calls: to, calldataHash: keccak256(data) },
    });
    expect(statement.operator.jailedAt).to.be.a("number");
  };
  const receiptFile = (name: string, signed: SignedReceipt): string => {
    writeFileSync(scene.file(name), encodeReceiptFile(signed));
    return scene.file(name);
  };

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_433);
    modelId = (await scene.json(PUBLISHER, "model", "publish", scene.file("model.onus"))).modelId;
    for (const account of [OPERATOR, LIAR, KEEPER])
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    const { consent } = await scene.json(SIGNER, "operator", "consent", scene.accounts[OPERATOR]!);
    const added = [scene.accounts[SIGNER]!, "--consent", consent as string];
    await scene.json(OPERATOR, "operator", "add-signer", ...added);
    const model = ["--model", modelId, "--artifact", scene.file("model.onus"), "--input", ...scene.inputs];
    const terms = ["--liability", "0.01 ether", "--window", "600s", "--out", scene.file("signed")];
    const by = ["--operator", scene.accounts[OPERATOR]!];
    await scene.passTime(10);
    await scene.json(SIGNER, "claim", "submit", ...model, ...terms, ...by);
    await scene.passTime(10);
    await scene.json(OPERATOR, "operator", "revoke-signer", scene.accounts[SIGNER]!);
    // Before any conviction: a jailed operator claims nothing.
    absent = await lieAbout({ bytes: new Map([[COPIED, inAbsentLeaf]]) });
    staged = await lieAbout({ lie: true });
    owed = await statedLater(LIAR, lie, "lie.json");
    index = await startIndexProcess({
      ...{ rpc: scene.url, addresses: scene.file("addresses.json"), db: scene.file("index.db") },
    });
  });
  after(async () => {
    await index?.kill();
    await scene?.stop();
  });

  it("a claim whose key was revoked after it: whose key it is, since when, and until when", async () => {
    const { statement, text } = await told(scene.file("signed", "claim.json"));
    const { key, claim, operator } = statement;
    expect(operator.address).to.equal(scene.accounts[OPERATOR]);
    expect(key).to.include({ address: scene.accounts[SIGNER], kind: "signer" });
    expect(key?.activeFrom).to.be.lessThan(claim!.submittedAt);
    expect(key?.revokedAt).to.be.greaterThan(claim!.submittedAt);
    expect(text).to.match(
      /key +0x\w+, a signer of it, since [-0-9: ]+ UTC; revoked [-0-9: ]+ UTC, after the claim\n/,
    );
  });

  it("AbsentNode: a call of the referee", async () => {
    const evidence = absentNodeEvidence(absent.exhibit, {
      list: "trace",
      tensor: COPY,
      position: ABSENT_LEAF,
    });
    const { contracts, address } = actor(CHALLENGER);
    await convictClaim({ contracts, claim: absent.claim, evidence, beneficiary: address });
    const bundle = await told(absent.id);
    await expectFault(bundle, "AbsentNode", absent.id);
    expect(bundle.statement.fault?.calls).to.equal(scene.deployment.referee);
    expect(bundle.text).to.contain(
      `AbsentNode, proven by a call of the referee ${scene.deployment.referee};`,
    );
  });

  it("Element, proven in stages: a call of the workbench, and that stages came before it", async () => {
    const { claim, exhibit, id } = staged;
    const { contracts, address } = actor(CHALLENGER);
    const plan = stagedProof(exhibit, { kernel: KERNEL, element: ELEMENT }, threeOperands);
    const steps = await proveInStages({
      ...{ workbench: contracts.workbench, place: contracts.workbenchPlace, claim, claimId: id },
      ...{ beneficiary: address, plan: () => ({ ...plan, stageFrom: (next) => plan.stageFrom(next, 40) }) },
    });
    expect(steps.map(({ what }) => what)).to.deep.equal(["open", "advance", "advance", "advance", "finish"]);
    const bundle = await told(id);
    await expectFault(bundle, "Element", id);
    const { workbench } = scene.deployment;
    expect(bundle.statement.fault?.calls).to.equal(workbench);
    // One transaction: that the claim fell is what the chain said, whatever was computed before.
    expect(bundle.evidence.transactions).to.have.length(1);
    const { data } = await conviction(id);
    expect(contracts.workbench.interface.parseTransaction({ data })?.name).to.equal("finish");
    const happened = bundle.statement.timeline.map(({ event }) => event);
    expect(happened).to.include.members(["workbench.JobOpened", "workbench.JobFinished"]);
    expect(bundle.text).to.contain(`a call of the workbench ${workbench}, which ended a proof in stages;`);
  });

  it("a trace stated after the claim: owed, then stated, then what the conviction is about", async () => {
    const before = await told(owed.path);
    expect(before.statement.record).to.include({ traceRoot: ZERO_HASH, statedTrace: null });
    expect(before.text).to.match(/trace +owed when it is asked for; not shown\n/);
    await owed.state();
    const stated = await told(owed.path);
    expect(stated.statement.record).to.include({ traceRoot: ZERO_HASH, statedTrace: owed.traceRoot });
    expect(stated.text).to.match(new RegExp(`trace +${owed.traceRoot}, stated later\n`));
    expect(stated.statement.verdict.phase).to.equal(null);
    const { id: artifactId } = tinyModel.committed;
    writeFileSync(
      scene.file("lie.bin"),
      encodeTraceFile({ artifactId, trace: { ...tinyModel.trace, ...lie } }),
    );
    const artifact = ["--artifact", scene.file("model.onus")];
    const run = [...artifact, "--input", ...scene.inputs];
    await scene.json(CHALLENGER, "dispute", "open", owed.path, "--trace", scene.file("lie.bin"), ...run);
    const bundle = await told(owed.path, "--input", ...scene.inputs);
    await expectFault(bundle, "Element", owed.id);
    expect(bundle.statement.record?.statedTrace).to.equal(owed.traceRoot);
    const again = await scene.plain("verify", scene.file("bundle.json"), ...artifact);
    expect(again.status).to.equal(6);
    expect(again.err).to.contain("error RERUN_DIFFERS: the record states output");
  });

  it("a trace stated after the claim is what running it again is compared with", async () => {
    const [honest, other] = [
      await statedLater(KEEPER, tinyModel.trace, "honest.json"),
      // Of the same output: only the trace is another one.
      await statedLater(
        KEEPER,
        { ...tinyModel.trace, lists: { ...tinyModel.trace.lists, trace: lie.lists.trace } },
        "other.json",
      ),
    ];
    for (const [{ path, state, traceRoot }, status, said] of [
      [honest, 0, "run again: agrees"],
      [other, 6, "the record states trace"],
    ] as const) {
      await state();
      const { statement } = await told(path, "--input", ...scene.inputs);
      expect(statement.record?.statedTrace).to.equal(traceRoot);
      const more = ["--artifact", scene.file("model.onus"), "--rpc", scene.url];
      const again = await scene.plain("verify", scene.file("bundle.json"), ...more);
      expect(again.out + again.err).to.contain(said);
      expect(again.status).to.equal(status);
    }
  });

  it("NonInclusion: a complaint that nobody answered, from the receipt's file and from its hash", async () => {
    const { contracts, address } = actor(KEEPER);
    const { courtPlace: court } = contracts;
    const receipt = await promiseOf(address);
    const path = receiptFile(
      "promise.json",
      await signReceipt(receipt, { signer: contracts.runner as JsonRpcSigner, court }),
    );
    await scene.passTime(61);
    await scene.json(CHALLENGER, "receipt", "complain", path);
    const complained = await told(path);
    expect(complained.statement.receipt?.court).to.deep.include({ fault: null, brokenAt: null });
    expect(complained.text).to.contain(`${scene.accounts[CHALLENGER]} complained`).and.not.contain("BROKEN");
    const { deadline } = complained.statement.receipt!.court.complaint!;
    await scene.passTime(deadline - complained.statement.receipt!.court.complaint!.at);
    await scene.json(CHALLENGER, "receipt", "complain", path);
    for (const subject of [path, receiptHash(receipt, court)]) {
      const { statement, text } = await told(subject);
      expect(statement.claim).to.equal(null);
      expect(statement.receipt?.key).to.include({ kind: "owner" });
      expect(statement.receipt?.court.fault).to.equal("NonInclusion");
      expect(statement.receipt?.court.brokenAt).to.be.at.least(deadline);
      expect(statement.receipt?.shares?.penalty).to.equal(String(receipt.liabilityWei));
      expect(statement.operator.jailedAt).to.equal(statement.receipt?.court.brokenAt);
      expect(text).to.contain("not shown to be kept by a claim").and.contain("BROKEN by NonInclusion");
    }
  });

  it("a receipt of a contract: its signature counts once the court took it, and what to do is said", async () => {
    const { contracts } = actor(PUBLISHER);
    const account = await new ContractOperator__factory(contracts.runner as JsonRpcSigner).deploy();
    const operator = parseAddress(await account.getAddress());
    const { operators, deployment, courtPlace: court } = contracts;
    const words = operators.interface.encodeFunctionData("register", [""]);
    await (await account.relay(deployment.operatorRegistry, words)).wait();
    const receipt = await promiseOf(operator);
    const hash = receiptHash(receipt, court);
    const path = receiptFile("contract.json", { receipt, court, signer: operator, signature: hash });
    const refused = await audit(path);
    expect(refused.status).to.equal(6);
    expect(refused.err)
      .to.contain(`error RECEIPT_NOT_PROVABLE: receipt ${hash} is not signed with the key of ${operator}`)
      .and.contain(`hint: where ${operator} is a contract`)
      .and.contain("`onus receipt present`");
    // Both of the commands that the hint names.
    expect((await scene.plain("receipt", "verify", path, ...where())).status).to.equal(0);
    await scene.json(CHALLENGER, "receipt", "present", path);
    for (const subject of [path, hash]) {
      const { statement, evidence, text } = await told(subject);
      // No signature stands in the bundle: the court's event does.
      expect(evidence.receipt).to.equal(null);
      expect(statement.receipt).to.deep.include({ hash, signer: operator });
      expect(statement.receipt?.key).to.include({ kind: "owner" });
      expect(statement.receipt?.court.presentedAt).to.be.a("number");
      expect(text)
        .to.contain(`${operator}, the operator's own`)
        .and.match(/in court +presented /);
    }
  });
});
