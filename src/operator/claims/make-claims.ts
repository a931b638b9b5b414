import { claimId } from "../../claim/claim.js";
import type { Claim } from "../../claim/claim.js";
import { commitRecords } from "../../claim/record-list.js";
import type { Address } from "../../types/address.js";
import type { Place } from "../../types/place.js";
import { asSeconds } from "../../types/seconds.js";
import type { Seconds } from "../../types/seconds.js";
import type { ClaimLedger } from "../ledger/claim-ledger.js";
import type { RecordLedger } from "../ledger/record-ledger.js";
import type { StoredClaim } from "../ledger/rows.js";
import { takeBatch, whyClose } from "../policy/plan-batch.js";
import type { ServedModel } from "../promises/inference-desk.js";
import type { Tally } from "../promises/tally.js";

/** A claim that was made, and why it waited no longer. */
export type MadeClaim = { readonly made: StoredClaim; readonly because: "full" | "age" | "deadline" };

/**
 * Makes claims of the pending records that wait no longer. Which records, in which order, under which nonce is written
 * down with the claim, before anybody sends it: whatever happens then, no record is lost, and none is claimed twice.
 */
export function makeClaims(
  parts: {
    readonly operator: Address;
    readonly claimBook: Place;
    readonly models: readonly ServedModel[];
    readonly records: RecordLedger;
    readonly claims: ClaimLedger;
    readonly tally: Tally;
    readonly submitMargin: Seconds;
    /** No company comes any more. */
    readonly isDraining?: boolean;
  },
  at: { readonly now: Seconds; readonly block: number },
): MadeClaim[] {
  const { operator, claimBook, models, records, claims, tally, submitMargin: margin } = parts;
  const done: MadeClaim[] = [];
  tally.refresh();
  for (const { modelId, terms } of models) {
    for (;;) {
      const pending = tally.pending(modelId);
      const closeAfter = parts.isDraining === true ? asSeconds(0n) : terms.closeAfter;
      const because = pending && whyClose(pending, { closeAfter, margin }, at.now);
      if (pending === undefined || because === undefined) break;
      const waiting = records.pendingRecords(modelId, pending.maxRecords);
      const { serials, liability, earliestDeadline } = takeBatch(waiting);
      const list = commitRecords(waiting.slice(0, serials.length).map(({ record }) => record));
      const claim: Claim = {
        ...{ operator, modelId, nonce: claims.nextNonce(), recordsRoot: list.root, n: serials.length },
        ...{ liability, window: terms.window },
      };
      const id = claimId(claim, claimBook);
      const made = claims.make({
        ...{ claim, claimId: id, serials, earliestDeadline },
        ...{ madeAt: at.now, madeBlock: at.block },
      });
      done.push({ made, because });
      tally.refresh();
    }
  }
  return done;
}
