import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Bytes32 } from "../../src/types/bytes32.js";

/** How an operator treats whoever asks for what it claimed. */
export type Manner = "shows all" | "hides records" | "hides inputs" | "lies" | "hangs";

export type StubClaim = {
  /** claim.json */
  readonly file: string;
  readonly inputs: readonly Uint8Array[];
  manner: Manner;
};

/** An operator's endpoint that serves what a test gives it. */
export async function startOperatorStub() {
  const claims = new Map<string, StubClaim>();
  const artifacts = new Map<string, Uint8Array>();
  const hanging = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const parts = (request.url ?? "").split("/").slice(2);
    const [kind, id = "", what, , , k] = parts;
    const claim = kind === "claims" ? claims.get(id) : undefined;
    const send = (body: string | Uint8Array | undefined): void => {
      response.statusCode = body === undefined ? 404 : 200;
      response.end(body);
    };
    if (kind === "models") return send(artifacts.get(id));
    if (claim?.manner === "hangs") return void hanging.add(response);
    if (what === undefined) return send(claim?.manner === "hides records" ? undefined : claim?.file);
    const input = claim?.inputs[Number(k)];
    if (claim?.manner === "hides inputs" || input === undefined) return send(undefined);
    return send(claim?.manner === "lies" ? input.map((byte) => byte ^ 1) : input);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    claims: {
      show: (id: Bytes32, claim: StubClaim): void => void claims.set(id, claim),
      treat: (id: Bytes32, manner: Manner): void => {
        const claim = claims.get(id);
        if (claim !== undefined) claim.manner = manner;
      },
    },
    artifacts,
    stop: async (): Promise<void> => {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type OperatorStub = Awaited<ReturnType<typeof startOperatorStub>>;
