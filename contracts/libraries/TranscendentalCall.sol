// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ITranscendental} from "../interfaces/ITranscendental.sol";

/// @title How one contract asks another for one transcendental result: both ends of the wire.
/// @notice The question is one word, op * 2^32 + bits, the answer another; both pass through scratch memory. The first
/// four bytes of a question are zero, no function's selector, so it reaches the fallback. Against the ABI's way this
/// saves some 400 gas per element.
library TranscendentalCall {
    /// @notice The result of `target.evaluate(op, bits)`.
    /// @param op 0 EXP, 1 LOG, 2 TANH, 3 ERF, 4 SIN, 5 COS: the caller vouches for it
    /// @param bits binary32, below 2^32 @return result binary32
    /// @dev The code at `target` is not looked at: callers hold it immutable.
    function ask(ITranscendental target, uint256 op, uint256 bits) internal view returns (uint256 result) {
        assembly ("memory-safe") {
            mstore(0, or(shl(32, op), bits))
            // A question that is well formed fails for lack of gas alone; then there is nothing to return either.
            if iszero(staticcall(gas(), target, 0, 32, 0, 32)) {
                revert(0, 0)
            }
            result := mload(0)
        }
    }

    /// @dev The question, on the other side.
    function asked() internal pure returns (uint256 op, uint256 bits) {
        assembly ("memory-safe") {
            let word := calldataload(0)
            op := shr(32, word)
            bits := and(word, 0xffffffff)
        }
    }

    /// @dev Ends the call with the answer.
    function answer(uint256 result) internal pure {
        assembly ("memory-safe") {
            mstore(0, result)
            return(0, 32)
        }
    }
}
