import type { Claim } from "../../claim/claim.js";
import type { Database } from "../../store/open-database.js";
import type { Address } from "../../types/address.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { Seconds } from "../../types/seconds.js";
import { asWei } from "../../types/wei.js";
import type { Wei } from "../../types/wei.js";
import { claimOfRow } from "./rows.js";
import type { ClaimState, StoredClaim } from "./rows.js";

/** A claim before it is sent. */
export type NewClaim = {
  readonly claim: Claim;
  readonly claimId: Bytes32;
  /** Of its records, in its order. */
  readonly serials: readonly number[];
  /** Unix seconds. */
  readonly madeAt: Seconds;
  readonly madeBlock: number;
  readonly earliestDeadline: Seconds;
};

/** The claims of an operator. */
export interface ClaimLedger {
  /** The nonce of the next claim. */
  nextNonce(): bigint;
  /** Fixes records, their order and the nonce: from now on the claim is sent until it is on chain. */
  make(claim: NewClaim): StoredClaim;
  find(claimId: Bytes32): StoredClaim | undefined;
  byNumber(number: number): StoredClaim | undefined;
  /** Made or open, oldest first. */
  undecided(): StoredClaim[];
  /** The newest before a number, newest first. */
  before(number: number, most: number): StoredClaim[];
  setState(claimId: Bytes32, state: ClaimState, submittedAt?: Seconds): void;
  /** Liability of the claims that are made and not on chain. */
  madeLiability(): Wei;
  counts(): Readonly<Record<ClaimState, number>>;
}

/** @param operator whose claims they are */
export function openClaimLedger(database: Database, operator: Address): ClaimLedger {
  const last = database.prepare("SELECT coalesce(max(number), 0) FROM claims").pluck();
  const insert = database.prepare(`
    INSERT INTO claims (number, claim_id, model_id, nonce, records_root, n, liability, window, made_at, made_block,
      earliest_deadline)
    VALUES (@number, @claimId, @modelId, @nonce, @recordsRoot, @n, @liability, @window, @madeAt, @madeBlock,
      @earliestDeadline)`);
  const place = database.prepare(
    "UPDATE records SET claim = ?, position = ? WHERE serial = ? AND claim IS NULL",
  );
  const byId = database.prepare("SELECT * FROM claims WHERE claim_id = ?");
  const byNumber = database.prepare("SELECT * FROM claims WHERE number = ?");
  const undecided = database.prepare("SELECT * FROM claims WHERE state IN ('made', 'open') ORDER BY number");
  const before = database.prepare("SELECT * FROM claims WHERE number < ? ORDER BY number DESC LIMIT ?");
  const setState = database.prepare("UPDATE claims SET state = ?, submitted_at = ? WHERE claim_id = ?");
  const made = database.prepare("SELECT liability FROM claims WHERE state = 'made'").pluck();
  const counts = database.prepare("SELECT state, count(*) AS count FROM claims GROUP BY state");
  const read = (row: unknown): StoredClaim | undefined =>
    row === undefined ? undefined : claimOfRow(row, operator);

  return {
    // Two ledgers of one operator may use a nonce twice: other records make it another claim.
    nextNonce: () => BigInt(last.get() as number) + 1n,
    make: database.transaction(
      ({ claim, claimId, serials, madeAt, madeBlock, earliestDeadline }: NewClaim) => {
        const { modelId, nonce, recordsRoot, n, liability, window } = claim;
        const number = Number(nonce);
        insert.run({
          ...{ number, claimId, modelId, recordsRoot, n },
          ...{ nonce: nonce.toString(), liability: liability.toString(), window: Number(window) },
          ...{ madeAt: Number(madeAt), madeBlock, earliestDeadline: Number(earliestDeadline) },
        });
        serials.forEach((serial, position) => {
          const { changes } = place.run(number, position, serial);
          if (changes !== 1) throw new RangeError(`record ${serial} stands in a claim already`);
        });
        return claimOfRow(byId.get(claimId), operator);
      },
    ),
    find: (claimId) => read(byId.get(claimId)),
    byNumber: (number) => read(byNumber.get(number)),
    undecided: () => undecided.all().map((row) => claimOfRow(row, operator)),
    before: (number, most) => before.all(number, most).map((row) => claimOfRow(row, operator)),
    setState: (claimId, state, submittedAt) =>
      void setState.run(state, submittedAt === undefined ? null : Number(submittedAt), claimId),
    madeLiability: () =>
      asWei((made.all() as string[]).reduce((sum, liability) => sum + BigInt(liability), 0n)),
    counts: () => {
      const found = { made: 0, open: 0, final: 0, faulted: 0 };
      for (const { state, count } of counts.all() as { state: ClaimState; count: number }[])
        found[state] = count;
      return found;
    },
  };
}
