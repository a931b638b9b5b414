import type { BlockRef, Bundle, Subject } from "./bundle.js";
import { BUNDLE_FORMAT } from "./bundle.js";
import type { BundleTools } from "./bundle-tools.js";
import { refuse } from "./proven-events.js";
import { readStatement } from "./read-statement.js";

/**
 * Checks everything in a bundle that can be checked without a chain. What is left to believe are the blocks that it
 * gives back, and that the deployment is the one meant. Throws BUNDLE_REFUSED with the fields of which one was changed.
 */
export function verifyBundle(bundle: Bundle, tools: BundleTools): readonly BlockRef[] {
  if (bundle.format !== BUNDLE_FORMAT) throw refuse(["format"], `expected ${BUNDLE_FORMAT}`);
  const kind = kindOf(bundle);
  if (bundle.subject.kind !== kind) {
    const deciding = ["kind", "recordIndex", "tensorRoot", "receiptHash"].map((name) => `subject.${name}`);
    throw refuse(deciding, `they speak of a ${kind} and of a ${bundle.subject.kind}`);
  }
  const found = readStatement(bundle, bundle.statement.deployment, tools);
  const differs = firstDifference(bundle.statement, found, "statement");
  if (differs !== undefined) throw refuse([differs.field], `the evidence says ${differs.expected}`);
  return [bundle.trust.block, ...bundle.trust.others];
}

/** What a bundle is about, from what it holds. */
export function kindOf({ subject }: { readonly subject: Omit<Subject, "kind"> }): Subject["kind"] {
  if (subject.receiptHash !== null) return "receipt";
  if (subject.tensorRoot !== null) return "output";
  return subject.recordIndex === null ? "claim" : "record";
}

type Difference = { readonly field: string; readonly expected: string };

function firstDifference(actual: unknown, expected: unknown, field: string): Difference | undefined {
  if (isObject(actual) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const found = firstDifference(actual[key], expected[key], `${field}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return actual === expected ? undefined : { field, expected: JSON.stringify(expected) ?? "nothing" };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
