import { DTYPES, dtypeCode, elementBytes } from "./dtype.js";
import type { Dtype } from "./dtype.js";
import { LIMITS } from "./kernel.js";

/** What the model says of one tensor: authoritative for every kernel that makes or reads it. */
export type TensorEntry = { readonly count: number; readonly dtype: Dtype };

export const TABLE_ENTRY_BYTES = 8;
export const LEAF_BYTES = 128;

/** Encodes entries of eight bytes: u32 element count (little-endian), u8 dtype, three zero bytes. */
export function encodeTable(entries: readonly TensorEntry[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * TABLE_ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  entries.forEach(({ count, dtype }, id) => {
    view.setUint32(id * TABLE_ENTRY_BYTES, count, true);
    view.setUint8(id * TABLE_ENTRY_BYTES + 4, dtypeCode(dtype));
  });
  return bytes;
}

/** Reads any bytes: an entry with an unknown dtype or a count outside 1..2^27 means u8 × 1. */
export function decodeTable(bytes: Uint8Array): TensorEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: TensorEntry[] = [];
  for (let at = 0; at + TABLE_ENTRY_BYTES <= bytes.length; at += TABLE_ENTRY_BYTES) {
    const count = view.getUint32(at, true);
    const dtype = DTYPES[view.getUint8(at + 4)];
    const known = dtype !== undefined && count >= 1 && count <= LIMITS.elements;
    entries.push(known ? { count, dtype } : { count: 1, dtype: "u8" });
  }
  return entries;
}

/** Leaves of a tensor in the tree. */
export const leafCount = ({ count, dtype }: TensorEntry): number =>
  Math.ceil((count * elementBytes(dtype)) / LEAF_BYTES);

/** Levels above `count` nodes: ceil(log2(count)), 0 for none and one. */
export const depthOf = (count: number): number => (count <= 1 ? 0 : 32 - Math.clz32(count - 1));
