import { keccak_256 } from "@noble/hashes/sha3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** Floats of a shape, uniform in a range and the same for the same seed. */
export function randomFloats(
  shape: readonly number[],
  { seed, low = -1, high = 1 }: { seed: string; low?: number; high?: number },
): Float32Array {
  const count = shape.reduce((product, extent) => product * extent, 1);
  let state = new DataView(keccak_256(utf8ToBytes(seed)).buffer).getUint32(0);
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}
