// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ModelId} from "./Model.sol";
import {Tree} from "../libraries/Tree.sol";

/// @notice A claim in one book on one chain: commits to every field of the struct.
type ClaimId is bytes32;

/// @notice An operator's commitment to 1..n records of one model. Callers re-supply it; its hash is the id.
/// @param operator Who answers for it
/// @param modelId What every record was computed with
/// @param nonce Chosen by the operator; makes equal lists distinct claims
/// @param recordsRoot List of the record hashes
/// @param n Records, 1..2^20
/// @param liability Wei of stake locked until FINAL; all of it is the penalty
/// @param window Seconds from submission in which it can be contested
struct Claim {
    address operator;
    ModelId modelId;
    uint64 nonce;
    bytes32 recordsRoot;
    uint32 n;
    uint96 liability;
    uint40 window;
}

using {claimId, recordDepth} for Claim global;

bytes32 constant CLAIM_TAG = keccak256("onus-1/claim");
bytes32 constant PARENT_TAG = keccak256("onus-1/parent");

uint256 constant MAX_RECORDS = 1 << 20;

/// @dev From calldata: claims are never stored, so that is where every claim is.
function claimId(Claim calldata claim, uint256 chainId, address claimBook) pure returns (ClaimId) {
    return ClaimId.wrap(keccak256(abi.encode(CLAIM_TAG, chainId, claimBook, claim)));
}

/// @return Depth of the list of records
function recordDepth(Claim calldata claim) pure returns (uint256) {
    return Tree.depthOf(claim.n);
}

/// @return The item by which a record names the record it was made from
function toParentItem(
    uint256 chainId,
    address claimBook,
    ClaimId claim,
    uint256 recordIndex
) pure returns (bytes32) {
    return keccak256(abi.encode(PARENT_TAG, chainId, claimBook, claim, recordIndex));
}
