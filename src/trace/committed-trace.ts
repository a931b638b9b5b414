import type { Tree } from "./tree.js";

/** The three lists a record commits to besides its parents. */
export type RecordList = "input" | "output" | "trace";

/**
 * What somebody committed to, as data: the lists and tensors behind a record's roots, with whatever stands at positions
 * that should be absent (a tensor may carry bytes beyond its last element, a list items beyond its count).
 */
export type CommittedTrace = {
  readonly lists: { readonly [list in RecordList]: Tree };
  /** The tensor at an index of a list, or undefined where its bytes are not at hand. */
  tensor(list: RecordList, index: number): Tree | undefined;
};
