// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title ContractOperator: an operator that is a contract, and answers for its signatures as it likes
contract ContractOperator is IERC1271 {
    enum Manner {
        /// The signature is 32 bytes: the hash it signs, and nothing else
        Honest,
        Denies,
        Reverts,
        /// Takes all gas it is given
        Burns,
        /// Returns as many zeros as its gas allows
        Floods,
        /// Says so in one byte too few
        Mumbles,
        /// Says so with a bit too many
        Slurs,
        /// Says so, and takes it back in the same breath
        Retracts
    }

    Manner public manner;

    function behave(Manner manner_) external {
        manner = manner_;
    }

    function relay(address to, bytes calldata data) external payable {
        (bool done, bytes memory answer) = to.call{value: msg.value}(data);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool isSigned = signature.length == 32 && bytes32(signature) == hash;
        bytes4 yes = IERC1271.isValidSignature.selector;
        if (manner == Manner.Honest) return isSigned ? yes : bytes4(0xffffffff);
        if (manner == Manner.Denies) return 0xffffffff;
        if (manner == Manner.Reverts) revert();
        if (manner == Manner.Burns) {
            while (true) {}
        }
        if (manner == Manner.Floods) {
            assembly ("memory-safe") {
                return(0, 0x74000)
            }
        }
        if (manner == Manner.Mumbles) {
            assembly ("memory-safe") {
                mstore(0, yes)
                return(0, 31)
            }
        }
        if (manner == Manner.Retracts) {
            assembly ("memory-safe") {
                mstore(0, yes)
                revert(0, 32)
            }
        }
        bytes32 slurred = bytes32(yes) | bytes32(uint256(1));
        assembly ("memory-safe") {
            mstore(0, slurred)
            return(0, 32)
        }
    }
}
