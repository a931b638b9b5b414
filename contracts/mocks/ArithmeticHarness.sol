// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Float32} from "../libraries/Float32.sol";
import {Int32} from "../libraries/Int32.sol";

/// @title Scalar arithmetic against expected values, a batch per call
/// @notice Tests only. Vectors are packed as three big-endian u32: a, b, expected. Operations are numbered as in `_binary`
/// and `_unary`; a unary operation ignores b.
contract ArithmeticHarness {
    error UnknownOperation(uint256 operation);

    uint256 private constant FIRST_UNARY = 64;

    /// @param mismatches Vectors whose result is not the expected one; a NaN of any payload is canonical first.
    /// @param first Index of the first of them.
    /// @param result What came out there.
    struct Tally {
        uint256 mismatches;
        uint256 first;
        uint256 result;
    }

    function check(
        uint256 operation,
        bool floating,
        bytes calldata vectors
    ) external pure returns (Tally memory tally) {
        unchecked {
            function(uint256, uint256) internal pure returns (uint256) binary;
            function(uint256) internal pure returns (uint256) unary;
            if (operation < FIRST_UNARY) binary = _binary(operation);
            else unary = _unary(operation);
            uint256 n = vectors.length / 12;
            for (uint256 i; i < n; ++i) {
                (uint256 a, uint256 b, uint256 expected) = _vector(vectors, i);
                b = operation < FIRST_UNARY ? binary(a, b) : unary(a);
                if (floating && b >> 32 == 0) b = Float32.canonical(b);
                if (b != expected && tally.mismatches++ == 0) {
                    tally.first = i;
                    tally.result = b;
                }
            }
        }
    }

    /// @return dearest Gas of the dearest vector, internal call included.
    /// @return index Of that vector.
    function worst(
        uint256 operation,
        bytes calldata vectors
    ) external view returns (uint256 dearest, uint256 index) {
        unchecked {
            function(uint256, uint256) internal pure returns (uint256) binary;
            function(uint256) internal pure returns (uint256) unary;
            if (operation < FIRST_UNARY) binary = _binary(operation);
            else unary = _unary(operation);
            for (uint256 i; i < vectors.length / 12; ++i) {
                (uint256 a, uint256 b, ) = _vector(vectors, i);
                uint256 spent;
                if (operation < FIRST_UNARY) {
                    spent = gasleft();
                    binary(a, b);
                    spent -= gasleft();
                } else {
                    spent = gasleft();
                    unary(a);
                    spent -= gasleft();
                }
                if (spent > dearest) {
                    dearest = spent;
                    index = i;
                }
            }
        }
    }

    function _vector(
        bytes calldata vectors,
        uint256 i
    ) private pure returns (uint256 a, uint256 b, uint256 expected) {
        assembly ("memory-safe") {
            let word := calldataload(add(vectors.offset, mul(i, 12)))
            a := shr(224, word)
            b := and(shr(192, word), 0xffffffff)
            expected := and(shr(160, word), 0xffffffff)
        }
    }

    function _binary(
        uint256 operation
    ) private pure returns (function(uint256, uint256) internal pure returns (uint256)) {
        if (operation == 0) return Float32.add;
        if (operation == 1) return Float32.sub;
        if (operation == 2) return Float32.mul;
        if (operation == 3) return Float32.div;
        if (operation == 4) return Float32.min;
        if (operation == 5) return Float32.max;
        if (operation == 6) return Float32.eq;
        if (operation == 7) return Float32.lt;
        if (operation == 8) return Float32.le;
        if (operation == 16) return Int32.add;
        if (operation == 17) return Int32.sub;
        if (operation == 18) return Int32.mul;
        if (operation == 19) return Int32.div;
        if (operation == 20) return Int32.mod;
        if (operation == 21) return Int32.min;
        if (operation == 22) return Int32.max;
        if (operation == 23) return Int32.and;
        if (operation == 24) return Int32.or;
        if (operation == 25) return Int32.xor;
        if (operation == 26) return Int32.shl;
        if (operation == 27) return Int32.shr;
        if (operation == 28) return Int32.sar;
        if (operation == 29) return Int32.eq;
        if (operation == 30) return Int32.lt;
        if (operation == 31) return Int32.le;
        revert UnknownOperation(operation);
    }

    function _unary(
        uint256 operation
    ) private pure returns (function(uint256) internal pure returns (uint256)) {
        if (operation == 64) return Float32.sqrt;
        if (operation == 65) return Float32.neg;
        if (operation == 66) return Float32.abs;
        if (operation == 67) return Float32.floor;
        if (operation == 68) return Float32.ceil;
        if (operation == 69) return Float32.rint;
        if (operation == 70) return Float32.trunc;
        if (operation == 71) return Float32.fromInt32;
        if (operation == 72) return Float32.toInt32;
        if (operation == 73) return Float32.canonical;
        if (operation == 80) return Int32.neg;
        if (operation == 81) return Int32.abs;
        if (operation == 82) return Int32.not;
        if (operation == 83) return Int32.toU8;
        if (operation == 84) return Int32.toI8;
        revert UnknownOperation(operation);
    }
}
