import http from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import https from "node:https";
import { isIP } from "node:net";

import { lookUpPublic, resolveByDns } from "./look-up-public.js";
import type { Resolve } from "./look-up-public.js";
import { isPublicAddress } from "./public-address.js";

/**
 * How nothing usable came. `nowhere`: no address that may be asked; `no answer`: nobody there, or not a word in time;
 * `refusal`: a status that is no success; `size`, `pace`: too much, too slowly; `content`: not what it should be.
 */
export type WithheldKind = "nowhere" | "no answer" | "refusal" | "size" | "pace" | "content";

/** Why nothing usable came; a lie, a silence and a refusal come to the same. */
export class Withheld extends Error {
  override readonly name = "Withheld";
  readonly kind: WithheldKind;
  constructor(message: string, options: ErrorOptions & { readonly kind?: WithheldKind } = {}) {
    super(message, options);
    this.kind = options.kind ?? "content";
  }
}

/** Slowest download that is waited for, in bytes a millisecond. */
const SLOWEST = 100;
/** Connections stay open for so long after an answer, in milliseconds, and so many to one host. */
const KEPT_OPEN = { keepAlive: true, timeout: 5_000, maxFreeSockets: 2 } as const;

/** A connection is taken again only by those who may have opened it. */
const agents = {
  public: { "http:": new http.Agent(KEPT_OPEN), "https:": new https.Agent(KEPT_OPEN) },
  any: { "http:": new http.Agent(KEPT_OPEN), "https:": new https.Agent(KEPT_OPEN) },
};

/** Where a download may lead to. */
export type Reach = {
  /** Whether the address may be one of this machine or of its network: on chains of one's own. */
  readonly allowsPrivate: boolean;
  /** Of names, where only public addresses are asked; DNS if nothing else is named. */
  readonly resolve?: Resolve;
};

/** Bounds of one download; `milliseconds` until it has to be under way at that speed. */
export type Bounds = Reach & {
  readonly mostBytes: number;
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
};

/**
 * Bytes from an address that a stranger named: no more than so many, no slower than that, from nowhere but there, and not
 * from a network that the stranger itself would not reach. Throws `Withheld`.
 */
export async function download(url: URL, bounds: Bounds): Promise<Uint8Array> {
  const { mostBytes, milliseconds, signal } = bounds;
  const late = new AbortController();
  const begun = performance.now();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let isAnswered = false;
  const timer = setInterval(
    () => {
      if (performance.now() - begun > milliseconds + bytes / SLOWEST) late.abort();
    },
    Math.min(milliseconds, 250),
  );
  try {
    const ends = signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]);
    const response = await ask(url, bounds, ends);
    isAnswered = true;
    requireUsable(url, response, mostBytes);
    for await (const part of response) {
      bytes += (part as Uint8Array).length;
      if (bytes > mostBytes) throw tooLarge(url, mostBytes);
      parts.push(part as Uint8Array);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Withheld) throw error;
    const reason = late.signal.aborted
      ? `${bytes} bytes within ${milliseconds} ms`
      : (error as Error).message;
    const kind = isAnswered ? "pace" : "no answer";
    throw new Withheld(`${url.pathname}: ${reason}`, { cause: error, kind });
  } finally {
    clearInterval(timer);
  }
  return Buffer.concat(parts);
}

/** Asks once; again only where a connection that was kept open turns out to be closed. */
async function ask(url: URL, reach: Reach, signal: AbortSignal): Promise<IncomingMessage> {
  const { protocol } = url;
  if (protocol !== "http:" && protocol !== "https:") {
    throw new Withheld(`${url.href} is no http address`, { kind: "nowhere" });
  }
  const { allowsPrivate, resolve = resolveByDns } = reach;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // Names are looked at when they are resolved; a literal address is never resolved.
  if (!allowsPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw notPublic(host);
  const agent = agents[allowsPrivate ? "any" : "public"][protocol];
  const lookup = lookUpPublic(resolve, () => notPublic(host));
  const options = { agent, signal, ...(!allowsPrivate && { lookup }) };
  const { request } = protocol === "https:" ? https : http;
  for (;;) {
    let asked: ClientRequest | undefined;
    try {
      return await new Promise<IncomingMessage>((answer, fail) => {
        asked = request(url, options).once("response", answer).on("error", fail);
        // Whoever turns to another protocol is left without a word; without this one waits for ever.
        asked.once("close", () => fail(new Error("closed without an answer"))).end();
      });
    } catch (error) {
      const isStale = asked?.reusedSocket === true && (error as { code?: string }).code === "ECONNRESET";
      if (!isStale) throw error;
    }
  }
}

/** Nothing else is followed or unpacked: what is meant is the bytes that were asked for. */
function requireUsable(url: URL, response: IncomingMessage, mostBytes: number): void {
  const { statusCode = 0, headers } = response;
  const refuse = (problem: Withheld): never => {
    response.destroy();
    throw problem;
  };
  if (statusCode < 200 || statusCode > 299) {
    refuse(new Withheld(`${url.pathname}: status ${statusCode}`, { kind: "refusal" }));
  }
  if ((headers["content-encoding"] ?? "identity") !== "identity") {
    refuse(new Withheld(`${url.pathname}: packed as ${headers["content-encoding"]}`));
  }
  if (Number(headers["content-length"] ?? 0) > mostBytes) refuse(tooLarge(url, mostBytes));
}

const tooLarge = (url: URL, mostBytes: number): Withheld =>
  new Withheld(`${url.pathname}: more than ${mostBytes} bytes`, { kind: "size" });

const notPublic = (host: string): Withheld =>
  new Withheld(`${host} is no address of the open internet; --allow-private-endpoints asks there too`, {
    kind: "nowhere",
  });
