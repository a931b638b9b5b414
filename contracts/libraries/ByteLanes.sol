// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ByteLanes: elements as they stand in a tensor, and as the machine holds them
/// @notice A tensor holds little-endian elements side by side, the machine one value in the low 32 bits of each word.
library ByteLanes {
    uint256 private constant EVEN_BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant EVEN_PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;

    /// @notice Reverses the bytes of each of the eight 32-bit lanes.
    function swap32(uint256 word) internal pure returns (uint256) {
        word = ((word & EVEN_BYTES) << 8) | ((word >> 8) & EVEN_BYTES);
        return ((word & EVEN_PAIRS) << 16) | ((word >> 16) & EVEN_PAIRS);
    }

    /// @notice A u8 or i8 as i32.
    /// @param raw 0..255
    /// @param dtype 2 u8, 3 i8
    function widen(uint256 raw, uint256 dtype) internal pure returns (uint256 value) {
        if (dtype == 2) return raw;
        assembly ("memory-safe") {
            value := and(signextend(0, raw), 0xffffffff)
        }
    }

    /// @notice Spreads elements over words.
    /// @param from Memory: elements side by side
    /// @param to Memory: `count` words, rounded up to eight: so many are written
    function spread(uint256 from, uint256 to, uint256 count, uint256 dtype) internal pure {
        // Proof for unchecked: memory positions.
        unchecked {
            uint256 end = to + 32 * count;
            if (dtype > 1) {
                uint256 signed = dtype - 2;
                assembly ("memory-safe") {
                    for {} lt(to, end) {
                        to := add(to, 32)
                    } {
                        let value := byte(0, mload(from))
                        // Bit 7 carries into all bits above it.
                        mstore(to, and(sub(value, shl(1, mul(signed, and(value, 0x80)))), 0xffffffff))
                        from := add(from, 1)
                    }
                }
                return;
            }
            for (; to < end; to += 256) {
                uint256 word;
                assembly ("memory-safe") {
                    word := mload(from)
                    from := add(from, 32)
                }
                word = swap32(word);
                assembly ("memory-safe") {
                    mstore(to, shr(224, word))
                    mstore(add(to, 0x20), and(shr(192, word), 0xffffffff))
                    mstore(add(to, 0x40), and(shr(160, word), 0xffffffff))
                    mstore(add(to, 0x60), and(shr(128, word), 0xffffffff))
                    mstore(add(to, 0x80), and(shr(96, word), 0xffffffff))
                    mstore(add(to, 0xa0), and(shr(64, word), 0xffffffff))
                    mstore(add(to, 0xc0), and(shr(32, word), 0xffffffff))
                    mstore(add(to, 0xe0), and(word, 0xffffffff))
                }
            }
        }
    }

    /// @notice Puts 32-bit values side by side, little-endian.
    /// @param from Memory: words
    /// @param run Takes 4 · count bytes; up to 28 more may be overwritten
    function pack(uint256 from, bytes memory run, uint256 count) internal pure {
        // Proof for unchecked: memory positions.
        unchecked {
            uint256 end = from + 32 * count;
            uint256 to;
            assembly ("memory-safe") {
                to := add(run, 32)
            }
            for (; from < end; from += 256) {
                uint256 word;
                assembly ("memory-safe") {
                    word := or(
                        or(
                            or(shl(224, mload(from)), shl(192, mload(add(from, 0x20)))),
                            or(shl(160, mload(add(from, 0x40))), shl(128, mload(add(from, 0x60))))
                        ),
                        or(
                            or(shl(96, mload(add(from, 0x80))), shl(64, mload(add(from, 0xa0)))),
                            or(shl(32, mload(add(from, 0xc0))), mload(add(from, 0xe0)))
                        )
                    )
                }
                word = swap32(word);
                assembly ("memory-safe") {
                    mstore(to, word)
                    to := add(to, 32)
                }
            }
        }
    }
}
