import { setTimeout as sleep } from "node:timers/promises";

import type { RawNode } from "./read-evidence.js";

/** Waits between tries, in milliseconds: public endpoints count requests by the second. */
const WAITS = [250, 500, 1_000, 2_000, 4_000];
/** How nodes word it that they were asked too much: by HTTP status, by code (EIP-1474), in words. */
const BUSY = /\b429\b|-32005|too many|rate.?limit|limit exceeded|capacity|throttl/i;

/**
 * A node that is asked once about each block, and again where it says that it was asked too often. Blocks are remembered as
 * long as this lives: one audit sees one chain.
 */
export function patientNode(node: RawNode, waits: readonly number[] = WAITS): RawNode {
  const blocks = new Map<string, Promise<unknown>>();
  const ask = async (method: string, parameters: readonly unknown[]): Promise<unknown> => {
    for (const wait of waits) {
      try {
        return await node.send(method, parameters);
      } catch (error) {
        if (!isBusy(error)) throw error;
        await sleep(wait);
      }
    }
    return node.send(method, parameters);
  };
  return {
    send: (method, parameters) => {
      if (method !== "eth_getBlockByNumber") return ask(method, parameters);
      const key = JSON.stringify(parameters);
      const known = blocks.get(key) ?? ask(method, parameters);
      blocks.set(key, known);
      return known;
    },
  };
}

/** ethers puts what the node said into `error`, or the status into the message. */
function isBusy(error: unknown): boolean {
  const { message, error: said } = error as {
    message?: string;
    error?: { code?: unknown; message?: unknown };
  };
  return BUSY.test(`${String(said?.code ?? "")} ${String(said?.message ?? "")} ${message ?? ""}`);
}
