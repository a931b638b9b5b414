import { MOST_STATEMENTS, nextOperatorMove } from "../../dispute/defend.js";
import type { DisputeView } from "../../dispute/dispute-view.js";
import type { OperatorHoldings } from "../../dispute/holdings.js";
import type { Move } from "../../dispute/move.js";
import type { CommittedTrace } from "../../trace/committed-trace.js";
import type { Seconds } from "../../types/seconds.js";

/** The traces behind one claim, by record index: what is at hand, and what it takes to have more. */
export type ClaimTraces = {
  readonly find: (recordIndex: number) => CommittedTrace | undefined;
  readonly isWhole: (recordIndex: number) => boolean;
  /** Computes it again; afterwards it is whole until others need its place. */
  readonly load: (recordIndex: number) => Promise<void>;
};

/** Runs for one move, beyond which it is made from what is there: no shelf holds what the move would need. */
const MOST_LOADS = 2 * MOST_STATEMENTS;

/**
 * What the operator does next about a claim whose traces are computed when they are needed: decides, computes what the
 * decision lacked, and decides again. What is due first is answered first, also when its trace is not there yet.
 */
export async function decideWithTraces(given: {
  readonly view: DisputeView;
  readonly own: Pick<OperatorHoldings, "committed" | "records">;
  readonly traces: ClaimTraces;
  readonly now: Seconds;
  /** Told of a trace that could not be computed: what else is asked is answered all the same. */
  readonly fail: (recordIndex: number, error: unknown) => void;
}): Promise<Move> {
  const { view, own, traces, now, fail } = given;
  const failed = new Set<number>();
  for (let loads = 0; ;) {
    const missing = new Set<number>();
    const trace = (recordIndex: number): CommittedTrace | undefined => {
      if (failed.has(recordIndex)) return undefined;
      const known = traces.find(recordIndex);
      if (known === undefined) {
        missing.add(recordIndex);
        return undefined;
      }
      const tensor: CommittedTrace["tensor"] = (list, index) => {
        if (!traces.isWhole(recordIndex)) missing.add(recordIndex);
        return known.tensor(list, index);
      };
      return { lists: known.lists, tensor };
    };
    const move = nextOperatorMove(view, { ...own, trace }, now);
    if (missing.size === 0 || loads >= MOST_LOADS) return move;
    // All that one transaction states, or the one that a node is asked of: more might not stay.
    const [first] = missing;
    const wanted =
      traces.find(first as number) === undefined ? [...missing].slice(0, MOST_STATEMENTS) : [first as number];
    for (const recordIndex of wanted) {
      if (traces.isWhole(recordIndex)) continue;
      loads++;
      await traces.load(recordIndex).catch((error: unknown) => {
        failed.add(recordIndex);
        fail(recordIndex, error);
      });
    }
  }
}
