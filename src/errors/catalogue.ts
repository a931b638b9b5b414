import { auditErrors } from "./audit-errors.js";
import { chainErrors } from "./chain-errors.js";
import { claimErrors } from "./claim-errors.js";
import { deployErrors } from "./deploy-errors.js";
import { disputeErrors } from "./dispute-errors.js";
import { houseErrors } from "./house-errors.js";
import { importErrors } from "./import-errors.js";
import { operatorErrors } from "./operator-errors.js";
import { runErrors } from "./run-errors.js";
import { serviceErrors } from "./service-errors.js";
import { traceErrors } from "./trace-errors.js";

/**
 * Every error a person or a program can meet: code → what was expected and found, what to type next, exit status.
 *
 * Codes are API: scripts and tests compare them, so a code is never reused for something else. Each room keeps its
 * entries in its own file; this one only joins them. Exit statuses: 0 done, 1 unexpected, 2 wrong usage,
 */
export const catalogue = {
  ...houseErrors,
  ...importErrors,
  ...runErrors,
  ...traceErrors,
  ...claimErrors,
  ...disputeErrors,
  ...chainErrors,
  ...deployErrors,
  ...operatorErrors,
  ...serviceErrors,
  ...auditErrors,
} as const satisfies Record<string, CatalogueEntry>;

/** How one error is told. `say` and `hint` receive the context given to `OnusError`. */
export interface CatalogueEntry {
  readonly say: (context: never) => string;
  readonly hint: string | ((context: never) => string);
  /** Exit status of a command that ends with this error, 1..125. */
  readonly exit: number;
}

export type Code = keyof typeof catalogue;

/** The values an error of code `C` carries: what its sentence is made of. */
export type ContextOf<C extends Code> =
  Parameters<(typeof catalogue)[C]["say"]> extends [infer Context, ...unknown[]] ? Context : undefined;
