/** Why nothing usable came; a lie, a silence and a refusal come to the same. */
export class Withheld extends Error {
  override readonly name = "Withheld";
}

/** Slowest download that is waited for, in bytes a millisecond. */
const SLOWEST = 100;

/** Bounds of one download; `milliseconds` until it has to be under way at that speed. */
export type Bounds = {
  readonly mostBytes: number;
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
};

/**
 * Bytes from an address that a stranger named: no more than so many, no slower than that, from nowhere but there. Throws
 * `Withheld`.
 */
export async function download(url: URL, { mostBytes, milliseconds, signal }: Bounds): Promise<Uint8Array> {
  const late = new AbortController();
  const begun = performance.now();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const timer = setInterval(
    () => {
      if (performance.now() - begun > milliseconds + bytes / SLOWEST) late.abort();
    },
    Math.min(milliseconds, 250),
  );
  try {
    const ends = signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]);
    const response = await fetch(url, { redirect: "error", signal: ends });
    if (!response.ok) throw new Withheld(`${url.pathname}: status ${response.status}`);
    for await (const part of response.body ?? []) {
      bytes += (part as Uint8Array).length;
      if (bytes > mostBytes) throw new Withheld(`${url.pathname}: more than ${mostBytes} bytes`);
      parts.push(part as Uint8Array);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Withheld) throw error;
    const reason = late.signal.aborted
      ? `${bytes} bytes within ${milliseconds} ms`
      : (error as Error).message;
    throw new Withheld(`${url.pathname}: ${reason}`, { cause: error });
  } finally {
    clearInterval(timer);
  }
  return Buffer.concat(parts);
}
