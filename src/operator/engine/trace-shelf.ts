import type { CommittedTrace } from "../../trace/committed-trace.js";
import type { Bytes32 } from "../../types/bytes32.js";
import type { HeldTrace } from "./run-models.js";

/** Lists of so many traces are kept after their tensors are let go: stating a trace takes its lists alone. */
const MOST_LISTS = 2_048;

/** Traces that were computed again, the latest ones; tensors up to so many bytes, lists of many more. */
export interface TraceShelf {
  /** With its lists alone where the tensors were let go. */
  find(requestId: Bytes32): CommittedTrace | undefined;
  /** Whether its tensors are there too. */
  isWhole(requestId: Bytes32): boolean;
  put(requestId: Bytes32, trace: HeldTrace): void;
}

export function openTraceShelf(mostBytes: number): TraceShelf {
  // Maps go through their entries in the order in which these were put: the first is the oldest.
  const whole = new Map<Bytes32, HeldTrace>();
  const lists = new Map<Bytes32, CommittedTrace["lists"]>();
  let bytes = 0;
  const drop = (requestId: Bytes32): void => {
    bytes -= whole.get(requestId)?.bytes ?? 0;
    whole.delete(requestId);
  };
  return {
    find(requestId) {
      const trace = whole.get(requestId);
      if (trace !== undefined) {
        whole.delete(requestId);
        whole.set(requestId, trace);
        return trace;
      }
      const known = lists.get(requestId);
      return known === undefined ? undefined : { lists: known, tensor: () => undefined };
    },
    isWhole: (requestId) => whole.has(requestId),
    put(requestId, trace) {
      drop(requestId);
      whole.set(requestId, trace);
      bytes += trace.bytes;
      lists.delete(requestId);
      lists.set(requestId, trace.lists);
      // The newest stays, however large: somebody is about to read it.
      for (const oldest of whole.keys()) {
        if (bytes <= mostBytes || oldest === requestId) break;
        drop(oldest);
      }
      for (const oldest of lists.keys()) {
        if (lists.size <= MOST_LISTS) break;
        lists.delete(oldest);
      }
    },
  };
}
