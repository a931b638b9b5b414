import type { Call } from "../../chain/move-call.js";
import type { Sender } from "../../chain/sender.js";
import type { Transacted } from "../../chain/transact.js";

/** Blocks after which a call that was included, and left no trace, was in a branch that the chain gave up. */
const GIVEN_UP = 32;

/** Sends the call of a key. */
export type SendOnce = (key: string, call: Call) => Promise<Transacted>;

/**
 * Sends through a sender, to which a key that succeeded is done for good. A reorg deeper than it looks after takes the
 * effect back all the same: whoever still wants it long after gets a key that is new.
 */
export function openSendOnce(sender: Pick<Sender, "send">, newest: () => number): SendOnce {
  const done = new Map<string, { readonly since: number; readonly round: number }>();
  return async (key, call) => {
    const known = done.get(key);
    const isGivenUp = known !== undefined && newest() - known.since > GIVEN_UP;
    const round = (known?.round ?? 0) + (isGivenUp ? 1 : 0);
    const transacted = await sender.send({ key: round === 0 ? key : `${key} again ${round}`, call });
    if (transacted.status === "done" && (known === undefined || isGivenUp)) {
      done.set(key, { since: newest(), round });
    }
    return transacted;
  };
}
