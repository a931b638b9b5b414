import type { Context, Hono } from "hono";

import { OnusError } from "../../errors/onus-error.js";
import { parseBytes32 } from "../../types/bytes32.js";
import { toJson } from "../../types/to-json.js";
import { mostBodyBytes, parseInferenceRequest, parseRawRequest } from "../inference-request.js";
import type { InferenceDesk, ServedModel } from "../promises/inference-desk.js";
import type { Archive } from "./archive.js";
import { describeServed } from "./describe-served.js";
import { errorReply } from "./error-reply.js";

const RAW = "application/octet-stream";
const MOST_CLAIMS = 100;

export type Routes = {
  readonly desk: InferenceDesk;
  readonly archive: Archive;
  readonly models: readonly ServedModel[];
  /** What is promised about each model, beside its own terms. */
  readonly terms: () => object;
  /** Requests that are read at one time. */
  readonly mostArriving: () => number;
  readonly fail: (error: unknown) => void;
};

/** Adds what an operator serves; docs/flows/operator.md lists it. */
export function addRoutes(app: Hono, { desk, archive, models, terms, mostArriving, fail }: Routes): void {
  let arriving = 0;
  /** So many bodies are read at one time: each may be as large as an input. */
  const arrive = async <T>(read: () => Promise<T>): Promise<T> => {
    const expected = mostArriving();
    if (arriving >= expected) throw new OnusError("QUEUE_FULL", { actual: arriving, expected });
    arriving++;
    try {
      return await read();
    } finally {
      arriving--;
    }
  };
  const mostBytes = mostBodyBytes(models.map(({ committed }) => committed.artifact));
  const modelOf = (context: Context): ServedModel => {
    const modelId = parseBytes32(context.req.param("modelId") ?? "", "modelId");
    const model = models.find((one) => one.modelId === modelId);
    if (model === undefined) throw new OnusError("MODEL_NOT_SERVED", { modelId });
    return model;
  };
  const place = (context: Context) => ({
    claimId: parseBytes32(context.req.param("claimId") ?? "", "claimId"),
    index: countOf(context.req.param("index"), "index"),
  });
  const item = (context: Context): number => countOf(context.req.param("k"), "the tensor's number");

  // What is handed to anybody may be read by a page of anywhere: so a record is checked in a browser.
  app.use("/v1/*", async (context, next) => {
    await next();
    if (context.req.method === "GET") context.header("access-control-allow-origin", "*");
  });
  app.get("/v1/models", (context) => json(context, { ...terms(), models: models.map(describeModel) }));
  app.get("/v1/models/:modelId/artifact", (context) => {
    const { committed, file } = modelOf(context);
    const etag = `"${committed.id}"`;
    const headers = { etag, "cache-control": "public, max-age=31536000, immutable" };
    if (context.req.header("if-none-match") === etag) return context.body(null, 304, headers);
    return context.body(file as Uint8Array<ArrayBuffer>, 200, { ...headers, "content-type": RAW });
  });
  app.post("/v1/infer/:modelId", async (context) => {
    const { modelId, committed } = modelOf(context);
    const { artifact } = committed;
    const body = await arrive(() => readBody(context.req.raw, mostBytes));
    const isRaw = context.req.header("content-type")?.startsWith(RAW) === true;
    const { requester, salt } = context.req.query();
    const request = isRaw
      ? parseRawRequest(body, { requester, salt }, artifact)
      : parseInferenceRequest(new TextDecoder().decode(body), artifact);
    return json(context, describeServed(await desk.serve(modelId, request), artifact));
  });
  app.get("/v1/receipts/:requestId", (context) =>
    json(context, archive.receipt(parseBytes32(context.req.param("requestId"), "requestId"))),
  );
  app.get("/v1/claims", (context) => {
    const { before, limit } = context.req.query();
    const most = Math.min(MOST_CLAIMS, limit === undefined ? MOST_CLAIMS : countOf(limit, "limit"));
    const from = before === undefined ? Number.MAX_SAFE_INTEGER : countOf(before, "before");
    return json(context, archive.claims(from, most));
  });
  app.get("/v1/claims/:claimId", (context) =>
    context.body(archive.claimFile(parseBytes32(context.req.param("claimId"), "claimId")), 200, {
      "content-type": "application/json",
    }),
  );
  app.get("/v1/claims/:claimId/records", (context) => {
    const { from = "0", count = "256" } = context.req.query();
    const claimId = parseBytes32(context.req.param("claimId"), "claimId");
    return json(context, archive.records(claimId, countOf(from, "from"), countOf(count, "count")));
  });
  app.get("/v1/claims/:claimId/records/:index", (context) => json(context, archive.record(place(context))));
  app.get("/v1/claims/:claimId/records/:index/inputs/:k", (context) =>
    raw(context, archive.input(place(context), item(context))),
  );
  app.get("/v1/claims/:claimId/records/:index/outputs/:k", async (context) =>
    raw(context, await archive.output(place(context), item(context))),
  );
  app.get("/v1/claims/:claimId/records/:index/trace", async (context) =>
    raw(context, await archive.traceFile(place(context))),
  );
  app.get("/v1/claims/:claimId/records/:index/trace/:k", async (context) => {
    const { level, index: first = "0", count = "64" } = context.req.query();
    const where = { ...place(context), tensor: item(context) };
    if (level === undefined) return raw(context, await archive.traceTensor(where));
    const span = { first: countOf(first, "index"), count: countOf(count, "count") };
    return raw(context, await archive.traceNodes(where, { level: countOf(level, "level"), ...span }));
  });

  app.notFound((context) => {
    const { status, body } = errorReply(new OnusError("NOT_KEPT", { what: "page", id: context.req.path }));
    return context.json(body, status);
  });
  app.onError((error, context) => {
    const { status, body, retryAfter } = errorReply(error);
    if (status === 500) fail(error);
    return context.json(body, status, retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` });
  });
}

/** What a model takes, gives and is promised with. */
function describeModel({ modelId, committed, terms }: ServedModel) {
  const { artifact, id } = committed;
  const { liability, maxRecords, window, inclusion } = terms;
  return {
    ...{ modelId, artifactId: id, inputs: artifact.inputs, outputs: artifact.outputs },
    terms: {
      ...{ liability, maxRecords, window, inclusion },
      // What a reader of one record may count on.
      liabilityPerRecord: liability / BigInt(maxRecords),
    },
  };
}

/** Reads a body without taking more than so many bytes, whatever its length is said to be. */
async function readBody(request: Request, mostBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) {
    throw new OnusError("BODY_TOO_LARGE", { expected: mostBytes });
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += (part as Uint8Array).length;
    if (bytes > mostBytes) throw new OnusError("BODY_TOO_LARGE", { expected: mostBytes });
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts);
}

/** JSON with amounts and times as decimal strings. */
const json = (context: Context, value: unknown): Response =>
  context.body(toJson(value), 200, { "content-type": "application/json" });

const raw = (context: Context, bytes: Uint8Array): Response =>
  context.body(bytes as Uint8Array<ArrayBuffer>, 200, { "content-type": RAW });

function countOf(text: string | undefined, name: string): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new OnusError("MALFORMED_VALUE", { name, expected: "a whole number", found: JSON.stringify(text) });
}
