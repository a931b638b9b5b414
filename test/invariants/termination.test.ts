import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import fc from "fast-check";

import { bytes32From, type Bytes32 } from "../../src/types/bytes32.js";
import {
  InquiryModel,
  ROUNDS,
  type InquiryRules,
  type Sent,
  type Subject,
} from "../support/inquiry-model.js";

/**
 * How long a claim can be kept from its verdict, played in the definition alone. Seen to fail: with 17 rounds, with a
 * turn that raises a clock by the extension instead of to it, with deadlines inclusive, and with a proof time that
 * begins at the closing.
 */
const CLAIM: Subject = { kind: "claim", index: 0 };
const START = 1_000n;

/** Times that the constructor of Onus accepts; small ones, whose edges meet, and some as deployed. */
const times = fc
  .record({
    work: fc.integer({ min: 1, max: 12 }),
    over: fc.nat(9),
    extension: fc.nat(12),
    window: fc.nat(40),
  })
  .map(({ work, over, extension, window }) => {
    const clock = BigInt(work + over);
    const clockExtension = BigInt(extension) < clock / 2n ? BigInt(extension) : clock / 2n;
    return { clock, clockExtension, proofTime: BigInt(work), window: BigInt(work + window) };
  });
type Times = typeof times extends fc.Arbitrary<infer T> ? T : never;

const onceASecond = (extension: bigint): bigint => (extension > 1n ? extension : 1n);

/** Exclusive bounds of the specification, and the last seconds that some play reaches (decision 0016). */
function ends({ clock, clockExtension, proofTime, window }: Times) {
  const windowEnd = START + window;
  const used = 2n * clock + 29n * onceASecond(clockExtension);
  return {
    sessionBefore: windowEnd + 2n * clock + 32n * clockExtension,
    hardEnd: windowEnd + 2n * clock + 32n * clockExtension + proofTime,
    latestSession: windowEnd + used - 31n,
    latestProof: windowEnd + used - 32n + proofTime,
  };
}

function begin({ clock, clockExtension, proofTime, window }: Times): InquiryModel {
  const money = { baseBond: 1_600n, delayRate: 10n ** 15n };
  const gas = { answerGas: 0n, answerByteGas: 0n, closeGas: 0n, settleGas: 0n };
  const rules: InquiryRules = {
    ...{ clock, clockExtension, proofTime, exitDelay: 0n },
    ...money,
    ...gas,
  };
  const model = new InquiryModel(rules);
  const records = 1;
  model.submit({ operator: "operator", liability: 1_000n, records, submittedAt: START, window });
  return model;
}

const sent = (from: string, now: bigint): Sent => ({
  ...{ from, now, gasPrice: 1n, baseFee: 1n, value: 10n ** 6n },
});

const asking = (name: string) => ({ key: keyOf(name), answerBytes: 0n });
const keyOf = (name: string): Bytes32 => bytes32From(keccak_256(new TextEncoder().encode(name)));

/** The latest seconds, by trying every length of every turn of both sides. */
function exhaust({ clock, clockExtension, proofTime, window }: Times) {
  const known = new Map<string, { session: bigint; proof: bigint }>();
  const raise = (left: bigint): bigint => (left > clockExtension ? left : clockExtension);
  const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
  /** Seconds after the question of `round`, asked with these clocks. */
  const after = (round: number, answerer: bigint, asker: bigint): { session: bigint; proof: bigint } => {
    const name = `${round}/${answerer}/${asker}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    // Silence ends the session at the deadline.
    let session = answerer;
    let proof = 0n;
    for (let took = 0n; took < answerer; took++) {
      const turn = raise(asker);
      // The asker is gone, or has no question left.
      session = later(session, took + (round === ROUNDS ? 0n : turn));
      proof = later(proof, took + proofTime);
      if (round === ROUNDS) continue;
      for (let thought = 0n; thought < turn; thought++) {
        const next = after(round + 1, raise(answerer - took), turn - thought);
        session = later(session, took + thought + next.session);
        proof = later(proof, took + thought + next.proof);
      }
    }
    known.set(name, { session, proof });
    return { session, proof };
  };
  const last = START + window - 1n;
  const { session, proof } = after(1, clock, clock);
  return { session: last + session, proof: last + proof };
}

describe("Termination of inquiries", () => {
  it("is reached 3 clock extensions and 32 seconds before the hard end at the latest, and not earlier", () => {
    fc.assert(
      fc.property(times, (given) => {
        fc.pre(given.clock <= 12n);
        const { session, proof } = exhaust(given);
        const { latestSession, latestProof, sessionBefore, hardEnd } = ends(given);
        expect(session).to.equal(latestSession);
        expect(proof).to.equal(latestProof);
        expect(session < sessionBefore && proof < hardEnd).to.equal(true);
        if (given.clockExtension > 0n) expect(hardEnd - proof).to.equal(3n * given.clockExtension + 32n);
      }),
      { numRuns: 60 },
    );
  });

  it("is played out by two sides that use every second of every turn", () => {
    fc.assert(
      fc.property(times, (given) => {
        const { latestProof } = ends(given);
        const model = begin(given);
        let now = START + given.window - 1n;
        expect(model.open(sent("asker", now), { subject: CLAIM, nonce: 0n }, asking("1"))).to.deep.equal([]);
        const session = model.sessions[0]!;
        for (let round = 1; round <= ROUNDS; round++) {
          now = model.answererDeadline(session) - 1n;
          expect(model.answer(sent("node", now), 0, { key: session.key, bytes: 0n })).to.deep.equal([]);
          now = model.askerDeadline(session)! - 1n;
          if (round === ROUNDS) break;
          expect(model.ask(sent("asker", now), 0, asking(`${round + 1}`))).to.deep.equal([]);
        }
        // All their time is left, and no question.
        expect(model.ask(sent("asker", now), 0, asking("17"))).to.deep.equal(["RoundsUsedUp"]);
        now = model.answerInTime(session)!;
        expect(model.close(sent("anyone", now), 0)).to.deep.equal([]);
        expect(model.claims[0]!.finalizableAt).to.equal(latestProof);
        expect(model.finalize(sent("anyone", latestProof - 1n), 0)).to.deep.equal(["WindowStillOpen"]);
        expect(model.finalize(sent("anyone", latestProof), 0)).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });

  it("holds for several sessions that share answers, whatever both sides do with their time", () => {
    const plays = Number(process.env["TERMINATION_PLAYS"] ?? 5_000);
    let steps = 0;
    let nearest = 10n ** 9n;
    fc.assert(
      fc.property(times, fc.infiniteStream(fc.nat(0xffffff)), (given, stream) => {
        const { latestSession, latestProof, hardEnd } = ends(given);
        const model = begin(given);
        const [claim] = model.claims;
        const late = { subject: CLAIM, nonce: 1n };
        const draw = (below: number): number => stream.next().value! % below;
        /** A moment in [from, to): most often its first or last second. */
        const within = (from: bigint, to: bigint): bigint =>
          to <= from + 1n ? from : [from, to - 1n, to - 1n, from + BigInt(draw(Number(to - from)))][draw(4)]!;
        const windowEnd = START + given.window;
        /** The next thing that somebody does: each session knows one. */
        const plans = Array.from({ length: 1 + draw(4) }, () => within(START, windowEnd));
        plans.forEach((_, i) => (plans[i] = draw(2) === 0 ? windowEnd - 1n : plans[i]!));
        const acts = new Map<number, { at: bigint; act: "open" | "answer" | "ask" | "end" }>();
        plans.forEach((at, i) => acts.set(i, { at, act: "open" }));
        const sessionOf = new Map<number, number>();
        let questions = 0;

        let lastProof = 0n;

        /** The asker's turn, once its question is answered: it asks on, or is gone. */
        const askOn = (i: number, now: bigint): void => {
          const session = model.sessions[sessionOf.get(i)!]!;
          const deadline = model.askerDeadline(session);
          if (deadline === undefined) return;
          const goesOn = session.rounds < ROUNDS && draw(30) > 0;
          acts.set(
            i,
            goesOn ? plan("ask", within(now, deadline)) : { at: lastOf(now, deadline), act: "end" },
          );
        };

        while (acts.size > 0 && claim!.decidedAt === 0n) {
          const [i, { at, act }] = [...acts].reduce((a, b) => (b[1].at < a[1].at ? b : a));
          const s = sessionOf.get(i)!;
          const session = model.sessions[s];
          steps++;
          if (act === "open" || act === "ask") {
            // Sometimes what another session is asking at the moment: one answer ends both turns.
            const shared = model.sessions.find(({ key }) => !model.answeredAt.has(key));
            // Or what was answered before: the answerer's turn is over at once.
            const others = [shared?.key, [...model.answeredAt.keys()][0], undefined, undefined, undefined];
            const key = others[draw(5)] ?? keyOf(`${questions++}`);
            const from = `asker ${i}`;
            const reasons =
              act === "open"
                ? model.open(sent(from, at), { subject: CLAIM, nonce: 0n }, { key, answerBytes: 0n })
                : model.ask(sent(from, at), s, { key, answerBytes: 0n });
            expect(reasons, `${act} at ${at}`).to.deep.equal([]);
            if (act === "open") sessionOf.set(i, model.sessions.length - 1);
            const asked = model.sessions[sessionOf.get(i)!]!;
            const deadline = model.answererDeadline(asked);
            if (model.answeredAt.has(asked.key)) askOn(i, at);
            else
              acts.set(
                i,
                draw(40) === 0 ? { at: deadline, act: "end" } : plan("answer", within(at, deadline)),
              );
            continue;
          }
          if (act === "answer") {
            if (!model.answeredAt.has(session!.key)) {
              expect(model.answer(sent("node", at), s, { key: session!.key, bytes: 0n })).to.deep.equal([]);
            }
            // Whoever shared the question has its turn too: every plan that waited for this answer is made anew.
            for (const [j, other] of sessionOf) {
              const waiting = model.sessions[other]!;
              if (waiting.key !== session!.key || waiting.stage !== "OPEN") continue;
              if (acts.get(j)?.act === "ask") continue;
              askOn(j, at);
            }
            continue;
          }
          const reasons =
            model.answerInTime(session!) === undefined
              ? model.timeOut(sent("anyone", at), s)
              : model.close(sent(draw(2) === 0 ? `asker ${i}` : "anyone", at), s);
          if (reasons.length > 0) {
            // Only strangers wait, and only while the asker may ask.
            expect(reasons).to.deep.equal(["AskerClockRunning"]);
            acts.set(i, { at: model.askerDeadline(session!)!, act: "end" });
            continue;
          }
          const answered = model.answerInTime(session!);
          if (answered !== undefined && answered + given.proofTime > lastProof)
            lastProof = answered + given.proofTime;
          expect(at <= latestSession, `ends at ${at}, latest ${latestSession}`).to.equal(true);
          acts.delete(i);
        }
        if (claim!.decidedAt === 0n) {
          const at = claim!.finalizableAt;
          expect(at >= lastProof, "time for every proof").to.equal(true);
          expect(model.open(sent("late", windowEnd), late, asking("late"))).to.deep.equal(["WindowOver"]);
          expect(model.finalize(sent("anyone", at), 0)).to.deep.equal([]);
        }
        expect(claim!.decidedAt <= (latestSession > latestProof ? latestSession : latestProof)).to.equal(
          true,
        );
        const margin = hardEnd - claim!.decidedAt;
        if (margin < nearest) nearest = margin;
      }),
      { numRuns: plays },
    );
    expect(steps).to.be.greaterThan(plays);
    expect(nearest > 0n).to.equal(true);
  });
});

const plan = <A extends string>(act: A, at: bigint) => ({ act, at });

/** Somebody pokes at once, or when the asker's time is over. */
const lastOf = (now: bigint, deadline: bigint): bigint => (now % 2n === 0n ? deadline : now);
