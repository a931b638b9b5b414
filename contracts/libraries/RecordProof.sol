// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim} from "../types/Claim.sol";
import {Record} from "../types/Record.sol";
import {Calldata} from "./Calldata.sol";
import {Tree} from "./Tree.sol";

/// @title RecordProof: a record belongs to a claim
library RecordProof {
    /// @notice The claim has no such record.
    error RecordIndexOutOfRange(uint256 actual, uint256 size);
    /// @notice A proof holds as many siblings as the list of records is deep.
    error ProofLength(uint256 actual, uint256 expected);
    /// @notice The record is not at that index of the claim's list.
    error RecordNotInClaim(bytes32 actual, bytes32 expected);

    /// @param index 0-based, < claim.n
    /// @param proof Siblings from level 0 up
    /// @return item The record's hash
    function requireRecord(
        Claim calldata claim,
        Record calldata record,
        uint256 index,
        bytes32[] calldata proof
    ) internal pure returns (bytes32 item) {
        if (index >= claim.n) revert RecordIndexOutOfRange(index, claim.n);
        uint256 depth = claim.recordDepth();
        if (proof.length != depth) revert ProofLength(proof.length, depth);
        Record memory copy = record;
        item = copy.recordHash();
        (bytes32 root, ) = Tree.path(item, index, depth, Calldata.positionOf(proof));
        if (root != claim.recordsRoot) revert RecordNotInClaim(root, claim.recordsRoot);
    }
}
