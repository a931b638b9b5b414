import { createServer, type Server } from "node:http";

export interface FragileProxy {
  readonly url: string;
  /** Transactions still let through; after the last one every connection is cut. */
  allow: number;
  readonly close: () => Promise<void>;
}

/** Stands between a client and a node, and goes away in the middle of its work, as a crashed client or a bad line does. */
export async function startFragileProxy(node: string, allow: number): Promise<FragileProxy> {
  const proxy = { allow };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      if (proxy.allow <= 0) return void request.socket.destroy();
      if (/"eth_send(Raw)?Transaction"/.test(body)) proxy.allow--;
      const isLast = proxy.allow <= 0;
      fetch(node, { method: "POST", body, headers: { "content-type": "application/json" } })
        // The last transaction arrives, and its sender never hears of it.
        .then(async (answer) => (isLast ? request.socket.destroy() : response.end(await answer.text())))
        .catch(() => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
