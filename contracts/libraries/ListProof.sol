// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ListOpening} from "../types/RecordRef.sol";
import {Calldata} from "./Calldata.sol";
import {Tree} from "./Tree.sol";

/// @title ListProof: an item belongs to a list, or a list holds exactly these items
/// @dev The count comes from a commitment, never from whoever proves: with a depth of its own choice it could pass off a
/// node, or a part of a tensor, as an item.
library ListProof {
    /// @notice The list has no such item: positions from the count on are absent.
    error PositionAbsent(uint256 actual, uint256 count);
    /// @notice An opening holds as many siblings as the list is deep.
    error SiblingsCount(uint256 actual, uint256 expected);
    /// @notice The opening leads elsewhere.
    error ItemNotInList(bytes32 actual, bytes32 expected);

    /// @param root The list's
    /// @param count Of the list, committed to elsewhere
    function requireItem(
        bytes32 root,
        uint256 count,
        bytes32 item,
        ListOpening calldata opening
    ) internal pure {
        uint256 position = opening.position;
        if (position >= count) revert PositionAbsent(position, count);
        bytes32[] calldata siblings = opening.siblings;
        uint256 depth = Tree.depthOf(count);
        if (siblings.length != depth) revert SiblingsCount(siblings.length, depth);
        (bytes32 actual, ) = Tree.path(item, position, depth, Calldata.positionOf(siblings));
        if (actual != root) revert ItemNotInList(actual, root);
    }

    /// @notice Root of a whole list, absent items included; 0 of an empty one.
    /// @param items Few: each costs a hash. Overwritten.
    function rootOf(bytes32[] memory items) internal pure returns (bytes32) {
        uint256 count = items.length;
        if (count == 0) return 0;
        bytes32 absent = 0;
        while (count > 1) {
            uint256 pairs = (count + 1) / 2;
            for (uint256 i = 0; i < pairs; ++i) {
                bytes32 right = 2 * i + 1 < count ? items[2 * i + 1] : absent;
                items[i] = keccak256(abi.encode(items[2 * i], right));
            }
            absent = keccak256(abi.encode(absent, absent));
            count = pairs;
        }
        return items[0];
    }
}
