import { readFileSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";

import { Hono } from "hono";
import type { Context } from "hono";

import { encodeTraceFile } from "../../src/trace/trace-file.js";
import type { Tree } from "../../src/trace/tree.js";
import type { Shelf } from "./shelf.js";

const TYPES: Readonly<Record<string, string>> = {
  ...{
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
  },
  ".json": "application/json",
};
/** What may be asked of a node through the page's server: to read. */
const METHODS = ["eth_getTransactionByHash", "eth_blockNumber", "eth_chainId"];
const OPEN = { "access-control-allow-origin": "*" };

/** Where the page's server finds what the page asks for. */
export type Behind = {
  /** Built files of the explorer. */
  readonly directory: string;
  readonly api: () => string | undefined;
  readonly rpc?: string;
  readonly name: string;
  /** Names of addresses and ids, in lower case. */
  readonly names?: () => Readonly<Record<string, string>>;
  /** What the operators of a seeded chain hand out. */
  readonly shelf?: () => Shelf | undefined;
};

/** The built explorer, the index behind it, and the endpoints of seeded operators, at one address. */
export function makeSite({ directory, api, rpc, name, names, shelf }: Behind): Hono {
  const app = new Hono();
  app.get("/config.json", (context) =>
    context.json({ name, names: names?.() ?? {}, ...(rpc !== undefined && { rpc: "/rpc" }) }),
  );
  app.all("/v1/*", async (context) => {
    const to = api();
    if (to === undefined)
      return context.json({ code: "STARTING", message: "the index is not there yet" }, 503);
    const { pathname, search } = new URL(context.req.url);
    const { method } = context.req.raw;
    const body = method === "POST" ? await context.req.text() : undefined;
    const headers = { "content-type": "application/json" };
    const answer = await fetch(to.replace(/\/$/, "") + pathname + search, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
  });
  app.post("/rpc", async (context) => {
    const body = (await context.req.json()) as { method?: string };
    if (rpc === undefined || !METHODS.includes(body.method ?? ""))
      return context.json({ error: "not here" }, 403);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(rpc, { method: "POST", headers, body: JSON.stringify(body) });
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
  });
  app.get("/operators/:name/v1/*", (context, next) => {
    const known = shelf?.();
    // The page of an operator begins with an address.
    if (known === undefined || context.req.param("name").startsWith("0x")) return next();
    return Promise.resolve(fromShelf(known, context));
  });
  app.get("*", (context) => {
    const path = normalize(new URL(context.req.url).pathname);
    const file = join(directory, path);
    const isInside = file.startsWith(directory + sep);
    const asset = isInside && extname(file) !== "" ? read(file) : undefined;
    if (asset === undefined && extname(path) !== "") return context.notFound();
    const body = asset ?? read(join(directory, "index.html")) ?? new Uint8Array();
    const type = TYPES[asset === undefined ? ".html" : extname(file)] ?? "application/octet-stream";
    return context.body(body as Uint8Array<ArrayBuffer>, 200, { "content-type": type });
  });
  return app;
}

/** The part of an operator's HTTP interface that a check needs (docs/flows/operator.md). */
function fromShelf({ models, claims }: Shelf, context: Context): Response {
  const path = new URL(context.req.url).pathname.split("/").slice(4);
  const raw = (bytes: Uint8Array | undefined): Response =>
    bytes === undefined
      ? context.json({ error: { code: "NOT_KEPT" } }, 404, OPEN)
      : context.body(bytes as Uint8Array<ArrayBuffer>, 200, {
          ...OPEN,
          "content-type": "application/octet-stream",
        });
  const [noun, id = "", part, index = "0", piece, number = "0"] = path;
  if (noun === "models" && part === "artifact") return raw(models.get(id as never)?.file);
  const claimed = claims.get(id as never);
  if (noun !== "claims" || claimed === undefined || !claimed.isShown || part !== "records")
    return raw(undefined);
  const trace = claimed.traces[Number(index)];
  if (trace === undefined) return raw(undefined);
  if (piece === "inputs" || piece === "outputs") {
    const list = piece === "inputs" ? "input" : "output";
    return raw((trace.tensor(list, Number(number)) as Tree | undefined)?.source);
  }
  return raw(
    piece === "trace" ? encodeTraceFile({ artifactId: claimed.model.committed.id, trace }) : undefined,
  );
}

function read(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
