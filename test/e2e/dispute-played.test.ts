import { expect } from "chai";
import { network } from "hardhat";

import { chainNow } from "../../src/chain/chain-now.js";
import { performMove } from "../../src/chain/perform-move.js";
import { playDispute } from "../../src/chain/play-dispute.js";
import type { Played, Player, Step } from "../../src/chain/play-dispute.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { withdrawCredit } from "../../src/chain/withdraw-credit.js";
import type { Claim } from "../../src/claim/claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { nextChallengerMove } from "../../src/dispute/challenge.js";
import { nextOperatorMove } from "../../src/dispute/defend.js";
import type { ChallengerHoldings, HeldRecord, OperatorHoldings } from "../../src/dispute/holdings.js";
import { holdingsFromAnswers } from "../../src/dispute/holdings-from-answers.js";
import type { TensorData } from "../../src/program/dtype.js";
import { prepareModel } from "../../src/run/engine.js";
import type { CommittedArtifact } from "../../src/trace/commit-artifact.js";
import { commitRun } from "../../src/trace/commit-run.js";
import type { CommittedTrace } from "../../src/trace/committed-trace.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { claimOfTrace, recordOf } from "../support/claim-of-trace.js";
import { deployedProtocol, publishAndSign } from "../support/deployed.js";
import type { Actor } from "../support/deployed.js";
import { withFlippedBit } from "../support/forge-trace.js";
import { recordGas } from "../support/gas.js";
import { randomKernel } from "../support/kernel-generator.js";
import { modelAround } from "../support/single-kernel.js";

const connection = await network.create();
const { loadFixture, time } = connection.networkHelpers;
const { provider } = connection.ethers;
const deployed = () => deployedProtocol(connection);
const made = randomKernel(9);
const { committed, trace: honest } = modelAround(made, made.data.length, 1);
const lie = withFlippedBit(honest, { index: committed.artifact.kernels.length - 1, bit: 3 });
const runAll = ({ artifact }: CommittedArtifact, inputs: readonly TensorData[]) =>
  commitRun(artifact, prepareModel(artifact).run(inputs));

/** A claim over one record of `trace`, which is stated in it or left to be stated. */
async function claimed(trace: CommittedTrace, when: "eager" | "on demand") {
  const protocol = await loadFixture(deployed);
  const { operator, challenger } = protocol;
  const registry = operator.contracts.registryPlace;
  const { claim: signed } = await publishAndSign(protocol, claimOfTrace({ registry, committed, trace }));
  const stated = recordOf(trace);
  const record: InferenceRecord = when === "eager" ? stated : { ...stated, traceRoot: ZERO_HASH };
  const records = commitRecords([record]);
  const claim: Claim = { ...signed, recordsRoot: records.root };
  const { gasUsed } = await submitClaim(operator.contracts, claim);
  const holdings: OperatorHoldings = { committed, records, trace: () => trace };
  return { ...protocol, operator, challenger, claim, records, holdings, submitGas: gasUsed };
}

type Side = { readonly actor: Actor; readonly decide: Player["decide"] };
type Told = { readonly by: string; readonly step: Step };

const operatorSide = (actor: Actor, own: OperatorHoldings): Side => ({
  actor,
  decide: (view, now) => nextOperatorMove(view, own, now),
});

/** A challenger that holds the claim alone, and what else it is given. */
function challengerSide(
  actor: Actor,
  given: Omit<Partial<ChallengerHoldings>, "address">,
  held: Omit<HeldRecord, "index"> = {},
): Side {
  let own: ChallengerHoldings = { address: actor.address, records: [{ index: 0, ...held }], ...given };
  return {
    actor,
    decide(view, now) {
      own = holdingsFromAnswers(view, own, runAll);
      return nextChallengerMove(view, own, now);
    },
  };
}

/** Lets sides act in turn; when all wait, time goes on to the first that one waits for. */
async function play(claim: Claim, sides: readonly Side[]) {
  const told: Told[] = [];
  for (let rounds = 0; rounds < 200; rounds++) {
    const ends: Played["end"][] = [];
    const waits: bigint[] = [];
    for (const { actor, decide } of sides) {
      const { contracts } = actor;
      const player: Player = {
        read: (keys) => readDispute(contracts, claim, { keys }),
        now: () => chainNow(provider),
        decide,
        perform: (move) => performMove({ contracts, claim, move }),
        isAnswered: async (key) => (await contracts.inquiry.answeredAt(key)) !== 0n,
        pause: () => Promise.reject(new Error("nobody is to wait here")),
        tell(step) {
          // Nothing here is tried again.
          if (step.step === "failed") throw step.error;
          told.push({ by: actor.address, step });
        },
      };
      const before = told.length;
      const { end } = await playDispute(player, { poll: asSeconds(1n), once: true });
      const wait = told.slice(before).find(({ step }) => step.step === "waits")?.step;
      if (wait?.step === "waits") waits.push(wait.until);
      else if (end.kind === "rest") ends.push(end);
    }
    if (ends.length === sides.length) break;
    if (ends.length + waits.length < sides.length) continue;
    await time.increaseTo(waits.reduce((least, one) => (one < least ? one : least)));
  }
  const view = await readDispute((sides[0] as Side).actor.contracts, claim);
  const moves = (by: Actor) =>
    told.flatMap(({ by: address, step }) =>
      address === by.address && step.step === "performed" ? [step] : [],
    );
  const gas = (by: Actor) =>
    moves(by).reduce((sum, { performed }) => sum + (performed.sent?.gasUsed ?? 0n), 0n);
  const kinds = (by: Actor) => moves(by).map(({ move }) => move.kind);
  const paid = new Map<string, bigint>();
  for (const { by, step } of told) {
    if (step.step !== "performed" || step.performed.sent === undefined) continue;
    const receipt = await provider.getTransactionReceipt(step.performed.sent.hash);
    paid.set(by, (paid.get(by) ?? 0n) + (receipt?.fee ?? 0n));
  }
  const fees = (by: Actor) => paid.get(by.address) ?? 0n;
  return { phase: view.phase, view, kinds, gas, fees };
}

/** Wei of native currency that an account has, its credit in the inquiry included, as if gas cost nothing. */
async function wealth({ address, contracts }: Actor, gasSpent: bigint): Promise<bigint> {
  return (await provider.getBalance(address)) + (await contracts.inquiry.balanceOf(address)) + gasSpent;
}

describe("e2e: a dispute played on a chain", () => {
  it("an operator that publishes nothing and stays silent falls by its silence, and the asker's deposit returns whole", async () => {
    const { claim, challenger } = await claimed(lie, "on demand");
    const before = await wealth(challenger, 0n);
    const { phase, kinds, fees } = await play(claim, [
      challengerSide(challenger, { committed }, { run: honest }),
    ]);
    expect(phase).to.equal("faulted");
    expect(kinds(challenger)).to.deep.equal(["open", "time-out", "settle"]);
    expect(await wealth(challenger, fees(challenger))).to.equal(before);
    await withdrawCredit(challenger.contracts, challenger.address);
    expect(await challenger.contracts.inquiry.balanceOf(challenger.address)).to.equal(0n);
    expect(await withdrawCredit(challenger.contracts, challenger.address)).to.equal(undefined);
  });

  it("an operator that states the trace of its lie when asked, and answers everything, falls by the element", async () => {
    const { claim, challenger, operator, holdings, submitGas } = await claimed(lie, "on demand");
    const { phase, view, kinds, gas } = await play(claim, [
      operatorSide(operator, holdings),
      challengerSide(challenger, { committed }, { run: honest }),
    ]);
    expect(phase).to.equal("faulted");
    expect(kinds(challenger)).to.include("convict").and.not.to.include("time-out");
    expect(view.sessions.map(({ stage }) => stage)).to.deep.equal(["settled"]);
    recordGas("a withheld dispute of a small model, both sides", submitGas + gas(operator) + gas(challenger));
  });

  it("a challenger without the artifact and the input reads both from the answers, runs them, and convicts", async () => {
    const { claim, challenger, operator, holdings } = await claimed(lie, "on demand");
    const { phase, kinds } = await play(claim, [
      operatorSide(operator, holdings),
      challengerSide(challenger, {}),
    ]);
    expect(phase).to.equal("faulted");
    expect(kinds(challenger)).to.include("convict");
  });

  it("an honest claim becomes final whatever is asked, and its operator is not out of pocket", async () => {
    for (const when of ["on demand", "eager"] as const) {
      const { claim, challenger, operator, holdings } = await claimed(honest, when);
      const before = await wealth(operator, 0n);
      // It holds nothing, and asks for everything.
      const { phase, kinds, fees, view } = await play(claim, [
        operatorSide(operator, holdings),
        challengerSide(challenger, {}),
      ]);
      expect(phase).to.equal("final");
      expect(kinds(operator)).to.include("answer");
      expect(view.sessions.map(({ stage }) => stage)).to.deep.equal(view.sessions.map(() => "settled"));
      expect((await wealth(operator, 0n)) >= before, `${before} ${fees(operator)}`).to.equal(true);
    }
  });

  it("a challenger that agrees asks nothing, also where the trace was never stated", async () => {
    for (const when of ["on demand", "eager"] as const) {
      const { claim, challenger, records } = await claimed(honest, when);
      const own = { committed, recordList: records };
      const { phase, kinds } = await play(claim, [challengerSide(challenger, own, { run: honest })]);
      expect(phase).to.equal("open");
      expect(kinds(challenger)).to.deep.equal([]);
    }
  });
});

describe("e2e: the cost of claiming", () => {
  it("is no more gas with the trace on demand than with an eager one", async () => {
    const eager = (await claimed(honest, "eager")).submitGas;
    const onDemand = (await claimed(honest, "on demand")).submitGas;
    recordGas("submit, trace stated in the claim", eager);
    recordGas("submit, trace on demand", onDemand);
    // What differs is one hash: a byte of it that happens to be zero costs less.
    expect(Number(onDemand - eager)).to.be.at.most(64);
  });
});
