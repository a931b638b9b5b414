// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Tree, NodeRange, toNodeRange} from "../libraries/Tree.sol";

/// @title Makes the internal functions of `libraries/Tree.sol` callable.
contract TreeHarness {
    struct Range {
        uint256 first;
        uint256 count;
    }

    function path(
        bytes32 node,
        uint256 index,
        uint256 depth,
        bytes calldata stream
    ) external view returns (bytes32 root, uint256 consumed, uint256 gasUsed) {
        gasUsed = gasleft();
        (root, consumed) = Tree.path(node, index, depth, _offset(stream));
        gasUsed -= gasleft();
        consumed -= _offset(stream);
    }

    function leaf(
        uint256 index,
        uint256 depth,
        bytes calldata stream
    ) external pure returns (bytes32 root, uint256 consumed) {
        (root, consumed) = Tree.leaf(index, depth, _offset(stream));
        consumed -= _offset(stream);
    }

    function leafRanges(
        Range[] calldata given,
        uint256 depth,
        bytes calldata stream
    ) external view returns (bytes32 root, uint256 consumed, uint256 gasUsed) {
        NodeRange[] memory ranges = new NodeRange[](given.length);
        for (uint256 i = 0; i < given.length; ++i) ranges[i] = toNodeRange(given[i].first, given[i].count);
        gasUsed = gasleft();
        (root, consumed) = Tree.leafRanges(ranges, depth, _offset(stream));
        gasUsed -= gasleft();
        consumed -= _offset(stream);
    }

    function subtree(
        uint256 levels,
        bytes calldata stream
    ) external pure returns (bytes32 root, uint256 consumed) {
        (root, consumed) = Tree.subtree(levels, _offset(stream));
        consumed -= _offset(stream);
    }

    function items(
        uint256[] memory indices,
        bytes32[] memory hashes,
        uint256 depth,
        bytes calldata stream
    ) external pure returns (bytes32 root, uint256 consumed) {
        (root, consumed) = Tree.items(indices, hashes, depth, _offset(stream));
        consumed -= _offset(stream);
    }

    function depthOf(uint256 positions) external pure returns (uint256) {
        return Tree.depthOf(positions);
    }

    function absentLeaf() external pure returns (bytes32) {
        return Tree.ABSENT_LEAF;
    }

    function _offset(bytes calldata stream) private pure returns (uint256 offset) {
        assembly {
            offset := stream.offset
        }
    }
}
