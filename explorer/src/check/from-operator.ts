import type { ModelDetail, OperatorSummary } from "onus/api";

import { askIndex } from "../api.ts";

/** What stands at an operator's endpoint; undefined where it does not answer, or answers something else than 200. */
export async function fromOperator(endpoint: string, path: string): Promise<Uint8Array | undefined> {
  if (!/^https?:/.test(endpoint)) return undefined;
  try {
    const answer = await fetch(endpoint.replace(/\/$/, "") + path);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

/** Most operators that are asked for an artifact. */
const MOST_ASKED = 4;

/** The artifact of a model from whichever operator that serves it has it; `first` is asked first. */
export async function artifactFromAnybody(
  api: string,
  model: ModelDetail | string,
  first?: string,
): Promise<Uint8Array | undefined> {
  const { id, servedBy } =
    typeof model === "string" ? await askIndex<ModelDetail>(api, `/v1/models/${model}`) : model;
  const others = [
    ...new Set([...(first === undefined ? [] : [first]), ...servedBy.map(({ operator }) => operator)]),
  ];
  for (const address of others.slice(0, MOST_ASKED)) {
    const { endpoint } = await askIndex<OperatorSummary>(api, `/v1/operators/${address}`);
    const found = await fromOperator(endpoint, `/v1/models/${id}/artifact`);
    if (found !== undefined) return found;
  }
  return undefined;
}
