import { OnusError } from "../errors/onus-error.js";
import { visibleLine } from "../types/visible-text.js";

/** Longest time one answer of an index may take, in milliseconds. */
const MOST_MILLISECONDS = 30_000;

/** Asks the HTTP API of an index (docs/api.md). Its refusals are errors of their own codes. */
export async function askIndex<Answer>(url: string, path: string, body?: string): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      signal: AbortSignal.timeout(MOST_MILLISECONDS),
      ...(body !== undefined && { method: "POST", body, headers: { "content-type": "application/json" } }),
    });
  } catch (cause) {
    throw new OnusError("INDEX_UNREACHABLE", { url, reason: (cause as Error).message }, { cause });
  }
  const answer = (await response.json().catch(() => undefined)) as
    (Answer & { readonly code?: string; readonly message?: string }) | undefined;
  if (response.ok && answer !== undefined) return answer;
  if (response.status === 404) throw new OnusError("NOT_INDEXED", { what: "answer to", id: path });
  throw new OnusError("INDEX_UNREACHABLE", {
    url,
    reason: visibleLine(answer?.message ?? `status ${response.status}`),
  });
}
