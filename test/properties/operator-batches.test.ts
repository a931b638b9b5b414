import { expect } from "chai";
import fc from "fast-check";

import { takeBatch, whyClose } from "../../src/operator/policy/plan-batch.js";
import type { PendingRecord } from "../../src/operator/policy/plan-batch.js";
import { promisedLiability } from "../../src/operator/policy/promised-liability.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";

/** Terms of receipts change when a configuration does: old and new ones wait together. */
const promise = fc.record({
  after: fc.integer({ min: 0, max: 40 }),
  inclusion: fc.constantFrom(100, 120, 400),
  liability: fc.constantFrom(1n, 10n, 11n),
  maxRecords: fc.constantFrom(1, 2, 3, 7),
});
const terms = fc.record({
  closeAfter: fc.constantFrom(1, 30, 60).map((count) => asSeconds(BigInt(count))),
  margin: fc.constantFrom(0, 20).map((count) => asSeconds(BigInt(count))),
});

describe("properties of an operator's batches", () => {
  it("every record is claimed once, in order, in time, and as its receipt promises", () => {
    fc.assert(
      fc.property(fc.array(promise, { minLength: 1, maxLength: 40 }), terms, (promises, batchTerms) => {
        let pending: PendingRecord[] = [];
        const claimed: PendingRecord[] = [];
        let now = 1_000n;
        const close = (): void => {
          for (;;) {
            const sum = {
              count: pending.length,
              oldest: least(pending.map(({ issuedAt }) => issuedAt)),
              earliestDeadline: least(pending.map(({ inclusionDeadline }) => inclusionDeadline)),
              maxRecords: Math.min(...pending.map(({ maxRecords }) => maxRecords)),
            };
            if (whyClose(sum, batchTerms, asSeconds(now)) === undefined) return;
            const reserved = promisedLiability(asWei(0n), [
              {
                ...sum,
                liability: pending.map(({ liability }) => liability).reduce((a, b) => (a > b ? a : b)),
              },
            ]);
            const batch = takeBatch(pending);
            const taken = pending.slice(0, batch.serials.length);
            expect(batch.serials).to.deep.equal(taken.map(({ serial }) => serial));
            for (const record of taken) {
              expect(batch.liability >= record.liability).to.equal(true);
              expect(taken.length).to.be.at.most(record.maxRecords);
              expect(now < record.inclusionDeadline, "in time").to.equal(true);
              expect(batch.earliestDeadline <= record.inclusionDeadline).to.equal(true);
            }
            expect(batch.liability <= reserved, "reserved before").to.equal(true);
            claimed.push(...taken);
            pending = pending.slice(taken.length);
          }
        };
        // A look at the chain every second, as long as anything waits.
        const watch = (seconds: bigint): void => {
          for (const end = now + seconds; now < end && pending.length > 0; now++) close();
        };
        promises.forEach(({ after, inclusion, liability, maxRecords }, serial) => {
          const later = now + BigInt(after);
          watch(BigInt(after));
          now = later;
          pending.push({
            ...{ serial, maxRecords, liability: asWei(liability) },
            ...{ issuedAt: asSeconds(now), inclusionDeadline: asSeconds(now + BigInt(inclusion)) },
          });
        });
        watch(1_000n);
        expect(claimed.map(({ serial }) => serial)).to.deep.equal(promises.map((_, serial) => serial));
      }),
    );
  });
});

const least = (times: readonly bigint[]) => asSeconds(times.reduce((a, b) => (a < b ? a : b), 2n ** 40n));
