import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { deadlineOf, turnOf } from "../dispute/clocks.js";
import type { DisputeView } from "../dispute/dispute-view.js";
import type { Move } from "../dispute/move.js";
import type { Address } from "../types/address.js";
import type { Bytes32 } from "../types/bytes32.js";
import { asSeconds } from "../types/seconds.js";
import type { Seconds } from "../types/seconds.js";

/** Moves that help everybody alike, of which one is enough. */
const COMMON: readonly Move["kind"][] = ["convict", "open", "open-job", "time-out", "finalize"];

/**
 * Seconds that one lets others go first with a claim, 0..spread: each watchtower has another number, so that not all pay
 * for one proof. At most a twentieth of the window.
 */
export function delayOf(
  { claimId, claim }: Pick<DisputeView, "claimId" | "claim">,
  account: Address,
  spread: Seconds,
): Seconds {
  const most = claim.window / 20n < spread ? claim.window / 20n : spread;
  const hash = keccak_256(concatBytes(hexToBytes(account.slice(2)), hexToBytes(claimId.slice(2))));
  const drawn = BigInt(new DataView(hash.buffer, hash.byteOffset).getUint32(0));
  return asSeconds((drawn * (most + 1n)) >> 32n);
}

/**
 * Until when a move is left to others; undefined: now is the time. Somebody else's question serves as well as one's own,
 * but whoever asked may be the operator itself: in the second half of the window nobody waits for others.
 *
 * @param since when the move was first due, unix seconds
 */
export function letOthersGoFirst(
  view: DisputeView,
  move: Move,
  { account, spread, since, now }: { account: Address; spread: Seconds; since: Seconds; now: Seconds },
): Seconds | undefined {
  if (!COMMON.includes(move.kind)) return undefined;
  const own = asSeconds(since + delayOf(view, account, spread));
  if (now < own) return own;
  if (move.kind !== "open") return undefined;
  const asked = askedByOthers(view, { account, key: move.question.key, now });
  const half = asSeconds(view.submittedAt + view.claim.window / 2n);
  if (asked === undefined || now >= half) return undefined;
  return asked < half ? asked : half;
}

/** When the answer to a question is due that somebody else asked and that is not answered yet. */
function askedByOthers(
  view: DisputeView,
  { account, key, now }: { account: Address; key: Bytes32; now: Seconds },
): Seconds | undefined {
  const session = view.sessions.find(
    (one) =>
      one.stage === "open" &&
      one.asker !== account &&
      one.question.key === key &&
      turnOf(one, view, now).of === "answerer",
  );
  return session && deadlineOf(session);
}
