import { traceErrors } from "./trace-errors.js";

/** Every error this package throws: code → sentence, hint, exit status. Codes are API. */
export const catalogue = {
  ...traceErrors,
} as const;

export type Catalogue = typeof catalogue;
export type Code = keyof Catalogue;
export type ContextOf<C extends Code> =
  Parameters<Catalogue[C]["say"]> extends [infer Context] ? Context : Record<never, never>;
