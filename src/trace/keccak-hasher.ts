/**
 * The two hashings a tree is made of. Both take whole buffers, so that an implementation may work on many
 * leaves at once; `out` may be the beginning of the input's own buffer.
 */
export interface KeccakHasher {
  /** Hashes each 128-byte leaf of `bytes` (length a multiple of 128) to 32 bytes of `out`. */
  leaves(bytes: Uint8Array, out: Uint8Array): void;
  /** Hashes each pair of 32-byte nodes of `nodes` (length a multiple of 64) to 32 bytes of `out`. */
  pairs(nodes: Uint8Array, out: Uint8Array): void;
}
