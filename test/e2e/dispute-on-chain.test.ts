import { expect } from "chai";
import type { ContractRunner } from "ethers";
import { network } from "hardhat";

import { parametersOf } from "../../scripts/support/deploy-onus.js";
import { connectContracts } from "../../src/chain/contracts.js";
import { performMove } from "../../src/chain/perform-move.js";
import type { Performed } from "../../src/chain/perform-move.js";
import type { ChainMove } from "../../src/chain/move-call.js";
import { readClaim } from "../../src/chain/read-claim.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { Claim } from "../../src/claim/claim.js";
import { answerFor } from "../../src/dispute/answer-for.js";
import { aboutDescriptor, aboutRecord, aboutTrace } from "../../src/dispute/ask-about.js";
import { evidenceOfFinding } from "../../src/dispute/evidence-of-finding.js";
import { locateFault } from "../../src/dispute/locate-fault.js";
import { questionKey, sessionId } from "../../src/dispute/question.js";
import type { Question } from "../../src/dispute/question.js";
import { isOnusError } from "../../src/errors/onus-error.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { claimOfTrace, recordOf } from "../support/claim-of-trace.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import type { Actor } from "../support/deployed.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { randomKernel } from "../support/kernel-generator.js";
import { modelAround } from "../support/single-kernel.js";

const connection = await network.create();
const { loadFixture, time, setBalance } = connection.networkHelpers;
const { provider } = connection.ethers;
const DEPOSIT = asWei(10n ** 18n);

/** Two open claims of one operator over three records each, of which the first and the last leave their trace unstated. */
async function twoClaims() {
  const protocol = await deployedProtocol(connection);
  const { operator } = protocol;
  const made = randomKernel(9);
  const { committed, trace } = modelAround(made, made.data.length, 1);
  const onDemand = (salt: number) => ({ ...recordOf(trace, salt), traceRoot: ZERO_HASH });
  const records = commitRecords([onDemand(0), recordOf(trace, 1), onDemand(2)]);
  const staged = claimOfTrace({ registry: operator.contracts.registryPlace, committed, trace });
  const { claim: first, exhibit } = await publishAndSign(protocol, staged);
  const claim = { ...first, recordsRoot: records.root, n: 3 };
  const other = { ...claim, nonce: 1n };
  const { claimId: id } = await submitClaim(operator.contracts, claim);
  await submitClaim(operator.contracts, other);
  const model = { identity: exhibit.model, commitment: committed.commitment };
  const holdings = { committed, records, trace: () => trace };
  return { ...protocol, claim, other, id, model, committed, trace, records, holdings };
}
type Pending = { readonly transactions: readonly string[] };
type Scene = Awaited<ReturnType<typeof twoClaims>>;

const perform = ({ contracts }: Actor, claim: Claim, move: ChainMove): Promise<Performed> =>
  performMove({ contracts, claim, move });
const open = (question: Question, nonce = 0n): ChainMove => ({
  kind: "open",
  nonce,
  question,
  value: DEPOSIT,
});
const sessionOf = ({ challenger, id }: Scene, nonce = 0n): Bytes32 =>
  sessionId({ subject: id, asker: challenger.address, nonce }, challenger.contracts.inquiryPlace);
const view = ({ challenger, claim }: Scene, options?: Parameters<typeof readDispute>[2]) =>
  readDispute(challenger.contracts, claim, options);
const answer = (scene: Scene, to: Question, session = sessionOf(scene)): ChainMove => ({
  kind: "answer",
  ...{ session, to, data: answerFor(to, scene.holdings) as Uint8Array },
});
const latest = async () => asSeconds(BigInt(await time.latest()));
const failureOf = (attempt: Promise<unknown>): Promise<unknown> => attempt.catch((error: unknown) => error);

describe("e2e: a dispute as the chain shows it", () => {
  it("of a claim that nobody asked about holds the claim, the model, the rules and nothing else", async () => {
    const scene = await loadFixture(twoClaims);
    const { claim, id, model, challenger } = scene;
    const seen = await readDispute(challenger.contracts, id);
    expect(seen.claim).to.deep.equal(claim);
    expect(seen.model).to.deep.equal(model);
    expect(seen).to.deep.include({ claimId: id, phase: "open", sessions: [], openSessions: 0 });
    expect(seen.finalizableAt - seen.submittedAt).to.equal(60n);
    const { clock, clockExtension, proofTime, baseBond, delayRate, ...others } = parametersOf(31_337);
    expect(seen.rules).to.deep.equal({
      ...{ clock, clockExtension, proofTime, rounds: 16, baseBond, delayRate },
      ...{ answerGas: BigInt(others.answerGas), answerByteGas: BigInt(others.answerByteGas) },
      ...{ closeGas: BigInt(others.closeGas), settleGas: BigInt(others.settleGas) },
    });
    expect(seen.answers).to.deep.equal({ data: new Map(), traces: new Map(), answeredAt: new Map() });
    const { contracts } = challenger;
    expect(seen.places).to.deep.equal({
      ...{ registry: contracts.registryPlace, claimBook: contracts.claimPlace },
      ...{ inquiry: contracts.inquiryPlace, workbench: contracts.workbenchPlace },
    });
    expect(await readClaim(contracts, id)).to.deep.equal(claim);
  });

  it("names the base fee that the next block has", async () => {
    const scene = await loadFixture(twoClaims);
    const { baseFee } = await view(scene);
    await connection.networkHelpers.mine();
    expect(baseFee).to.equal((await provider.getBlock("latest"))?.baseFeePerGas);
  });

  it("is refused for a claim that was never submitted, by its id", async () => {
    const { challenger, claim } = await loadFixture(twoClaims);
    const unknown = await failureOf(readDispute(challenger.contracts, { ...claim, nonce: 7n }));
    expect(isOnusError(unknown, "CLAIM_UNKNOWN")).to.equal(true);
  });

  it("shows a session with its question, its clocks and its money", async () => {
    const scene = await loadFixture(twoClaims);
    const { challenger, claim } = scene;
    const question = aboutRecord(claim, 2);
    await perform(challenger, claim, open(question));
    const { stream: _, ...asked } = question;
    const { phase, openSessions, sessions } = await view(scene);
    expect({ phase, openSessions }).to.deep.equal({ phase: "contested", openSessions: 1 });
    expect(sessions).to.deep.equal([
      {
        ...{ id: sessionOf(scene), asker: challenger.address, stage: "open", rounds: 1, question: asked },
        ...{ askedAt: await latest(), answererLeft: 30n, askerLeft: 30n },
        ...{ deposit: DEPOSIT, bond: 10n ** 15n, owed: 0n, payees: 0 },
      },
    ]);
  });

  it("shows the last question of a session, every answer, and when it came", async () => {
    const scene = await loadFixture(twoClaims);
    const { challenger, operator, claim, id, model, committed, records, trace } = scene;
    const about = aboutRecord(claim, 2);
    await perform(challenger, claim, open(about));
    await perform(operator, claim, answer(scene, about));
    const answered = await latest();
    const path = (await view(scene)).answers.data.get(about.key);
    expect(path).to.deep.equal(answerFor(about, scene.holdings));
    const kernel = aboutDescriptor(model, committed.program, 0);
    const session = sessionOf(scene);
    await perform(challenger, claim, { kind: "ask", session, question: kernel, value: asWei(0n) });
    await perform(operator, claim, {
      kind: "state-traces",
      statements: [{ recordIndex: 0, traceRoot: trace.roots.trace }],
    });
    const stated = await latest();
    const seen = await view(scene);
    expect(seen.sessions[0]).to.deep.include({ rounds: 2, payees: 1 });
    expect(seen.sessions[0]?.question.key).to.equal(kernel.key);
    expect(seen.answers.traces).to.deep.equal(new Map([[0, trace.roots.trace]]));
    const traceKey = aboutTrace(id, { index: 0, record: records.records[0]!, path: [] }).key;
    expect(seen.answers.answeredAt).to.deep.equal(
      new Map([
        [about.key, answered],
        [traceKey, stated],
      ]),
    );
  });

  it("at an earlier block is what it was then, and a short range of blocks changes nothing", async () => {
    const scene = await loadFixture(twoClaims);
    const { challenger, operator, claim } = scene;
    const about = aboutRecord(claim, 1);
    const submitted = { block: await provider.getBlockNumber(), seen: await view(scene) };
    await perform(challenger, claim, open(about));
    const opened = { block: await provider.getBlockNumber(), seen: await view(scene) };
    await perform(operator, claim, answer(scene, about));
    await perform(challenger, claim, open(aboutRecord(claim, 2), 1n));
    for (const { block, seen } of [submitted, opened]) {
      expect(await view(scene, { block })).to.deep.equal(seen);
    }
    expect(await view(scene, { blockRange: 1 })).to.deep.equal(await view(scene));
  });

  it("holds an answer to another claim's question once its key is named, or asked for here too", async () => {
    const scene = await loadFixture(twoClaims);
    const { challenger, operator, claim, other, model, committed } = scene;
    const kernel = aboutDescriptor(model, committed.program, 0);
    await perform(challenger, claim, open(kernel));
    await perform(operator, claim, answer(scene, kernel));
    const at = await latest();
    await connection.networkHelpers.mine(3);
    const later = { ...other, nonce: 2n };
    await submitClaim(operator.contracts, later);
    const blind = await readDispute(challenger.contracts, later);
    expect(blind.answers.data.size).to.equal(0);
    const never = questionKey("nodes", 6, asBytes32(`0x${"77".repeat(32)}`)).key;
    const named = await readDispute(challenger.contracts, later, { keys: [kernel.key, never] });
    await perform(challenger, later, open(kernel));
    const asked = await readDispute(challenger.contracts, later);
    for (const { answers } of [named, asked]) {
      expect(answers.data).to.deep.equal(new Map([[kernel.key, committed.artifact.kernels[0]]]));
      expect(answers.answeredAt).to.deep.equal(new Map([[kernel.key, at]]));
    }
  });
});

describe("e2e: a move on the chain", () => {
  it("that somebody made before is done already: answer, statement, session, time-out, settlement", async () => {
    const scene = await loadFixture(twoClaims);
    const { challenger, operator, otherOperator, claim, trace } = scene;
    const about = aboutRecord(claim, 0);
    const states: ChainMove = {
      kind: "state-traces",
      statements: [{ recordIndex: 0, traceRoot: trace.roots.trace }],
    };
    const session = sessionOf(scene, 1n);
    const moves: [by: Actor, move: ChainMove][] = [
      [challenger, open(about)],
      [otherOperator, answer(scene, about)],
      [operator, states],
      [challenger, { kind: "close", session: sessionOf(scene) }],
      [challenger, open(aboutRecord(claim, 1), 1n)],
    ];
    for (const [by, move] of moves) {
      expect((await perform(by, claim, move)).status, `${move.kind}, first`).to.equal("done");
      expect((await perform(by, claim, move)).status, `${move.kind}, again`).to.equal("already");
    }
    await time.increase(30);
    for (const move of [
      { kind: "time-out", session },
      { kind: "settle", session },
    ] as const) {
      expect((await perform(operator, claim, move)).status, `${move.kind}, first`).to.equal("done");
      expect((await perform(challenger, claim, move)).status, `${move.kind}, again`).to.equal("already");
    }
    const seen = await view(scene);
    expect(seen.phase).to.equal("faulted");
    expect(seen.sessions.map(({ stage }) => stage)).to.deep.equal(["closed", "settled"]);
  });

  it("that finalizes: not before its time, then once", async () => {
    const scene = await loadFixture(twoClaims);
    const { challenger, claim } = scene;
    const early = await failureOf(perform(challenger, claim, { kind: "finalize" }));
    expect(isOnusError(early, "REVERTED")).to.equal(true);
    expect((early as Error).message)
      .to.contain("ClaimBook.finalize")
      .and.to.contain("WindowStillOpen(actual: ");
    await time.increase(60);
    expect((await perform(challenger, claim, { kind: "finalize" })).status).to.equal("done");
    expect((await perform(challenger, claim, { kind: "finalize" })).status).to.equal("already");
    const late = await failureOf(perform(challenger, claim, open(aboutRecord(claim, 0))));
    expect(isOnusError(late, "REVERTED")).to.equal(true);
  });

  it("states another trace than the one that stands: an error, and no success", async () => {
    const { operator, claim, trace } = await loadFixture(twoClaims);
    const states = (traceRoot: Bytes32): ChainMove => ({
      kind: "state-traces",
      statements: [{ recordIndex: 0, traceRoot }],
    });
    await perform(operator, claim, states(trace.roots.trace));
    const failure = await failureOf(perform(operator, claim, states(trace.roots.output)));
    expect((failure as Error).message).to.contain("TraceAlreadyStated");
  });

  it("that comes second in one block is done already, and says what it cost", async () => {
    const scene = await loadFixture(twoClaims);
    const { challenger, operator, otherOperator, claim } = scene;
    const about = aboutRecord(claim, 0);
    await perform(challenger, claim, open(about));
    // An estimate would see the first answer on its way, and nothing would be sent.
    const [, , , signer] = await connection.ethers.getSigners();
    const blind: ContractRunner & { getAddress: () => Promise<string> } = {
      provider: signer!.provider,
      getAddress: () => Promise.resolve(otherOperator.address),
      estimateGas: () => Promise.resolve(300_000n),
      sendTransaction: (request) => signer!.sendTransaction(request),
    };
    const second = { ...otherOperator, contracts: connectContracts(scene.deployment, blind) };
    const waiting = async (count: number): Promise<void> => {
      for (let asked = 0; asked < 10_000; asked++) {
        const pending = (await provider.send("eth_getBlockByNumber", ["pending", false])) as Pending;
        if (pending.transactions.length === count) return;
      }
      throw new Error(`${count} transactions are not on their way`);
    };
    await provider.send("evm_setAutomine", [false]);
    try {
      const first = perform(operator, claim, answer(scene, about));
      await waiting(1);
      const late = perform(second, claim, answer(scene, about));
      await waiting(2);
      await connection.networkHelpers.mine();
      expect((await first).status).to.equal("done");
      const lost = await late;
      expect(lost.status === "already" && lost.because).to.contain("AlreadyAnswered");
      expect(Number(lost.sent?.gasUsed)).to.be.greaterThan(21_000);
    } finally {
      await provider.send("evm_setAutomine", [true]);
    }
  });

  it("that proves a fault pays whom it names, and the account itself where nobody is named", async () => {
    for (const named of [true, false]) {
      const scene = await loadFixture(twoClaims);
      const { challenger, requester, operator, committed, trace } = scene;
      const lie = withFlippedBit(trace, { index: 0, bit: 0 });
      const staged = claimOfTrace({ registry: operator.contracts.registryPlace, committed, trace: lie });
      const { claim, exhibit } = await publishAndSign(scene, staged);
      await submitClaim(operator.contracts, claim);
      const evidence = evidenceOfFinding(exhibit, locateFault(committed.artifact, trace, lie)) as Uint8Array;
      const { contracts } = challenger;
      const move: ChainMove = { kind: "convict", evidence };
      const beneficiary = named ? { beneficiary: requester.address } : {};
      await performMove({ contracts, claim, move, ...beneficiary });
      const [event] = await contracts.claims.queryFilter(contracts.claims.filters.ClaimFaulted());
      expect(event?.args.beneficiary).to.equal((named ? requester : challenger).address);
      expect((await performMove({ contracts, claim, move })).status).to.equal("already");
    }
  });

  it("of an account without the means is refused with what it needs", async () => {
    const { challenger, claim } = await loadFixture(twoClaims);
    await setBalance(challenger.address, 10n ** 17n);
    const failure = await failureOf(perform(challenger, claim, open(aboutRecord(claim, 0))));
    expect(isOnusError(failure, "FUNDS_MISSING")).to.equal(true);
    expect((failure as Error).message).to.contain(`has ${10n ** 17n} wei`);
  });

  it("that needs more gas than it may have is not sent", async () => {
    const { challenger, claim } = await loadFixture(twoClaims);
    const { contracts } = challenger;
    const move = open(aboutRecord(claim, 0));
    const failure = await failureOf(performMove({ contracts, claim, move, fees: { mostGas: 100_000n } }));
    expect(isOnusError(failure, "GAS_OVER_CAP")).to.equal(true);
  });

  it("tips what it is told to, and never more than the base fee unless it is told to", async () => {
    const { challenger, claim } = await loadFixture(twoClaims);
    const { contracts } = challenger;
    const tipOf = async (tip?: bigint): Promise<bigint> => {
      const move = open(aboutRecord(claim, 0), tip);
      const fees = tip === undefined ? {} : { tip: asWei(tip) };
      const { sent } = await performMove({
        contracts,
        claim,
        move: { ...move, nonce: tip ?? 0n } as ChainMove,
        fees,
      });
      return (await provider.getTransaction(sent?.hash as string))?.maxPriorityFeePerGas as bigint;
    };
    const { baseFeePerGas } = (await provider.getBlock("latest"))!;
    expect((await tipOf()) <= baseFeePerGas!).to.equal(true);
    expect(await tipOf(3n * baseFeePerGas!)).to.equal(3n * baseFeePerGas!);
  });
});
