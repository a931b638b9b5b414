import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { OnusError } from "../errors/onus-error.js";
import { openPositions, treeOfItems } from "../trace/tree.js";
import type { Tree } from "../trace/tree.js";
import { bytes32From, ZERO_HASH } from "../types/bytes32.js";
import type { Bytes32 } from "../types/bytes32.js";
import type { Place } from "../types/place.js";
import { parentItem } from "./claim.js";

/** Most parents that a record may name. */
export const MAX_PARENTS = 64;

/** Names a record: a claim of some claim book, and a place in its list. Chain side: contracts/types/RecordRef.sol. */
export type RecordRef = { readonly claimId: Bytes32; readonly recordIndex: number };

/** A record that another one was made from; `book` is that of its claim, on whatever chain. */
export type Parent = RecordRef & { readonly book: Place };

/** The parents of one record, committed: 0..64 of them. */
export type ParentTree = {
  readonly parents: readonly Parent[];
  /** What the record carries, as `parentsRoot` and `parentsCount`. */
  readonly root: Bytes32;
  readonly count: number;
  readonly items: readonly Bytes32[];
  readonly tree: Tree;
};

/** A place in a list with the siblings that prove it, bottom up. Chain side: `ListOpening`. */
export type ListOpening = { readonly position: number; readonly siblings: Bytes32[] };

/** Throws TOO_MANY_PARENTS over 64: nobody would bind them. */
export function commitParents(parents: readonly Parent[]): ParentTree {
  const count = parents.length;
  if (count > MAX_PARENTS) throw new OnusError("TOO_MANY_PARENTS", { count, most: MAX_PARENTS });
  const items = parents.map((parent) => parentItem(parent, parent.book));
  const tree = listOf(items);
  return { parents, root: bytes32From(tree.root), count, items, tree };
}

/** Proves that the record names parent `position`. */
export const openParent = ({ tree }: ParentTree, position: number): ListOpening => openItem(tree, position);

/** A list of hashes: of tensors, of parents. */
export const listOf = (items: readonly Bytes32[]): Tree =>
  treeOfItems(concatBytes(...items.map((item) => hexToBytes(item.slice(2)))));

/** The root of a list; zero where nothing is in it. */
export const rootOfList = (items: readonly Bytes32[]): Bytes32 =>
  items.length === 0 ? ZERO_HASH : bytes32From(listOf(items).root);

export function openItem(tree: Tree, position: number): ListOpening {
  const stream = openPositions(tree, [position]);
  const siblings = Array.from({ length: stream.length / 32 }, (_, level) =>
    bytes32From(stream.subarray(32 * level, 32 * level + 32)),
  );
  return { position, siblings };
}
