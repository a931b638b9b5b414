import { expect } from "chai";

import type { ChainMove } from "../../../src/chain/move-call.js";
import type { Performed } from "../../../src/chain/perform-move.js";
import { playDispute } from "../../../src/chain/play-dispute.js";
import type { Played, Player, Step } from "../../../src/chain/play-dispute.js";
import type { DisputeView } from "../../../src/dispute/dispute-view.js";
import type { Move } from "../../../src/dispute/move.js";
import { questionKey } from "../../../src/dispute/question.js";
import { OnusError } from "../../../src/errors/onus-error.js";
import { asBytes32 } from "../../../src/types/bytes32.js";
import type { Bytes32 } from "../../../src/types/bytes32.js";
import { asSeconds } from "../../../src/types/seconds.js";
import { asWei } from "../../../src/types/wei.js";

const word = (digit: string) => asBytes32(`0x${digit.repeat(64)}`);
const close = (digit: string): ChainMove => ({ kind: "close", session: word(digit) });
const rest: Move = { kind: "rest", because: "decided" };
const wait = (until: bigint): Move => ({ kind: "wait", until: asSeconds(until) });
const ask: ChainMove = {
  ...{ kind: "ask", session: word("5"), value: asWei(0n) },
  question: {
    ...questionKey("nodes", 6, word("1")),
    place: { list: "trace", record: 0, level: 6, index: 0 },
    stream: new Uint8Array(1),
  },
};
const done: Performed = { status: "done", sent: { hash: "0x", gasUsed: 1n, logs: [] } };
const already: Performed = { status: "already", because: "WrongStage" };
const reverted = new OnusError("REVERTED", { call: "Inquiry.close", error: "AskerClockRunning" });

/** Plays with a chain that shows nothing, at second 100, polling every 12. */
async function play(
  given: {
    moves: (keys: ReadonlySet<Bytes32>) => Move;
    perform?: (move: ChainMove) => Performed;
    answered?: readonly Bytes32[];
  },
  once?: boolean,
) {
  const steps: Step["step"][] = [];
  const performed: ChainMove[] = [];
  const pauses: bigint[] = [];
  let keys: ReadonlySet<Bytes32> = new Set();
  const player: Player = {
    read: (known) => {
      keys = known;
      return Promise.resolve({} as DisputeView);
    },
    now: () => Promise.resolve(asSeconds(100n)),
    decide: () => given.moves(keys),
    perform: (move) => {
      performed.push(move);
      return new Promise((resolve) => resolve(given.perform?.(move) ?? done));
    },
    isAnswered: (key) => Promise.resolve(given.answered?.includes(key) ?? false),
    pause: (duration) => {
      pauses.push(duration);
      return Promise.resolve();
    },
    tell: ({ step }) => steps.push(step),
  };
  const outcome = await playDispute(player, { poll: asSeconds(12n), ...(once && { once }) }).catch(
    (error: unknown) => error,
  );
  return { outcome, steps, performed, pauses };
}

const inTurn = (...moves: Move[]) => {
  const left = [...moves];
  return () => left.shift() ?? rest;
};
const end = (outcome: unknown) => (outcome as Played).end;

describe("chain: playing one side of a dispute", () => {
  it("performs move after move until it rests", async () => {
    const { outcome, performed, pauses } = await play({ moves: inTurn(close("1"), close("2")) });
    expect(end(outcome)).to.deep.equal(rest);
    expect(performed).to.deep.equal([close("1"), close("2")]);
    expect(pauses).to.be.empty;
  });

  it("looks again when the deadline comes, or after the poll interval, whichever is sooner", async () => {
    const { steps, pauses } = await play({ moves: inTurn(wait(1_000n), wait(105n), wait(100n), wait(90n)) });
    expect(pauses).to.deep.equal([12n, 5n, 1n, 1n]);
    expect(steps).to.deep.equal(["waits", "waits", "waits", "waits"]);
  });

  it("does one step where one is asked for: a move, or a wait", async () => {
    const moved = await play({ moves: inTurn(close("1"), close("2")) }, true);
    expect(moved.performed).to.have.lengthOf(1);
    expect(end(moved.outcome)).to.deep.equal({ kind: "once" });
    const waited = await play({ moves: inTurn(wait(200n), close("2")) }, true);
    expect(waited).to.deep.include({ performed: [], pauses: [], steps: ["waits"] });
  });

  it("takes what somebody did already for done, and goes on at once", async () => {
    const { outcome, performed, pauses } = await play({
      moves: inTurn(close("1"), close("2")),
      perform: () => already,
    });
    expect(end(outcome)).to.deep.equal(rest);
    expect(performed).to.have.lengthOf(2);
    expect(pauses).to.be.empty;
  });

  it("gives up with NO_PROGRESS where the chain never shows what is said to be done", async () => {
    const { outcome, pauses } = await play({ moves: () => close("1"), perform: () => already });
    expect(outcome).to.have.property("code", "NO_PROGRESS");
    expect(pauses).to.deep.equal(Array.from({ length: 11 }, () => 12n));
  });

  it("tries again after a failure that may pass, and starts counting anew after a success", async () => {
    let calls = 0;
    const { outcome, steps } = await play({
      moves: () => (calls > 24 ? rest : close("1")),
      perform: () => {
        if (++calls % 8 !== 0) throw calls % 2 === 0 ? reverted : new Error("the node hung up");
        return done;
      },
    });
    expect(end(outcome)).to.deep.equal(rest);
    expect(steps.filter((step) => step === "failed")).to.have.lengthOf(22);
  });

  it("gives up with the failure that does not pass", async () => {
    let calls = 0;
    const perform = (): Performed => {
      calls++;
      throw reverted;
    };
    const { outcome } = await play({ moves: () => close("1"), perform });
    expect(outcome).to.equal(reverted);
    expect(calls).to.equal(11);
  });

  it("starts counting anew after a wait, so that a node may fail now and then for weeks", async () => {
    let calls = 0;
    const { outcome } = await play({
      moves: () => (++calls > 60 ? rest : calls % 3 === 0 ? wait(200n) : close("1")),
      perform: () => {
        throw new Error("the node hung up");
      },
    });
    expect(end(outcome)).to.deep.equal(rest);
  });

  it("gives up at once where trying again cannot help", async () => {
    const poor = new OnusError("FUNDS_MISSING", { call: "", account: "", actual: 0n, expected: 1n });
    const { outcome, performed } = await play({
      moves: () => close("1"),
      perform: () => {
        throw poor;
      },
    });
    expect(outcome).to.equal(poor);
    expect(performed).to.have.lengthOf(1);
  });

  it("reads an answer that was given to somebody else instead of asking for it", async () => {
    const { outcome, performed } = await play({
      moves: (keys) => (keys.has(ask.question.key) ? rest : ask),
      answered: [ask.question.key],
    });
    expect(end(outcome)).to.deep.equal(rest);
    expect(performed).to.be.empty;
  });

  it("asks for it once it was read and is not enough", async () => {
    let asked = 0;
    const { performed } = await play({
      moves: () => (asked === 1 ? rest : ask),
      perform: () => {
        asked++;
        return done;
      },
      answered: [ask.question.key],
    });
    expect(performed).to.deep.equal([ask]);
  });
});
