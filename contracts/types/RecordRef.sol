// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim, ClaimId, toParentItem} from "./Claim.sol";
import {Record} from "./Record.sol";

/// @notice Names a record of this deployment's claim book: a claim, and a place in its list.
/// @param recordIndex 0-based
struct RecordRef {
    ClaimId claimId;
    uint32 recordIndex;
}

/// @notice A record with the proof that its claim holds it.
/// @param recordIndex 0-based, < claim.n
/// @param siblings Of the record in the claim's list, from level 0 up
struct RecordOpening {
    Claim claim;
    Record record;
    uint32 recordIndex;
    bytes32[] siblings;
}

/// @notice Where an item stands in a list; the item itself is derived by whoever verifies.
/// @param position 0-based, < the list's count
/// @param siblings From level 0 up
struct ListOpening {
    uint256 position;
    bytes32[] siblings;
}

using {toItem} for RecordRef global;

/// @return The item by which other records name this one
function toItem(RecordRef memory record, uint256 chainId, address claimBook) pure returns (bytes32) {
    return toParentItem(chainId, claimBook, record.claimId, record.recordIndex);
}
