import { expect } from "chai";

import type { Contracts } from "../../src/chain/contracts.js";
import { finalizeClaim } from "../../src/chain/finalize-claim.js";
import { performMove } from "../../src/chain/perform-move.js";
import { playChallenger } from "../../src/chain/play-challenger.js";
import { performReceiptMove } from "../../src/chain/perform-receipt-move.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { readReceipt } from "../../src/chain/read-receipt.js";
import type { ReceiptChainMove } from "../../src/chain/receipt-calls.js";
import type { Claim } from "../../src/claim/claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { aboutDescriptor, aboutRecord, aboutTrace } from "../../src/dispute/ask-about.js";
import { nextComplainantMove } from "../../src/dispute/complaint.js";
import type { Question } from "../../src/dispute/question.js";
import type { ChallengerHoldings } from "../../src/dispute/holdings.js";
import type { Alter } from "../../src/operator/engine/run-models.js";
import type { OperatorNode } from "../../src/operator/open-node.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { decodeClaimFile } from "../../src/store/claim-file.js";
import { rootOfTensors } from "../../src/trace/commit-ends.js";
import { parseAddress } from "../../src/types/address.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { hasAnvil } from "../support/anvil.js";
import {
  operatorScene,
  requestNumber,
  sceneModel,
  stepAndSettle,
  walletOf,
} from "../support/operator-scene.js";
import type { OperatorScene } from "../support/operator-scene.js";

const CHAIN = 31_351;
const CHALLENGER = 5;
const ALL = Number.MAX_SAFE_INTEGER;

describe("e2e: an operator node", function () {
  this.timeout(120_000);
  let scene: OperatorScene;

  beforeEach(async function () {
    if (!hasAnvil) return this.skip();
    scene = await operatorScene(CHAIN);
  });
  afterEach(() => scene?.stop());

  const serve = async (node: OperatorNode, from: number, to: number) => {
    const served = [];
    for (let salt = from; salt <= to; salt++)
      served.push(await node.desk.serve(scene.modelId, requestNumber(salt)));
    return served;
  };
  const claimsOf = (node: OperatorNode) => node.archive.claims(ALL, 100).claims;
  const phaseOf = async (claimId: Bytes32) =>
    (await readDispute(scene.contractsAs(CHALLENGER), claimId)).phase;

  /** Plays an honest challenger and the node in turn. */
  const challenge = async (
    contracts: Contracts,
    node: OperatorNode,
    claim: Claim,
    holdings: ChallengerHoldings,
  ) => {
    for (let turns = 0; turns < 40; turns++) {
      const playing = { contracts, claim, poll: asSeconds(1n), tell: () => undefined, once: true };
      const { view, end } = await playChallenger(playing, holdings);
      if (end.kind === "rest") return view.phase;
      await stepAndSettle(node);
    }
    throw new Error("the dispute has no end");
  };

  it("promises, claims in one transaction, and takes its stake back when the window is over", async () => {
    const node = await scene.openNode();
    const [first] = await serve(node, 1, 4);
    expect(rootOfTensors(first!.outputs)).to.equal(sceneModel.trace.roots.output);
    await stepAndSettle(node);
    expect(claimsOf(node)).to.have.length(1);
    expect(claimsOf(node)[0]).to.include({ state: "open", records: 4 });
    await scene.pass(61);
    await stepAndSettle(node);
    await scene.mine(3);
    await stepAndSettle(node);
    expect(claimsOf(node)[0]).to.include({ state: "final" });
    expect(await phaseOf(claimsOf(node)[0]!.claimId)).to.equal("final");
    expect(await scene.contractsAs(2).operators.lockedOf(walletOf(2).address)).to.equal(0n);
  });

  it("keeps what a result was made from, and hands it out with the claim", async () => {
    const node = await scene.openNode();
    const parents = [1, 2].map((index) => ({ claimId: ZERO_HASH, recordIndex: index }));
    await serve(node, 1, 1);
    await node.desk.serve(scene.modelId, { ...requestNumber(2), parents });
    await scene.pass(10);
    await stepAndSettle(node);
    const [only] = claimsOf(node);
    // Reading it compares each list with its record.
    const file = decodeClaimFile(node.archive.claimFile(only!.claimId));
    const book = scene.contractsAs(CHALLENGER).claimPlace;
    expect(file.parents).to.deep.equal([[], parents.map((parent) => ({ ...parent, book }))]);
  });

  it("sees that somebody else made its claim final", async () => {
    const node = await scene.openNode();
    await serve(node, 1, 4);
    await stepAndSettle(node);
    const { claimId } = claimsOf(node)[0]!;
    const { claim } = decodeClaimFile(node.archive.claimFile(claimId));
    await scene.pass(61);
    await finalizeClaim(scene.contractsAs(CHALLENGER), claim);
    await scene.mine(3);
    await stepAndSettle(node);
    await stepAndSettle(node);
    expect(claimsOf(node)[0]).to.include({ state: "final" });
    expect(node.isDone()).to.equal(true);
  });

  it("gives equal requests one receipt, also in its next life", async () => {
    const node = await scene.openNode();
    const [first] = await serve(node, 1, 1);
    const both = await Promise.all([serve(node, 2, 2), serve(node, 2, 2)]);
    expect(both[0]).to.deep.equal(both[1]);
    expect((await serve(node, 1, 1))[0]).to.deep.equal(first);
    await node.stop();
    await scene.pass(5);
    const next = await scene.openNode();
    expect((await serve(next, 1, 1))[0]).to.deep.equal(first);
    expect((await serve(next, 2, 2))[0]).to.deep.equal(both[0]?.[0]);
    expect((await serve(next, 3, 3))[0]?.receipt).not.to.deep.equal(first?.receipt);
  });

  it("answers every question of a hostile session from runs made again, and finalizes", async () => {
    const node = await scene.openNode();
    await serve(node, 1, 3);
    await scene.pass(10);
    await stepAndSettle(node);
    const contracts = scene.contractsAs(CHALLENGER);
    const { claimId } = claimsOf(node)[0]!;
    const { claim, records, model } = decodeClaimFile(node.archive.claimFile(claimId));
    const published = { identity: model, commitment: sceneModel.committed.commitment };
    const list = commitRecords(records);
    const questions: Question[] = [
      aboutRecord(claim, 2),
      ...[0, 1, 2].map((index) =>
        aboutTrace(claimId, {
          index,
          record: records[index]!,
          path: node.archive.record({ claimId, index }).proof,
        }),
      ),
      aboutDescriptor(published, sceneModel.committed.program, 0),
    ];
    expect(list.root).to.equal(claim.recordsRoot);
    for (const [nonce, question] of questions.entries()) {
      const value = parseWei("0.1 ether");
      await performMove({ contracts, claim, move: { kind: "open", nonce: BigInt(nonce), question, value } });
    }
    await stepAndSettle(node);
    const { sessions, answers } = await readDispute(contracts, claim);
    expect(sessions).to.have.length(5);
    expect(answers.data.size).to.equal(2);
    expect([...answers.traces.keys()].sort()).to.deep.equal([0, 1, 2]);
    expect(new Set(answers.traces.values())).to.deep.equal(new Set([sceneModel.trace.roots.trace]));
    // The asker's clock runs out, then the time for proofs; then nothing holds the claim.
    for (let rounds = 0; rounds < 8; rounds++) {
      await scene.pass(35);
      await stepAndSettle(node);
    }
    await scene.mine(3);
    await stepAndSettle(node);
    expect(claimsOf(node)[0]).to.include({ state: "final" });
    const after = await readDispute(contracts, claim);
    expect(after.sessions.map(({ stage }) => stage)).to.deep.equal(Array(5).fill("settled"));
  });

  it("sends a claim again that a reorg took out", async () => {
    // The reorg is to leave the operator where it is.
    await scene.mine(6);
    const node = await scene.openNode({ config: { confirmations: 8 } });
    await serve(node, 1, 4);
    await stepAndSettle(node);
    const { claimId } = claimsOf(node)[0]!;
    expect(await phaseOf(claimId)).to.equal("open");
    await scene.reorg(5);
    const state = await scene.contractsAs(CHALLENGER).claims.stateOf(claimId);
    expect(state.submittedAt, "the chain has forgotten it").to.equal(0n);
    await stepAndSettle(node);
    await stepAndSettle(node);
    expect(await phaseOf(claimId)).to.equal("open");
    expect(claimsOf(node)).to.have.length(1);
  });

  it("is convicted when it lies, says so, promises nothing more and goes on answering", async () => {
    const lies = new Set<Bytes32>();
    const alter: Alter = (requestId, outputs) => {
      if (lies.size === 0 && requestId !== ZERO_HASH) lies.add(requestId);
      if (!lies.has(requestId)) return outputs;
      const [first, ...rest] = outputs;
      const other = first!.slice();
      bytesOfTensor(other)[0]! ^= 1;
      return [other, ...rest];
    };
    const node = await scene.openNode({ alter, model: { maxRecords: 1 } });
    const [lie] = await serve(node, 1, 2);
    expect(rootOfTensors(lie!.outputs)).not.to.equal(sceneModel.trace.roots.output);
    await stepAndSettle(node);
    const [honest, lying] = claimsOf(node);
    const contracts = scene.contractsAs(CHALLENGER);
    const { claim, records } = decodeClaimFile(node.archive.claimFile(lying!.claimId));
    const phase = await challenge(contracts, node, claim, {
      address: parseAddress(walletOf(CHALLENGER).address),
      committed: sceneModel.committed,
      recordList: commitRecords(records),
      records: [{ index: 0, record: records[0]!, path: [], run: sceneModel.trace }],
    });
    expect(phase).to.equal("faulted");
    await stepAndSettle(node);
    const refused = await node.desk.serve(scene.modelId, requestNumber(9)).catch((error: unknown) => error);
    expect(refused).to.include({ code: "OPERATOR_JAILED" });
    // The other claim stays its own.
    await scene.pass(61);
    await stepAndSettle(node);
    expect(await phaseOf(honest!.claimId)).to.equal("final");
    await scene.mine(3);
    await stepAndSettle(node);
    expect(claimsOf(node).map(({ state }) => state)).to.deep.equal(["final", "faulted"]);
  });

  it("answers a complaint about a receipt with the claim that keeps it", async () => {
    const node = await scene.openNode({ model: { inclusion: "30s" } });
    const [first] = await serve(node, 1, 3);
    await scene.pass(10);
    await stepAndSettle(node);
    await scene.pass(30);
    const contracts = scene.contractsAs(CHALLENGER);
    const view = await readReceipt(contracts, first!.receipt.receipt);
    const move = nextComplainantMove(view, { signed: first!.receipt }, view.readAt);
    expect(move.kind).to.equal("complain");
    await performReceiptMove(contracts, move as ReceiptChainMove);
    expect((await readReceipt(contracts, first!.receipt.receipt)).stage).to.equal("complained");
    await stepAndSettle(node);
    expect((await readReceipt(contracts, first!.receipt.receipt)).stage).to.equal("answered");
  });

  it("promises and submits nothing while claims are paused, and goes on when they are resumed", async () => {
    await scene.stop();
    const guardian = parseAddress(walletOf(9).address);
    scene = await operatorScene(CHAIN, { parameters: { guardian } });
    const node = await scene.openNode();
    await serve(node, 1, 1);
    const { claims } = scene.contractsAs(9);
    await (await claims.pause()).wait();
    await stepAndSettle(node);
    const refused = await serve(node, 2, 2).catch((error: unknown) => error);
    expect(refused).to.include({ code: "CLAIMS_PAUSED" });
    await scene.pass(10);
    await stepAndSettle(node);
    expect(claimsOf(node)[0]).to.include({ state: "made" });
    await (await claims.resume()).wait();
    await stepAndSettle(node);
    expect(claimsOf(node)[0]).to.include({ state: "open" });
    expect(await serve(node, 2, 2)).to.have.length(1);
  });

  it("signs with a key of its operator's, and stops promising when the key is revoked", async () => {
    const owner = scene.contractsAs(2);
    const signer = walletOf(6);
    const consent = await signer.signTypedData(
      {
        ...{ name: "Onus OperatorRegistry", version: "1", chainId: CHAIN },
        verifyingContract: owner.deployment.operatorRegistry,
      },
      { SignerConsent: [{ name: "operator", type: "address" }] },
      { operator: walletOf(2).address },
    );
    await (await owner.operators.addSigner(signer.address, consent)).wait();
    const node = await scene.openNode({ account: 6, config: { operator: walletOf(2).address } });
    const [served] = await serve(node, 1, 1);
    expect(served?.receipt.signer).to.equal(signer.address);
    expect(served?.receipt.receipt.operator).to.equal(walletOf(2).address);
    await scene.pass(10);
    await stepAndSettle(node);
    expect(claimsOf(node)[0]).to.include({ state: "open" });
    await (await owner.operators.revokeSigner(signer.address)).wait();
    await stepAndSettle(node);
    const refused = await node.desk.serve(scene.modelId, requestNumber(2)).catch((error: unknown) => error);
    expect(refused).to.include({ code: "SIGNING_KEY_INACTIVE" });
    await node.stop();
    const late = await scene
      .openNode({ account: 6, config: { operator: walletOf(2).address } })
      .catch((e: unknown) => e);
    expect(late).to.include({ code: "NOT_THE_OPERATOR" });
  });
});
