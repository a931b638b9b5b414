import type { RecordLedger } from "../ledger/record-ledger.js";
import type { ClaimLedger } from "../ledger/claim-ledger.js";
import type { PromisedRecord } from "../ledger/rows.js";
import type { PendingSum } from "../policy/plan-batch.js";
import type { PendingLiability } from "../policy/promised-liability.js";
import { promisedLiability } from "../policy/promised-liability.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Seconds } from "../../types/seconds.js";
import type { Wei } from "../../types/wei.js";

/** What a request would add. */
export type Coming = {
  readonly modelId: Bytes32;
  readonly liability: Wei;
  readonly maxRecords: number;
};

/** What is promised and undecided, summed up as the ledger has it, so that a request need not read all of it. */
export interface Tally {
  /** What no claim holds yet. */
  pending(modelId: Bytes32): (PendingSum & PendingLiability) | undefined;
  /** Reads the ledger anew: after a claim was made, or its state has changed. */
  refresh(): void;
  add(record: PromisedRecord): void;
  /** Stake that claims which are not on chain yet will lock, with what is coming. */
  promisedLiability(coming: readonly Coming[]): Wei;
  /** Records in no claim, or in one that is undecided. */
  undecided(): number;
}

export function openTally(records: RecordLedger, claims: ClaimLedger): Tally {
  const pending = new Map<Bytes32, PendingSum & PendingLiability>();
  let undecided = 0;
  let made: Wei;
  const refresh = (): void => {
    pending.clear();
    for (const { modelId, ...sum } of records.pending()) pending.set(modelId, sum);
    undecided = records.undecided();
    made = claims.madeLiability();
  };
  refresh();
  return {
    pending: (modelId) => pending.get(modelId),
    refresh,
    add({ modelId, issuedAt, inclusionDeadline, liability, maxRecords }) {
      const added = {
        count: 1,
        oldest: issuedAt,
        earliestDeadline: inclusionDeadline,
        liability,
        maxRecords,
      };
      const known = pending.get(modelId);
      pending.set(modelId, known === undefined ? added : joined(known, added));
      undecided++;
    },
    promisedLiability(coming) {
      const sums = new Map<Bytes32, PendingLiability>(pending);
      for (const { modelId, liability, maxRecords } of coming) {
        const known = sums.get(modelId);
        sums.set(modelId, {
          count: (known?.count ?? 0) + 1,
          liability: known === undefined ? liability : larger(known.liability, liability),
          maxRecords: Math.min(known?.maxRecords ?? maxRecords, maxRecords),
        });
      }
      return promisedLiability(made, [...sums.values()]);
    },
    undecided: () => undecided,
  };
}

type Sum = PendingSum & PendingLiability;

const joined = (one: Sum, other: Sum): Sum => ({
  count: one.count + other.count,
  oldest: earlier(one.oldest, other.oldest),
  earliestDeadline: earlier(one.earliestDeadline, other.earliestDeadline),
  liability: larger(one.liability, other.liability),
  maxRecords: Math.min(one.maxRecords, other.maxRecords),
});

const earlier = (a: Seconds, b: Seconds): Seconds => (a < b ? a : b);
const larger = (a: Wei, b: Wei): Wei => (a > b ? a : b);
