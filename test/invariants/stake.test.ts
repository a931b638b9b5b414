import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import type { Claim } from "../../src/claim/claim.js";
import { dividePenalty } from "../../src/slash/divide-penalty.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import {
  bytes32,
  deployProtocol,
  FAULT,
  fund,
  makeClaim,
  makeRecords,
  NOWHERE,
  publish,
  RECEIPT_FAULT,
  type Account,
} from "../support/protocol.js";
import { PULL_PERIOD, StakeModel, type ClaimModel } from "../support/stake-model.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

const FUNDS = 1_000_000n;
const EXIT_DELAY = 290n;
const RECORDS = 3;

async function twoOperators() {
  const protocol = await deployProtocol(connection);
  const model = await publish(protocol);
  const operators = [protocol.actors.operator, protocol.actors.otherOperator];
  for (const operator of operators) {
    await fund(protocol, operator, FUNDS);
    await protocol.operatorRegistry.connect(operator).register("");
  }
  return { ...protocol, model, operators };
}

type Ground = Awaited<ReturnType<typeof twoOperators>>;

/** Amounts near the edges that matter; picked again and again, they meet. */
const amounts: fc.Arbitrary<bigint> = fc.constantFrom(1n, 999n, 1_000n, 1_000n, 1_001n, 1_500n, 4_000n);
const who = fc.nat(1);
/** Claims are few at first; small numbers meet the same one again. */
const which = fc.nat(4);
const actions = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("deposit" as const), who, amount: amounts }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("requestExit" as const), who, amount: amounts }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancelExit" as const), who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("withdraw" as const), who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("submit" as const), who, amount: amounts }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("penalize" as const), who, amount: amounts }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("finalize" as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("contest" as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("release" as const), which, after: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fault" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("pullShare" as const), which, index: fc.nat(RECORDS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pullBeneficiaryShare" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("burn" as const), which }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      seconds: fc.constantFrom(1n, 1n, 30n, 30n, 59n, 60n, 289n, 290n, 290n, 290n, PULL_PERIOD),
    }),
  },
);
type Action = typeof actions extends fc.Arbitrary<infer T> ? T : never;

class Play {
  readonly shadow = new StakeModel();
  readonly claims: Claim[] = [];
  readonly ids: Bytes32[] = [];
  readonly ground: Ground;
  readonly records: ReturnType<typeof makeRecords>;
  now: bigint;

  constructor(ground: Ground, now: bigint) {
    this.ground = ground;
    this.now = now;
    this.records = makeRecords(ground.actors.requester.address, RECORDS);
    for (let i = 0; i < 2; i++)
      this.shadow.operators.push({ stake: 0n, exiting: 0n, readyAt: 0n, jailed: false });
  }

  /** Performs the action, and fails unless it succeeds exactly when the shadow says so. */
  async act(action: Action): Promise<void> {
    if (action.kind === "wait") {
      this.now += action.seconds;
      return;
    }
    this.now += 1n;
    const step = this.expect(action);
    if (step === undefined) return;
    await time.setNextBlockTimestamp(this.now);
    const outcome = await step.send().then(
      () => "done",
      () => "refused",
    );
    expect(outcome, `${action.kind} at ${this.now}`).to.equal(step.apply ? "done" : "refused");
    step.apply?.();
  }

  /** What to send, and what it changes; no `apply` when it must be refused, nothing when it names no claim. */
  private expect(
    action: Action,
  ): { send: () => Promise<unknown>; apply?: (() => void) | undefined } | undefined {
    const { shadow, now, ground } = this;
    const { operatorRegistry, claimBook } = ground;
    if (action.kind === "wait") return undefined;
    if ("who" in action) {
      const account = ground.operators[action.who]!;
      const operator = shadow.operators[action.who]!;
      const registry = operatorRegistry.connect(account);
      switch (action.kind) {
        case "deposit":
          return {
            send: () => registry.deposit(account.address, action.amount),
            apply: operator.jailed ? undefined : () => void (operator.stake += action.amount),
          };
        case "requestExit":
          return {
            send: () => registry.requestExit(action.amount),
            apply:
              shadow.freeOf(action.who) < action.amount
                ? undefined
                : () => {
                    operator.exiting += action.amount;
                    operator.readyAt = now + EXIT_DELAY;
                  },
          };
        case "cancelExit":
          return {
            send: () => registry.cancelExit(),
            apply: operator.exiting === 0n ? undefined : () => void (operator.exiting = 0n),
          };
        case "withdraw": {
          const held = operator.jailed && shadow.lockedOf(action.who) > 0n;
          return {
            send: () => registry.withdraw(),
            apply:
              operator.exiting === 0n || now < operator.readyAt || held
                ? undefined
                : () => {
                    operator.stake -= operator.exiting;
                    shadow.withdrawn += operator.exiting;
                    operator.exiting = 0n;
                  },
          };
        }
        case "penalize":
          return this.penalty(account, action.who, action.amount);
        case "submit":
          return this.submission(account, action.who, action.amount);
      }
    }
    if (this.claims.length === 0) return undefined;
    const index = action.which % this.claims.length;
    const claim = this.claims[index]!;
    const model = shadow.claims[index]!;
    const undecided = model.phase === "OPEN" || model.phase === "CONTESTED";
    const pullable = model.phase === "FAULTED" && now < model.decidedAt + PULL_PERIOD;
    switch (action.kind) {
      case "finalize":
        return {
          send: () => claimBook.finalize(claim),
          apply:
            model.phase !== "OPEN" || now < model.finalizableAt
              ? undefined
              : () => this.decide(model, "FINAL"),
        };
      case "contest":
        return {
          send: () => this.inquire("contest", [claim]),
          apply:
            !undecided || now >= model.windowEnd
              ? undefined
              : () => {
                  model.phase = "CONTESTED";
                  model.sessions++;
                },
        };
      case "release": {
        const proofEnd = now + BigInt(action.after);
        return {
          send: () => this.inquire("release", [claim, proofEnd]),
          apply:
            model.phase !== "CONTESTED"
              ? undefined
              : () => {
                  if (--model.sessions === 0) model.phase = "OPEN";
                  if (proofEnd > model.finalizableAt) model.finalizableAt = proofEnd;
                },
        };
      }
      case "fault":
        return {
          send: () => this.inquire("fault", [claim, FAULT.Silence, ground.actors.challenger.address]),
          apply: !undecided
            ? undefined
            : () => {
                this.decide(model, "FAULTED");
                shadow.operators[model.operator]!.stake -= model.liability;
                shadow.operators[model.operator]!.jailed = true;
              },
        };
      case "pullShare": {
        const record = this.records.records[action.index % RECORDS]!;
        const proof = this.records.proofOf(action.index % RECORDS);
        const exists = action.index < RECORDS;
        return {
          send: () => operatorRegistry.pullShare(claim, record, action.index, proof),
          apply:
            !pullable || !exists || model.pulled.has(action.index)
              ? undefined
              : () => {
                  model.pulled.add(action.index);
                  shadow.pulled += dividePenalty(asWei(model.liability), RECORDS).perRecord;
                },
        };
      }
      case "pullBeneficiaryShare":
        return {
          send: () => operatorRegistry.pullBeneficiaryShare(this.ids[index]!),
          apply:
            !pullable || model.beneficiaryPaid
              ? undefined
              : () => {
                  model.beneficiaryPaid = true;
                  shadow.pulled += dividePenalty(asWei(model.liability), RECORDS).beneficiary;
                },
        };
      case "burn": {
        const due = model.phase === "FAULTED" ? shadow.burnableOf(model, now) : 0n;
        return {
          send: () => operatorRegistry.burn(claim),
          apply:
            due === 0n
              ? undefined
              : () => {
                  model.burned += due;
                  shadow.burned += due;
                },
        };
      }
    }
    return undefined;
  }

  private penalty(account: Account, who: number, amount: bigint) {
    const { shadow, now, ground } = this;
    const { claimBook, receiptCourt, actors } = ground;
    const operator = shadow.operators[who]!;
    const free = shadow.freeOf(who);
    const taken = amount < free + operator.exiting ? amount : free + operator.exiting;
    const hash = bytes32(1_000 + shadow.receipts.length);
    const { Equivocation } = RECEIPT_FAULT;
    const words = claimBook.interface.encodeFunctionData("penalize", [
      account.address,
      hash,
      amount,
      Equivocation,
      actors.requester.address,
      actors.challenger.address,
    ]);
    return {
      send: async () => receiptCourt.relay(await claimBook.getAddress(), words),
      apply: () => {
        if (taken > free) operator.exiting -= taken - free;
        operator.stake -= taken;
        operator.jailed = true;
        shadow.receipts.push({ ...fallen(who, taken), decidedAt: now });
      },
    };
  }

  private submission(account: Account, operator: number, liability: bigint) {
    const { shadow, now, ground } = this;
    const claim = makeClaim(account.address, ground.model, {
      nonce: BigInt(this.claims.length),
      recordsRoot: this.records.root,
      n: RECORDS,
      liability: asWei(liability),
      window: asSeconds(60n),
    });
    const refused =
      shadow.operators[operator]!.jailed || liability < 1_000n || shadow.freeOf(operator) < liability;
    const model: ClaimModel = {
      ...fallen(operator, liability),
      n: RECORDS,
      windowEnd: now + 60n,
      phase: "OPEN",
      finalizableAt: now + 60n,
    };
    return {
      send: async () => {
        await ground.claimBook.connect(account).submit(claim);
        this.ids.push((await ground.claimBook.idOf(claim)) as Bytes32);
      },
      apply: refused
        ? undefined
        : () => {
            this.claims.push(claim);
            shadow.claims.push(model);
          },
    };
  }

  private decide(model: ClaimModel, phase: "FINAL" | "FAULTED"): void {
    model.phase = phase;
    model.sessions = 0;
    model.decidedAt = this.now;
  }

  private async inquire(name: "contest" | "release" | "fault", args: unknown[]): Promise<unknown> {
    const { inquiry, claimBook } = this.ground;
    const words = claimBook.interface.encodeFunctionData(name as "contest", args as never);
    return inquiry.relay(await claimBook.getAddress(), words);
  }

  /** Solvency, exposure, one terminal phase: after every action. */
  async check(): Promise<void> {
    const { shadow, ground } = this;
    const { token, operatorRegistry, claimBook } = ground;
    const address = await operatorRegistry.getAddress();
    expect(await operatorRegistry.totalHeld(), "held").to.equal(shadow.held());
    expect(await token.balanceOf(address), "solvency").to.equal(shadow.held());
    expect(await token.balanceOf(NOWHERE), "burned").to.equal(shadow.burned);
    for (const [i, account] of ground.operators.entries()) {
      const { stake, bound } = await operatorRegistry.operatorOf(account.address);
      const locked = shadow.lockedOf(i);
      expect(stake, "stake").to.equal(shadow.operators[i]!.stake);
      expect(bound, "bound").to.equal(locked + shadow.operators[i]!.exiting);
      expect(bound <= stake, "exposure").to.equal(true);
      expect(await operatorRegistry.lockedOf(account.address), "locked").to.equal(locked);
    }
    for (const [i, id] of this.ids.entries()) {
      const { phase, openSessions, finalizableAt, decidedAt } = await claimBook.stateOf(id);
      const claim = shadow.claims[i]!;
      expect(PHASES[Number(phase)], "phase").to.equal(claim.phase);
      expect(finalizableAt, "finalizableAt").to.equal(claim.finalizableAt);
      expect(decidedAt, "decidedAt").to.equal(claim.decidedAt);
      // A verdict leaves the count of sessions as it found it: nothing reads it any more.
      if (claim.decidedAt === 0n) expect(openSessions, "sessions").to.equal(BigInt(claim.sessions));
    }
  }

  /** Decides everything, pulls and burns everything, leaves: nothing remains, and every wei is accounted for. */
  async settle(): Promise<void> {
    const { shadow, ground } = this;
    for (const [i, claim] of shadow.claims.entries()) {
      while (claim.phase === "CONTESTED") await this.act({ kind: "release", which: i, after: 0 });
      if (claim.phase !== "OPEN") continue;
      if (this.now < claim.finalizableAt) this.now = claim.finalizableAt;
      await this.act({ kind: "finalize", which: i });
    }
    for (const [i, operator] of shadow.operators.entries()) {
      if (shadow.freeOf(i) > 0n) await this.act({ kind: "requestExit", who: i, amount: shadow.freeOf(i) });
      this.now += EXIT_DELAY;
      if (operator.exiting > 0n) await this.act({ kind: "withdraw", who: i });
    }
    this.now += PULL_PERIOD;
    for (const i of shadow.claims.keys()) await this.act({ kind: "burn", which: i });
    await time.setNextBlockTimestamp(++this.now);
    for (const [i, receipt] of shadow.receipts.entries()) {
      if (receipt.liability === 0n) continue;
      await ground.operatorRegistry.burnReceipt(bytes32(1_000 + i));
      receipt.burned = receipt.liability;
      shadow.burned += receipt.liability;
    }
    await this.check();
    expect(shadow.held(), "everything settled").to.equal(0n);

    // Operators, challenger and requester together, were they one: they lose the burn, which is at least half.
    const { token, actors, operators } = ground;
    let together = 0n;
    for (const account of [...operators, actors.challenger, actors.requester]) {
      together += await token.balanceOf(account.address);
    }
    const lost = [...shadow.claims, ...shadow.receipts]
      .filter(({ phase }) => phase === "FAULTED")
      .reduce((sum, { liability }) => sum + liability, 0n);
    expect(together).to.equal(2n * FUNDS - shadow.burned);
    expect(2n * shadow.burned >= lost, "collusion").to.equal(true);
  }
}

function fallen(operator: number, liability: bigint): ClaimModel {
  return {
    operator,
    liability,
    n: 1,
    windowEnd: 0n,
    phase: "FAULTED",
    sessions: 0,
    finalizableAt: 0n,
    decidedAt: 0n,
    pulled: new Set(),
    beneficiaryPaid: false,
    burned: 0n,
  };
}

const PHASES = ["NONE", "OPEN", "CONTESTED", "FINAL", "FAULTED"];

describe("Invariants of stake", () => {
  it("hold through any sequence of actions: solvency, exposure, one terminal phase, nothing left over", async () => {
    let performed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { minLength: 15, maxLength: 35, size: "max" }), async (sequence) => {
        const ground = await networkHelpers.loadFixture(twoOperators);
        const play = new Play(ground, BigInt(await time.latest()) + 10n);
        for (const i of [0, 1]) await play.act({ kind: "deposit", who: i, amount: 6_000n });
        for (const action of sequence) {
          await play.act(action);
          await play.check();
          performed++;
        }
        await play.settle();
      }),
      { numRuns: Number(process.env["INVARIANT_RUNS"] ?? 200) },
    );
    expect(performed).to.be.greaterThan(0);
  });
});
