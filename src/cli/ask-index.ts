import { OnusError } from "../errors/onus-error.js";
import { visibleLine } from "../types/visible-text.js";

/** Longest time one answer of an index may take, in milliseconds. */
const MOST_MILLISECONDS = 30_000;

type Refusal = { readonly code?: string; readonly message?: string; readonly hint?: string };

/** Asks the HTTP API of an index (docs/api.md). What it refuses is told with its own sentence. */
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
  const answer = (await response.json().catch(() => undefined)) as (Answer & Refusal) | undefined;
  if (response.ok && answer !== undefined) return answer;
  if (response.status === 400 && answer?.message !== undefined)
    throw new OnusError("INDEX_REFUSED", {
      message: visibleLine(answer.message),
      hint: visibleLine(answer.hint ?? "docs/api.md says what it takes"),
    });
  if (response.status === 404) throw new OnusError("NOT_INDEXED", { what: "answer to", id: path });
  throw new OnusError("INDEX_UNREACHABLE", {
    url,
    reason: visibleLine(answer?.message ?? `status ${response.status}`),
  });
}
