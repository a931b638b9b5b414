import type { ChainMove } from "../../chain/move-call.js";
import { chainNow } from "../../chain/chain-now.js";
import { providerOf } from "../../chain/contracts.js";
import type { Contracts } from "../../chain/contracts.js";
import { performMove } from "../../chain/perform-move.js";
import type { Performed } from "../../chain/perform-move.js";
import { readDispute } from "../../chain/read-dispute.js";
import type { DisputeView, PublishedModel } from "../../dispute/dispute-view.js";
import type { Move } from "../../dispute/move.js";
import type { StoredClaim } from "../ledger/rows.js";
import type { ServedModel } from "../promises/inference-desk.js";
import { decideWithTraces } from "./decide-with-traces.js";
import type { HeldClaims } from "./held-claims.js";
import type { SendOnce } from "./send-once.js";

/** Lower than the block in which a claim was made by more than a chain reorganises. */
const REORGANISED = 128;
/** Moves of one round; the next one goes on. */
const MOST_MOVES = 64;

export type TendParts = {
  readonly contracts: Contracts;
  readonly models: readonly (ServedModel & { readonly published: PublishedModel })[];
  readonly held: HeldClaims;
  readonly send: SendOnce;
  readonly tell: (claim: StoredClaim, move: ChainMove, performed: Performed) => void;
  readonly fail: (claim: StoredClaim, recordIndex: number, error: unknown) => void;
};

/**
 * Does all there is to do now about one claim that is asked about, or due: answers, closes, finalizes, settles. Ends with
 * what the operator waits for.
 */
export async function tendClaim(
  parts: TendParts,
  stored: StoredClaim,
): Promise<{
  readonly view: DisputeView;
  readonly rest: Extract<Move, { kind: "wait" | "rest" }> | undefined;
}> {
  const { contracts, models, held, send, tell, fail } = parts;
  const { claim, claimId } = stored;
  const model = models.find((one) => one.modelId === claim.modelId);
  if (model === undefined) throw new RangeError(`model ${claim.modelId} is not served`);
  const fromBlock = Math.max(contracts.deployment.fromBlock, stored.madeBlock - REORGANISED);
  // A ledger that was lost and made again makes a claim that is older than it says.
  const isOlder = stored.submittedAt !== undefined && stored.submittedAt < stored.madeAt;
  const known = { model: model.published, ...(!isOlder && { fromBlock }) };
  const own = { committed: model.committed, records: held.recordsOf(stored) };
  let last = "";
  for (let moves = 0; ; moves++) {
    const view = await readDispute(contracts, claim, known);
    const move = await decideWithTraces({
      ...{ view, own, traces: held.traces(stored) },
      now: await chainNow(providerOf(contracts)),
      fail: (recordIndex, error) => fail(stored, recordIndex, error),
    });
    if (move.kind === "wait" || move.kind === "rest") return { view, rest: move };
    const key = keyOfMove(claimId, move);
    // The node is behind what it has included itself: the next round sees it.
    if (moves === MOST_MOVES || key === last) return { view, rest: undefined };
    last = key;
    const performed = await performMove({ contracts, claim, move, send: (call) => send(key, call) });
    tell(stored, move, performed);
  }
}

/** Names what a move does, so that it is done once. */
export function keyOfMove(claimId: string, move: ChainMove): string {
  switch (move.kind) {
    case "answer":
      return `answer ${move.session} ${move.to.key}`;
    case "state-traces":
      return `state ${claimId} ${move.statements.map(({ recordIndex }) => recordIndex).join(",")}`;
    case "close":
    case "settle":
      return `${move.kind} ${move.session}`;
    case "finalize":
      return `finalize ${claimId}`;
    case "convict":
    case "open":
    case "ask":
    case "time-out":
    case "open-job":
    case "advance-job":
    case "finish-job":
      throw new TypeError(`an operator never makes the move ${move.kind}`);
  }
}
