// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice Neighbouring positions of one level of a tree: `first << 64 | count`.
type NodeRange is uint256;

using {first, count, end} for NodeRange global;

/// @dev `count_` < 2^64; positions are checked where the range is opened.
function toNodeRange(uint256 first_, uint256 count_) pure returns (NodeRange) {
    return NodeRange.wrap((first_ << 64) | count_);
}

function first(NodeRange range) pure returns (uint256) {
    return NodeRange.unwrap(range) >> 64;
}

function count(NodeRange range) pure returns (uint256) {
    return uint64(NodeRange.unwrap(range));
}

/// @return The position after the last one.
function end(NodeRange range) pure returns (uint256) {
    return first(range) + count(range);
}

/// @title Tree: opens positions of the one commitment (docs/spec/commitments.md)
/// @notice Binary keccak-256 Merkle tree over 128-byte leaves (tensors, tables) or 32-byte items (lists). An opening
/// is a stream in calldata: the opened leaves in order (items are supplied by the caller instead), then siblings
/// level by level from level 0 upwards, left to right within a level, one for each known node whose sibling is not
/// known itself.
/// @dev Every function takes a calldata position `ptr` and returns the one after the last byte it read. Reading past
/// the end of calldata yields zeros, which no honest hash preimage depends on: **the caller compares the root, and
/// the final position with the end of its evidence**. `depth` comes from a committed count, never from the prover.
/// Memory from the free pointer on is used as scratch and not kept.
library Tree {
    /// @notice An opening names at least one position.
    error NothingOpened();
    /// @notice Positions are strictly ascending, ranges hold at least one position.
    /// @param position First position of the offending range
    /// @param expected Least position that may stand there
    error PositionsNotAscending(uint256 position, uint256 expected);
    /// @param position The position that does not exist
    /// @param size 2^depth, exclusive
    error PositionOutOfRange(uint256 position, uint256 size);

    uint256 internal constant LEAF_BYTES = 128;
    /// @dev keccak256 of 128 zero bytes: the hash of an absent leaf.
    bytes32 internal constant ABSENT_LEAF =
        0x012893657d8eb2efad4de0a91bcd0e39ad9837745dec3ea923737ea803fc8e3d;

    /// @return depth ceil(log2(positions)); 0 for an empty list too, which opens nothing
    function depthOf(uint256 positions) internal pure returns (uint256 depth) {
        if (positions < 2) return 0;
        assembly ("memory-safe") {
            depth := sub(256, clz(sub(positions, 1)))
        }
    }

    /// @param length bytes
    /// @return Leaves that hold them
    function leavesOf(uint256 length) internal pure returns (uint256) {
        return (length + LEAF_BYTES - 1) / LEAF_BYTES;
    }

    /// @notice Root above one node of level 0.
    /// @param node A leaf's hash, or an item
    function path(
        bytes32 node,
        uint256 index,
        uint256 depth,
        uint256 ptr
    ) internal pure returns (bytes32 root, uint256 next) {
        if (index >> depth != 0) revert PositionOutOfRange(index, 1 << depth);
        assembly ("memory-safe") {
            next := add(ptr, shl(5, depth))
            for {} lt(ptr, next) {
                ptr := add(ptr, 0x20)
            } {
                // A left node stands at 0x00 and its sibling at 0x20, a right one the other way round.
                let place := shl(5, and(index, 1))
                mstore(place, node)
                mstore(xor(place, 0x20), calldataload(ptr))
                node := keccak256(0x00, 0x40)
                index := shr(1, index)
            }
            root := node
        }
    }

    /// @notice Root above one leaf, whose 128 bytes stand at `ptr`.
    function leaf(
        uint256 index,
        uint256 depth,
        uint256 ptr
    ) internal pure returns (bytes32 root, uint256 next) {
        bytes32 node;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, ptr, 128)
            node := keccak256(scratch, 128)
        }
        return path(node, index, depth, ptr + LEAF_BYTES);
    }

    /// @notice Root above neighbouring leaves, whose bytes stand at `ptr`.
    function leafRange(
        uint256 firstLeaf,
        uint256 leaves,
        uint256 depth,
        uint256 ptr
    ) internal pure returns (bytes32 root, uint256 next) {
        NodeRange[] memory ranges = new NodeRange[](1);
        ranges[0] = toNodeRange(firstLeaf, leaves);
        return leafRanges(ranges, depth, ptr);
    }

    /// @notice Root above ranges of leaves, whose bytes stand at `ptr` in order.
    /// @param ranges Ascending, disjoint (neighbours are fine), none empty. Overwritten.
    function leafRanges(
        NodeRange[] memory ranges,
        uint256 depth,
        uint256 ptr
    ) internal pure returns (bytes32 root, uint256 next) {
        uint256 leaves = _checkAndMerge(ranges, depth);
        uint256 nodes;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            nodes := add(scratch, 128)
            let nodesEnd := add(nodes, shl(5, leaves))
            for {
                let node := nodes
            } lt(node, nodesEnd) {
                node := add(node, 0x20)
            } {
                calldatacopy(scratch, ptr, 128)
                mstore(node, keccak256(scratch, 128))
                ptr := add(ptr, 128)
            }
        }
        return _fold(ranges, nodes, depth, ptr);
    }

    /// @notice The node above 2^levels neighbouring nodes, which stand at `ptr` in order.
    function subtree(uint256 levels, uint256 ptr) internal pure returns (bytes32 node, uint256 next) {
        NodeRange[] memory ranges = new NodeRange[](1);
        ranges[0] = toNodeRange(0, 1 << levels);
        next = ptr + (32 << levels);
        uint256 nodes;
        assembly ("memory-safe") {
            nodes := mload(0x40)
            calldatacopy(nodes, ptr, sub(next, ptr))
        }
        return _fold(ranges, nodes, levels, next);
    }

    /// @notice Root above a set of list items.
    /// @param indices Strictly ascending
    /// @param hashes The items at `indices`. Overwritten.
    function items(
        uint256[] memory indices,
        bytes32[] memory hashes,
        uint256 depth,
        uint256 ptr
    ) internal pure returns (bytes32 root, uint256 next) {
        uint256 length = indices.length;
        if (hashes.length != length) revert PositionsNotAscending(hashes.length, length);
        NodeRange[] memory ranges = new NodeRange[](length);
        for (uint256 i = 0; i < length; ++i) {
            // Larger than any tree: refused before the shift could drop bits.
            if (indices[i] >> depth != 0) revert PositionOutOfRange(indices[i], 1 << depth);
            ranges[i] = toNodeRange(indices[i], 1);
        }
        _checkAndMerge(ranges, depth);
        uint256 nodes;
        assembly ("memory-safe") {
            nodes := add(hashes, 0x20)
        }
        return _fold(ranges, nodes, depth, ptr);
    }

    /// @dev Leaves maximal ranges behind: no two of them touch, so no two nodes of different ranges are siblings.
    function _checkAndMerge(
        NodeRange[] memory ranges,
        uint256 depth
    ) private pure returns (uint256 positions) {
        uint256 length = ranges.length;
        if (length == 0) revert NothingOpened();
        uint256 previousEnd = 0;
        uint256 kept = 0;
        for (uint256 i = 0; i < length; ++i) {
            NodeRange range = ranges[i];
            uint256 from = range.first();
            uint256 size = range.count();
            if (from < previousEnd || size == 0) revert PositionsNotAscending(from, previousEnd);
            positions += size;
            if (i != 0 && from == previousEnd) {
                ranges[kept] = NodeRange.wrap(NodeRange.unwrap(ranges[kept]) + size);
            } else {
                if (i != 0) ++kept;
                ranges[kept] = range;
            }
            previousEnd = from + size;
        }
        if (previousEnd > 1 << depth) revert PositionOutOfRange(previousEnd - 1, 1 << depth);
        assembly ("memory-safe") {
            mstore(ranges, add(kept, 1))
        }
    }

    /// @param nodes Memory position of the known nodes of level 0, in order; overwritten
    function _fold(
        NodeRange[] memory ranges,
        uint256 nodes,
        uint256 depth,
        uint256 ptr
    ) private pure returns (bytes32 root, uint256 next) {
        uint256 start;
        uint256 rangesEnd;
        assembly ("memory-safe") {
            start := add(ranges, 0x20)
            rangesEnd := add(start, shl(5, mload(ranges)))
        }
        while (depth != 0) {
            uint256 range;
            assembly ("memory-safe") {
                range := mload(start)
            }
            if (rangesEnd - start == 32 && uint64(range) == 1) break;
            (rangesEnd, ptr) = _foldLevel(start, rangesEnd, nodes, ptr);
            --depth;
        }
        // One node is left: at the root, or below it on a single path.
        bytes32 node;
        uint256 index;
        assembly ("memory-safe") {
            node := mload(nodes)
            index := shr(64, mload(start))
        }
        return path(node, index, depth, ptr);
    }

    /// @dev Replaces nodes and ranges by those of the level above. Parents never outnumber the nodes already read, so
    /// both are overwritten from the front.
    /// @param range Memory position of the first range; `rangesEnd` after the last
    /// @param write Memory position of the first node
    function _foldLevel(
        uint256 range,
        uint256 rangesEnd,
        uint256 write,
        uint256 ptr
    ) private pure returns (uint256 keptEnd, uint256 next) {
        assembly ("memory-safe") {
            keptEnd := range
            next := ptr
            let read := write
            // No range begins here, so the first one is never merged.
            let previousEnd := not(0)
            for {} lt(range, rangesEnd) {
                range := add(range, 0x20)
            } {
                let from := mload(range)
                let to := and(from, 0xffffffffffffffff)
                from := shr(64, from)
                to := add(from, to)
                let pairsEnd := add(read, shl(5, sub(to, from)))

                // A right child at the front: its left sibling comes from the stream.
                if and(from, 1) {
                    mstore(0x00, calldataload(next))
                    mstore(0x20, mload(read))
                    mstore(write, keccak256(0x00, 0x40))
                    next := add(next, 0x20)
                    read := add(read, 0x20)
                    write := add(write, 0x20)
                }
                // A left child at the back is no pair.
                pairsEnd := sub(pairsEnd, shl(5, and(to, 1)))
                for {} lt(read, pairsEnd) {
                    read := add(read, 0x40)
                } {
                    mstore(write, keccak256(read, 0x40))
                    write := add(write, 0x20)
                }
                if and(to, 1) {
                    mstore(0x00, mload(read))
                    mstore(0x20, calldataload(next))
                    mstore(write, keccak256(0x00, 0x40))
                    next := add(next, 0x20)
                    read := add(read, 0x20)
                    write := add(write, 0x20)
                }

                from := shr(1, from)
                to := shr(1, add(to, 1))
                switch eq(from, previousEnd)
                case 1 {
                    let last := sub(keptEnd, 0x20)
                    mstore(last, add(mload(last), sub(to, from)))
                }
                default {
                    mstore(keptEnd, or(shl(64, from), sub(to, from)))
                    keptEnd := add(keptEnd, 0x20)
                }
                previousEnd := to
            }
        }
    }
}
