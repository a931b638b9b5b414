// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Wrapping i32 sums of bytes and of products of bytes, 32 at a time
/// @notice A run is `n` bytes of calldata from an absolute offset. Bytes at or beyond the end of calldata read as zero:
/// padding by zero is a run at `msg.data.length`. Nothing behind the n-th byte has any influence.
/// @dev Results are exact modulo 2^32; totals are i32 in the low 32 bits, upper bits zero.
library IntegerDot {
    /// @notice Adds the dot product of two runs.
    /// @param total Running i32 total.
    /// @param pa Calldata offset of the first run.
    /// @param pb Calldata offset of the second run.
    /// @param n Elements in each run.
    /// @param signedA Whether the first run's bytes are i8 (else u8); `signedB` likewise.
    function run(
        uint256 total,
        uint256 pa,
        uint256 pb,
        uint256 n,
        bool signedA,
        bool signedB
    ) internal pure returns (uint256) {
        assembly ("memory-safe") {
            // A signed byte x is (x ^ 0x80) - 128 with x ^ 0x80 unsigned: flip the sign bits of all 32 bytes at once, and
            // later take 128 from each 32-bit lane. For unsigned operands both constants are 0.
            let flipA := mul(0x8080808080808080808080808080808080808080808080808080808080808080, signedA)
            let flipB := mul(0x8080808080808080808080808080808080808080808080808080808080808080, signedB)
            let biasA := and(flipA, 0x000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff)
            let biasB := and(flipB, 0x000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff)
            for {} n {} {
                let a := calldataload(pa)
                let b := calldataload(pb)
                if lt(n, 32) {
                    let k := sub(256, shl(3, n))
                    a := shl(k, shr(k, a))
                    b := shl(k, shr(k, b))
                    n := 32
                }
                n := sub(n, 32)
                pa := add(pa, 32)
                pb := add(pb, 32)
                a := xor(a, flipA)
                b := xor(b, flipB)
                // Reverse the eight 32-bit lanes of b (bytes keep their place in the lane).
                b := or(shl(128, b), shr(128, b))
                b := or(
                    and(shr(64, b), 0xffffffffffffffff0000000000000000ffffffffffffffff),
                    shl(64, and(b, 0xffffffffffffffff0000000000000000ffffffffffffffff))
                )
                b := or(
                    and(shr(32, b), 0xffffffff00000000ffffffff00000000ffffffff00000000ffffffff),
                    shl(32, and(b, 0xffffffff00000000ffffffff00000000ffffffff00000000ffffffff))
                )
                // One byte of every lane as a base-2^32 number X = sum x_i 2^(32 i), digits in -128..255; Y likewise from
                // the reversed word. The digit of X * Y at 2^224 is sum x_i y_(7-i): eight products of equal index. Digits
                // above it leave the word. Four such products, one per byte of the lane, have together less than
                // 2^(192 + 32) / 2^4 below that digit, of either sign: adding 2^223 makes the shift round to it.
                let mask := 0x000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff
                let s := mul(sub(and(a, mask), biasA), sub(and(b, mask), biasB))
                s := add(s, mul(sub(and(shr(8, a), mask), biasA), sub(and(shr(8, b), mask), biasB)))
                s := add(s, mul(sub(and(shr(16, a), mask), biasA), sub(and(shr(16, b), mask), biasB)))
                s := add(s, mul(sub(and(shr(24, a), mask), biasA), sub(and(shr(24, b), mask), biasB)))
                total := add(total, shr(224, add(s, shl(223, 1))))
            }
            total := and(total, 0xffffffff)
        }
        return total;
    }

    /// @notice Adds the bytes of one run.
    /// @param total Running i32 total.
    /// @param pa Calldata offset of the run.
    /// @param n Elements in the run.
    /// @param signed Whether the bytes are i8 (else u8).
    function sum(uint256 total, uint256 pa, uint256 n, bool signed) internal pure returns (uint256) {
        assembly ("memory-safe") {
            let flip := mul(0x8080808080808080808080808080808080808080808080808080808080808080, signed)
            let bias := mul(0x1000, signed)
            for {} n {} {
                let a := calldataload(pa)
                if lt(n, 32) {
                    let k := sub(256, shl(3, n))
                    a := shl(k, shr(k, a))
                    n := 32
                }
                n := sub(n, 32)
                pa := add(pa, 32)
                a := xor(a, flip)
                // Sixteen 16-bit lanes of at most 510 each; times a word of ones the top lane is the sum of all, < 2^16.
                let pairs := add(
                    and(a, 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff),
                    and(shr(8, a), 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff)
                )
                pairs := mul(pairs, 0x0001000100010001000100010001000100010001000100010001000100010001)
                // 32 bytes were raised by 128 each if signed.
                total := sub(add(total, shr(240, pairs)), bias)
            }
            total := and(total, 0xffffffff)
        }
        return total;
    }
}
