// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Calldata: big-endian integers at positions
/// @notice Positions are byte positions; from the end of calldata on there are zeros.
library Calldata {
    /// @return at Where the bytes begin
    function positionOf(bytes calldata given) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := given.offset
        }
    }

    /// @return at Where the words begin
    function positionOf(uint256[] calldata given) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := given.offset
        }
    }

    /// @return at Where the words begin
    function positionOf(bytes32[] calldata given) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := given.offset
        }
    }

    function u8(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(at))
        }
    }

    function u16(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(240, calldataload(at))
        }
    }

    function u32(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(224, calldataload(at))
        }
    }

    function u160(uint256 at) internal pure returns (uint160 value) {
        assembly ("memory-safe") {
            value := shr(96, calldataload(at))
        }
    }

    function word(uint256 at) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(at)
        }
    }

    /// @return hash_ keccak256 of `length` bytes
    function hash(uint256 at, uint256 length) internal pure returns (bytes32 hash_) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, at, length)
            hash_ := keccak256(scratch, length)
        }
    }
}
