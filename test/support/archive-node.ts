import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";

import { toQuantity } from "ethers";

import { HISTORY_CONTRACT, slotOf } from "../../src/audit/read-link.js";

export type ArchiveNode = {
  readonly url: string;
  /** Keeps what the node proves of a block now: that its state holds the hash of another. */
  readonly remember: (block: number, to: number) => Promise<void>;
  /** No proofs from now on, as endpoints that do not have the method. */
  readonly refuseProofs: () => void;
  readonly close: () => Promise<void>;
};

type Call = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };

/** Stands in front of a node that forgets old states, and keeps proofs out of them. */
export async function startArchiveNode(node: string): Promise<ArchiveNode> {
  const kept = new Map<string, unknown>();
  let refuses = false;
  const forward = async (body: unknown): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(node, { method: "POST", body: JSON.stringify(body), headers })).json();
  };
  const answer = async (call: Call): Promise<unknown> => {
    const { id, method, params } = call;
    if (method !== "eth_getProof") return forward(call);
    const said = { jsonrpc: "2.0", id };
    if (refuses) return { ...said, error: { code: -32_601, message: "the method does not exist" } };
    const result = kept.get(JSON.stringify(params));
    return result === undefined ? forward(call) : { ...said, result };
  };
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => (Array.isArray(body) ? Promise.all(body.map(answer)) : answer(body as Call)))
      .then((json) => response.end(JSON.stringify(json)))
      .catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    remember: async (block, to) => {
      const params = [HISTORY_CONTRACT, [slotOf(to)], toQuantity(block)];
      const call = { jsonrpc: "2.0", id: 1, method: "eth_getProof", params };
      const { result } = (await forward(call)) as { result?: unknown };
      if (result === undefined) throw new Error(`the node proves nothing of block ${block}`);
      kept.set(JSON.stringify(params), result);
    },
    refuseProofs: () => (refuses = true),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
