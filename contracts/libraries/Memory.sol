// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Memory: words at positions
/// @notice For machines that lay out their own memory. Positions are byte positions; nothing is checked.
library Memory {
    /// @param size Bytes
    /// @return at Position of as many bytes of one's own, which may be dirty
    function allocate(uint256 size) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := mload(0x40)
            mstore(0x40, add(at, size))
        }
    }

    function load(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(at)
        }
    }

    function store(uint256 at, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(at, value)
        }
    }

    /// @param from Calldata position; from the end of calldata on there are zeros
    function copyIn(uint256 to, uint256 from, uint256 length) internal pure {
        assembly ("memory-safe") {
            calldatacopy(to, from, length)
        }
    }

    /// @notice The byte string whose length word stands at a position.
    function asBytes(uint256 at) internal pure returns (bytes memory string_) {
        assembly ("memory-safe") {
            string_ := at
        }
    }

    /// @param length Bytes, at most as many as the string has memory for
    function setLength(bytes memory string_, uint256 length) internal pure {
        assembly ("memory-safe") {
            mstore(string_, length)
        }
    }
}
