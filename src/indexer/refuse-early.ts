import { OnusError } from "../errors/onus-error.js";
import type { IndexDatabase } from "./open-index.js";

/** Posts nest less deep by far; parsing millions of brackets takes seconds and half a gigabyte. */
const MOST_DEPTH = 16;

/** Refuses a text before it is parsed. No string of a post has brackets, so none is told from another. */
export function refuseDeep(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    // "[" and "{", "]" and "}" differ in this bit.
    if (code === 0x7b && ++depth > MOST_DEPTH)
      throw new OnusError("CLAIM_FILE", { expected: `at most ${MOST_DEPTH} levels`, found: "a deeper one" });
    if (code === 0x7d) depth--;
  }
}

/** Refuses a claim file over a list that no claim is over: to hash one of thousands takes a second. */
export async function refuseUnknown(db: IndexDatabase, file: object): Promise<void> {
  const { claim, records } = file as { claim?: { recordsRoot?: unknown }; records?: unknown };
  const root = claim?.recordsRoot;
  if (typeof root !== "string" || !Array.isArray(records)) return;
  const found = await db
    .selectFrom("claims")
    .select("id")
    .where("records_root", "=", root.toLowerCase())
    .where("n", "=", records.length)
    .limit(1)
    .execute();
  if (found.length === 0)
    throw new OnusError("NOT_INDEXED", { what: "claim over the list of records", id: root.slice(0, 66) });
}
