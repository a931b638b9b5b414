// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Create: contract creation at addresses known beforehand
library Create {
    /// @return created Zero when creation failed
    function create(bytes memory initcode) internal returns (address created) {
        assembly ("memory-safe") {
            created := create(0, add(initcode, 0x20), mload(initcode))
        }
    }

    /// @notice Address of the contract a deployer makes with its `nonce`-th creation.
    /// @param nonce 1..127: one RLP byte; contracts begin at 1 (EIP-161)
    function addressOf(address deployer, uint256 nonce) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", deployer, uint8(nonce))))));
    }

    /// @notice Leading zero bits of a word, by the opcode of EIP-7939. An older chain reverts here.
    function leadingZeros(uint256 word) internal pure returns (uint256 zeros) {
        assembly ("memory-safe") {
            zeros := clz(word)
        }
    }
}
