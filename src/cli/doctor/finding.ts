import { OnusError } from "../../errors/onus-error.js";

/** What a check found. */
export type Finding = {
  /** As the report names it. */
  readonly check: string;
  readonly level: "ok" | "warn" | "fail";
  readonly says: string;
  /** What to type or do next; for warnings and failures. */
  readonly next?: string;
};

export const ok = (check: string, says: string): Finding => ({ check, level: "ok", says });

export const warn = (check: string, says: string, next: string): Finding => ({
  ...{ check, says, next },
  level: "warn",
});

export const fail = (check: string, says: string, next: string): Finding => ({
  ...{ check, says, next },
  level: "fail",
});

/** A check that met an error of the catalogue: its sentence and its hint. */
export function failBy(check: string, error: unknown): Finding {
  if (error instanceof OnusError) return fail(check, error.message, error.hint);
  throw error;
}
