import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { Hono } from "hono";

import { OnusError } from "../errors/onus-error.js";
import { loadPeer } from "./load-peer.js";

export type HttpServer = {
  readonly port: number;
  readonly url: string;
  /** Takes no more requests, and ends those under way. */
  readonly close: () => Promise<void>;
};

/** Requests that take longer than this to arrive are dropped, in milliseconds. */
const REQUEST_MILLISECONDS = 60_000;

/** @param listen.port 0 takes any that is free */
export async function serveHttp(listen: {
  readonly app: Hono;
  readonly port: number;
  readonly host?: string;
}): Promise<HttpServer> {
  const { app, port, host = "127.0.0.1" } = listen;
  const { createAdaptorServer } = await loadPeer(
    "@hono/node-server",
    "the HTTP server",
    () => import("@hono/node-server"),
  );
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.requestTimeout = REQUEST_MILLISECONDS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE" ? new OnusError("PORT_TAKEN", { host, port }, { cause: error }) : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: taken, url: `http://${host}:${taken}`, close };
}
