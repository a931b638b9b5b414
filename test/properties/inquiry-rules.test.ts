import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import fc from "fast-check";

import { longestSession, turnOf } from "../../src/dispute/clocks.js";
import { bondFor, depositFor } from "../../src/dispute/deposit.js";
import type { DisputeView, InquiryRules, SessionView } from "../../src/dispute/dispute-view.js";
import { bytes32From, type Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { InquiryModel, ROUNDS, type Sent, type SessionModel } from "../support/inquiry-model.js";

const amount = (most: number) => fc.nat(most).map(BigInt);
const small = fc.integer({ min: 1, max: 40 }).map(BigInt);

const rules: fc.Arbitrary<InquiryRules> = fc
  .record({
    ...{ clock: small, clockExtension: amount(20), proofTime: small },
    ...{ baseBond: fc.constantFrom(1n, 15n, 16n, 17n, 1_600n, 2n * 10n ** 15n) },
    ...{ delayRate: fc.constantFrom(0n, 1n, 3_170_979_198n, 10n ** 15n) },
    ...{ answerGas: amount(200_000), answerByteGas: amount(60), closeGas: amount(90_000) },
    settleGas: amount(90_000),
  })
  .map(({ clock, clockExtension, proofTime, baseBond, ...rest }) => ({
    clock: asSeconds(clock),
    clockExtension: asSeconds(2n * clockExtension <= clock ? clockExtension : clock / 2n),
    proofTime: asSeconds(proofTime),
    baseBond: asWei(baseBond),
    rounds: ROUNDS,
    ...rest,
  }));

const keyOf = (name: string): Bytes32 => bytes32From(keccak_256(new TextEncoder().encode(name)));

const definitionOf = (given: InquiryRules): InquiryModel => new InquiryModel({ ...given, exitDelay: 0n });

describe("Rules of inquiry, as the strategies reckon with them", () => {
  it("bonds are the least whole number of wei that is not below baseBond × (16 + m) / 16", () => {
    fc.assert(
      fc.property(rules, fc.nat(30_000), (given, open) => {
        const bond = bondFor(given, open);
        const exact = given.baseBond * (16n + BigInt(open));
        expect(16n * bond >= exact && 16n * (bond - 1n) < exact).to.equal(true);
      }),
    );
  });

  it("k sessions open at once cost k bonds and, of each pair of them, a sixteenth of one", () => {
    fc.assert(
      fc.property(rules, fc.nat(600), (given, count) => {
        // Without rounding.
        const even = { ...given, baseBond: asWei(16n * given.baseBond) };
        let sum = 0n;
        for (let open = 0; open < count; open++) sum += bondFor(even, open);
        const k = BigInt(count);
        expect(sum).to.equal(k * even.baseBond + (k * (k - 1n) * even.baseBond) / 32n);
      }),
    );
  });

  it("deposits are those of the definition, and of its bonds", () => {
    const exposures = fc.record({
      ...{
        liability: fc.bigInt(0n, 10n ** 20n),
        answerBytes: fc.nat(8_192),
        baseFee: fc.bigInt(0n, 10n ** 12n),
      },
      ...{ owed: fc.bigInt(0n, 10n ** 18n), payees: fc.nat(17), open: fc.nat(40) },
    });
    fc.assert(
      fc.property(rules, exposures, (given, { liability, answerBytes, baseFee, owed, payees, open }) => {
        const definition = definitionOf(given);
        const records = 1;
        definition.submit({ operator: "operator", liability, records, submittedAt: 0n, window: 60n });
        const asking = { key: keyOf("any"), answerBytes: 0n };
        for (let nonce = 0n; nonce < open; nonce++) {
          const sent = { from: "asker", now: 0n, gasPrice: 0n, baseFee: 0n, value: 10n ** 30n };
          definition.open(sent, { subject: { kind: "claim", index: 0 }, nonce }, asking);
        }
        const bond = bondFor(given, open);
        expect(bond).to.equal(definition.bondOf("operator"));
        const exposure = { bond, liability: asWei(liability), answerBytes, baseFee: asWei(baseFee) };
        expect(depositFor(given, { ...exposure, owed: asWei(owed), payees })).to.equal(
          definition.needed(
            { baseFee },
            { answerBytes: BigInt(answerBytes) },
            { bond, liability, owed, payees },
          ),
        );
        expect(longestSession(given)).to.equal(definition.longest());
      }),
    );
  });

  it("a turn is whose the definition says, until when it says", () => {
    const times = fc.record({
      ...{ askedAt: fc.integer({ min: 50, max: 60 }), answererLeft: fc.integer({ min: 1, max: 12 }) },
      ...{ askerLeft: fc.nat(12), answeredAt: fc.option(fc.integer({ min: 40, max: 80 })) },
      ...{ rounds: fc.constantFrom(1, 2, 15, 16), now: fc.integer({ min: 50, max: 100 }) },
    });
    fc.assert(
      fc.property(rules, times, (given, { askedAt, answererLeft, askerLeft, answeredAt, rounds, now }) => {
        fc.pre(askedAt <= now && (answeredAt ?? 0) <= now);
        const key = keyOf("question");
        const definition = definitionOf(given);
        if (answeredAt !== null) definition.answeredAt.set(key, BigInt(answeredAt));
        const clocks = {
          askedAt: asSeconds(BigInt(askedAt)),
          answererLeft: asSeconds(BigInt(answererLeft)),
          askerLeft: asSeconds(BigInt(askerLeft)),
        };
        const session = { ...clocks, key, rounds, stage: "OPEN" } as unknown as SessionModel;
        const seen = { ...clocks, rounds, question: { key } } as unknown as SessionView;
        const known = new Map(answeredAt === null ? [] : [[key, asSeconds(BigInt(answeredAt))]]);
        const view = { rules: given, answers: { answeredAt: known } } as unknown as DisputeView;
        const turn = turnOf(seen, view, asSeconds(BigInt(now)));
        const answered = definition.answerInTime(session);
        if (answered === undefined) {
          const deadline = definition.answererDeadline(session);
          const waits = BigInt(now) < deadline && answeredAt === null;
          if (waits) expect(turn).to.deep.equal({ of: "answerer", deadline });
          // What came too late is none, and its deadline is over.
          else expect(turn).to.deep.equal({ of: "nobody", because: "silence" });
        } else if (rounds === ROUNDS) {
          expect(turn).to.deep.equal({ of: "nobody", because: "rounds used up" });
        } else {
          const deadline = definition.askerDeadline(session)!;
          if (BigInt(now) < deadline) expect(turn).to.deep.equal({ of: "asker", deadline });
          else expect(turn).to.deep.equal({ of: "nobody", because: "clock over" });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("a deposit of the least size pays whatever its session comes to owe, and a wei less would not always", () => {
    let emptied = 0;
    const plays = fc.record({
      ...{ liability: fc.bigInt(0n, 10n ** 18n), rounds: fc.integer({ min: 1, max: ROUNDS }) },
      ...{ baseFees: fc.array(fc.bigInt(1n, 1_000n), { minLength: ROUNDS, maxLength: ROUNDS }) },
      ...{ accounts: fc.array(fc.nat(3), { minLength: ROUNDS + 2, maxLength: ROUNDS + 2 }), tip: fc.nat(1) },
      ...{ bytes: fc.array(fc.nat(64), { minLength: ROUNDS, maxLength: ROUNDS }), greedy: fc.boolean() },
    });
    fc.assert(
      fc.property(rules, plays, (given, { liability, rounds, baseFees, accounts, bytes, greedy, tip }) => {
        const definition = definitionOf(given);
        definition.submit({ operator: "operator", liability, records: 1, submittedAt: 0n, window: 10n });
        const sent = (who: number, now: bigint, baseFee: bigint, value = 0n): Sent => {
          // At the highest price, or one that a tip makes uneven.
          const gasPrice = greedy ? 10n ** 9n : baseFee + BigInt(tip);
          return { from: who === 0 ? "asker" : `account ${who}`, now, baseFee, gasPrice, value };
        };
        let now = 9n;
        for (let round = 0; round < rounds; round++) {
          const asking = { key: keyOf(`${round}`), answerBytes: BigInt(bytes[round]!) };
          const asked = sent(0, now, baseFees[round]!);
          const subject = { kind: "claim", index: 0 } as const;
          const [session] = definition.sessions;
          const reasons =
            session === undefined
              ? definition.open(
                  { ...asked, value: definition.neededToOpen(asked, subject, asking) },
                  { subject, nonce: 0n },
                  asking,
                )
              : definition.ask({ ...asked, value: lacking(definition, asked, asking) }, 0, asking);
          expect(reasons).to.deep.equal([]);
          now = definition.answererDeadline(definition.sessions[0]!) - 1n;
          const data = { key: asking.key, bytes: asking.answerBytes };
          expect(definition.answer(sent(accounts[round]!, now, 1n), 0, data)).to.deep.equal([]);
          if (round + 1 < rounds) now = definition.askerDeadline(definition.sessions[0]!)! - 1n;
        }
        now = definition.askerDeadline(definition.sessions[0]!)!;
        expect(definition.close(sent(accounts.at(-1)!, now, 1n), 0)).to.deep.equal([]);
        const [claim] = definition.claims;
        if (claim!.finalizableAt > now) now = claim!.finalizableAt;
        expect(definition.finalize(sent(1, now, 1n), 0)).to.deep.equal([]);
        // Throws where the deposit lacks anything.
        expect(definition.settle(sent(accounts.at(-2)!, now, 1n), 0)).to.deep.equal([]);
        const spare = definition.balances.get("asker") ?? 0n;
        const { bond } = definition.sessions[0]!;
        if (spare === bond - (bond + 3n) / 4n) emptied++;
      }),
      { numRuns: 1_500 },
    );
    expect(emptied, "plays in which nothing but the bond was left").to.be.greaterThan(0);
  });
});

function lacking(
  definition: InquiryModel,
  sent: Sent,
  asking: { readonly key: Bytes32; readonly answerBytes: bigint },
): bigint {
  const [session] = definition.sessions;
  const lacks = definition.neededToAsk(sent, session!, asking) - session!.deposit;
  return lacks > 0n ? lacks : 0n;
}
