import { toJson } from "../types/to-json.js";
import { OnusError } from "./onus-error.js";

/** How an error is told at the end of a command: two lines for a person, or one JSON object. */
export function formatError(error: unknown, { json = false }: { json?: boolean } = {}): string {
  return json ? toJson({ error: describe(error) }) : tell(error);
}

/** Exit status of a command that ends with `error`: the catalogue's, or 1 for an error nobody foresaw. */
export function exitStatus(error: unknown): number {
  return error instanceof OnusError ? error.exit : 1;
}

function tell(error: unknown): string {
  if (error instanceof OnusError) return `error ${error.code}: ${error.message}\n  hint: ${error.hint}`;
  // Nobody foresaw it: the stack is what a report needs.
  return `unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function describe(error: unknown): Record<string, unknown> {
  if (error instanceof OnusError) {
    return { code: error.code, message: error.message, hint: error.hint, context: error.context };
  }
  return { code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error) };
}
