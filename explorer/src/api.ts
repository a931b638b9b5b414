import type { ApiError } from "onus/api";
import { createContext, useContext, useEffect, useState } from "react";

import { short } from "./format.ts";
import type { Settings } from "./settings.ts";

export const SettingsContext = createContext<Settings>({
  ...{ api: "", name: "", stakeUnit: "WETH", nativeUnit: "ETH", names: {} },
});
export const useSettings = (): Settings => useContext(SettingsContext);

/** What something is called by whoever serves this page, else its hash in short. */
export function useNames(): (hash: string) => string {
  const { names } = useSettings();
  return (hash) => names[hash.toLowerCase()] ?? short(hash);
}

/** What a page knows of an answer it asked for. */
export type Answer<Value> =
  | { readonly state: "waiting" }
  | { readonly state: "failed"; readonly code: string; readonly message: string; readonly hint?: string }
  | { readonly state: "here"; readonly value: Value };

export class ApiFailure extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  constructor({ code, message, hint }: ApiError) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Asks the index. Throws `ApiFailure` with what the index said. */
export async function askIndex<Value>(base: string, path: string, signal?: AbortSignal): Promise<Value> {
  const answer = await fetch(base + path, signal === undefined ? {} : { signal });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && body !== undefined) return body as Value;
  const said = (body ?? {}) as Partial<ApiError>;
  throw new ApiFailure({
    code: said.code ?? `HTTP ${answer.status}`,
    message: said.message ?? "the index does not answer as an index does",
    ...(said.hint !== undefined && { hint: said.hint }),
  });
}

/**
 * What the index answers to a path, asked again every `every` milliseconds where something may happen meanwhile. No path,
 * no question. What was answered stays while it is asked again.
 */
export function useIndex<Value>(path: string | undefined, every?: number): Answer<Value> {
  const { api } = useSettings();
  const [known, setKnown] = useState<{ path: string | undefined; answer: Answer<Value> }>({
    ...{ path, answer: { state: "waiting" } },
  });
  useEffect(() => {
    if (path === undefined) return undefined;
    const ending = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const value = await askIndex<Value>(api, path, ending.signal);
        setKnown({ path, answer: { state: "here", value } });
      } catch (error) {
        if (ending.signal.aborted) return;
        const { message, code = "UNREACHABLE", hint } = error as ApiFailure;
        const failed = { state: "failed" as const, code, message, ...(hint !== undefined && { hint }) };
        setKnown((before) =>
          // A look that fails once does not take away what is there.
          before.path === path && before.answer.state === "here" ? before : { path, answer: failed },
        );
      }
    };
    void ask();
    const timer = every === undefined ? undefined : setInterval(() => void ask(), every);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [api, path, every]);
  return known.path === path ? known.answer : { state: "waiting" };
}

/** How often a page looks again where things happen, in milliseconds. */
export const LOOK_EVERY = 4_000;
