import { createServer } from "node:http";

/** What happens to a request: it passes; its sender ends before it arrives; or after that, before the answer. */
export type Fate = "passes" | "dies before" | "dies after";

/** Stands between a process and a node, and ends the process at the moment that `fateOf` chooses. */
export async function startDeadlyProxy(
  node: string,
  fateOf: (body: string) => Fate,
  end: () => void,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const fate = fateOf(body);
      if (fate === "dies before") return end();
      fetch(node, { method: "POST", body, headers: { "content-type": "application/json" } })
        .then(async (answer) => {
          const text = await answer.text();
          if (fate === "dies after") end();
          else response.end(text);
        })
        .catch(() => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
