// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title The largest and the smallest binary32 of a run, eight at a time
/// @notice A run is `n` little-endian binary32 in calldata from an absolute byte offset; beyond the calldata everything is
/// +0, and nothing behind the n-th element has any influence. Results equal `Float32.max(best, a_i)` (or `min`) element by
/// element: a NaN wins, -0 < +0. Neither depends on the order, so the lanes run in parallel.
library Extremum {
    /// @param best The largest so far, a binary32; -infinity (0xff800000) to begin with.
    /// @param pa Calldata offset of the run.
    /// @param n Elements in the run.
    function max(uint256 best, uint256 pa, uint256 n) internal pure returns (uint256) {
        return _greatest(best, pa, n, 0);
    }

    /// @param best The smallest so far, a binary32; +infinity (0x7f800000) to begin with.
    function min(uint256 best, uint256 pa, uint256 n) internal pure returns (uint256) {
        return _greatest(best, pa, n, type(uint256).max);
    }

    /// @param flip All ones turns the order round.
    function _greatest(uint256 best, uint256 pa, uint256 n, uint256 flip) private pure returns (uint256) {
        assembly ("memory-safe") {
            let end := add(pa, shl(2, n))
            let even := 0
            let odd := 0
            let nan := gt(and(best, 0x7fffffff), 0x7f800000)
            nan := shl(31, nan)
            for {} lt(pa, end) {
                pa := add(pa, 32)
            } {
                let w := calldataload(pa)
                let keep := not(0)
                if lt(sub(end, pa), 32) {
                    keep := shl(shl(3, sub(32, sub(end, pa))), keep)
                    w := and(w, keep)
                }
                w := or(
                    shl(8, and(w, 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff)),
                    and(shr(8, w), 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff)
                )
                w := or(
                    shl(16, and(w, 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff)),
                    and(shr(16, w), 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff)
                )
                // Bit 31 of a lane: is its magnitude above that of infinity?
                nan := or(
                    nan,
                    add(
                        and(w, 0x7fffffff7fffffff7fffffff7fffffff7fffffff7fffffff7fffffff7fffffff),
                        0x007fffff007fffff007fffff007fffff007fffff007fffff007fffff007fffff
                    )
                )
                // Keys in the order of the values, as unsigned integers: the sign bit turned, and all others too where it
                // was set. A lane behind the end gets 0, the least key.
                let negative := and(
                    shr(31, w),
                    0x0000000100000001000000010000000100000001000000010000000100000001
                )
                w := xor(
                    w,
                    or(
                        0x8000000080000000800000008000000080000000800000008000000080000000,
                        mul(negative, 0x7fffffff)
                    )
                )
                w := and(xor(w, flip), keep)
                // Four lanes of 64 bits: 2^32 + x - y keeps bit 32 iff x >= y, then x stays, else y takes its place.
                let y := and(w, 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff)
                let stays := and(
                    shr(
                        32,
                        sub(or(even, 0x0000000100000000000000010000000000000001000000000000000100000000), y)
                    ),
                    0x0000000000000001000000000000000100000000000000010000000000000001
                )
                even := xor(y, and(xor(even, y), mul(stays, 0xffffffff)))
                y := and(shr(32, w), 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff)
                stays := and(
                    shr(
                        32,
                        sub(or(odd, 0x0000000100000000000000010000000000000001000000000000000100000000), y)
                    ),
                    0x0000000000000001000000000000000100000000000000010000000000000001
                )
                odd := xor(y, and(xor(odd, y), mul(stays, 0xffffffff)))
            }
            switch and(nan, 0x8000000080000000800000008000000080000000800000008000000080000000)
            case 0 {
                let key := and(
                    xor(xor(best, or(0x80000000, mul(shr(31, best), 0x7fffffff))), flip),
                    0xffffffff
                )
                even := or(even, shl(32, odd))
                for {} even {
                    even := shr(32, even)
                } {
                    let other := and(even, 0xffffffff)
                    if gt(other, key) {
                        key := other
                    }
                }
                key := and(xor(key, flip), 0xffffffff)
                best := xor(key, or(0x80000000, mul(iszero(shr(31, key)), 0x7fffffff)))
            }
            default {
                best := 0x7fc00000
            }
        }
        return best;
    }
}
