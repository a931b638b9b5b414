// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title i32 arithmetic that never traps
/// @notice Every value is an i32 in two's complement in the low 32 bits of a word; the upper 224 bits are zero on the
/// way in and on the way out.
library Int32 {
    uint256 private constant WORD = 0xffffffff;
    uint256 private constant SIGN = 0x80000000;

    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return (a + b) & WORD;
        }
    }

    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return (a - b) & WORD;
        }
    }

    /// @return The low 32 bits of the product.
    function mul(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return (a * b) & WORD;
        }
    }

    /// @return r The quotient towards zero; x / 0 = 0, MIN / -1 = MIN.
    function div(uint256 a, uint256 b) internal pure returns (uint256 r) {
        // SDIV by 0 is 0, and 2^31 cut to 32 bits is MIN.
        assembly ("memory-safe") {
            r := and(sdiv(signextend(3, a), signextend(3, b)), 0xffffffff)
        }
    }

    /// @return r The remainder with the sign of `a`; x mod 0 = x, MIN mod -1 = 0.
    function mod(uint256 a, uint256 b) internal pure returns (uint256 r) {
        if (b == 0) return a;
        assembly ("memory-safe") {
            r := and(smod(signextend(3, a), signextend(3, b)), 0xffffffff)
        }
    }

    function neg(uint256 a) internal pure returns (uint256) {
        unchecked {
            return (0 - a) & WORD;
        }
    }

    /// @return |a|; MIN stays MIN.
    function abs(uint256 a) internal pure returns (uint256) {
        return a & SIGN == 0 ? a : neg(a);
    }

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ SIGN < b ^ SIGN ? a : b;
    }

    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ SIGN < b ^ SIGN ? b : a;
    }

    function and(uint256 a, uint256 b) internal pure returns (uint256) {
        return a & b;
    }

    function or(uint256 a, uint256 b) internal pure returns (uint256) {
        return a | b;
    }

    function xor(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ b;
    }

    function not(uint256 a) internal pure returns (uint256) {
        return a ^ WORD;
    }

    /// @param b Only the low five bits count, as in WebAssembly; likewise below.
    function shl(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a << (b & 31)) & WORD;
    }

    /// @return Zeros shifted in.
    function shr(uint256 a, uint256 b) internal pure returns (uint256) {
        return a >> (b & 31);
    }

    /// @return r Copies of the sign shifted in.
    function sar(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            r := and(sar(and(b, 31), signextend(3, a)), 0xffffffff)
        }
    }

    /// @return 1 iff a = b.
    function eq(uint256 a, uint256 b) internal pure returns (uint256) {
        return a == b ? 1 : 0;
    }

    /// @return 1 iff a < b, signed; likewise below.
    function lt(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ SIGN < b ^ SIGN ? 1 : 0;
    }

    function le(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ SIGN <= b ^ SIGN ? 1 : 0;
    }

    /// @return `a` clamped to 0..255.
    function toU8(uint256 a) internal pure returns (uint256) {
        if (a & SIGN != 0) return 0;
        return a > 255 ? 255 : a;
    }

    /// @return `a` clamped to -128..127, as one byte in two's complement.
    function toI8(uint256 a) internal pure returns (uint256) {
        unchecked {
            if (a & SIGN == 0) return a > 127 ? 127 : a;
            return a < 0xffffff80 ? 0x80 : a & 0xff;
        }
    }
}
