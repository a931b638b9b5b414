// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Plain twin of `libraries/Tree.sol`: one loop, no assembly, no ranges.
contract TreeTwin {
    function rootOfLeaves(
        uint256[] calldata positions,
        uint256 depth,
        bytes calldata stream
    ) external pure returns (bytes32 root, uint256 consumed) {
        bytes32[] memory nodes = new bytes32[](positions.length);
        for (uint256 i = 0; i < positions.length; ++i) {
            nodes[i] = keccak256(stream[i * 128:(i + 1) * 128]);
        }
        return _root(positions, nodes, depth, stream, positions.length * 128);
    }

    function rootOfItems(
        uint256[] calldata positions,
        bytes32[] calldata items,
        uint256 depth,
        bytes calldata stream
    ) external pure returns (bytes32 root, uint256 consumed) {
        return _root(positions, items, depth, stream, 0);
    }

    function depthOf(uint256 positions) external pure returns (uint256 depth) {
        while (1 << depth < positions) ++depth;
    }

    function _root(
        uint256[] memory known,
        bytes32[] memory nodes,
        uint256 depth,
        bytes calldata stream,
        uint256 consumed
    ) private pure returns (bytes32, uint256) {
        uint256 length = known.length;
        for (uint256 level = 0; level < depth; ++level) {
            uint256 parents = 0;
            for (uint256 i = 0; i < length; ++i) {
                uint256 index = known[i];
                bytes32 parent;
                if (index % 2 == 0 && i + 1 < length && known[i + 1] == index + 1) {
                    parent = keccak256(bytes.concat(nodes[i], nodes[i + 1]));
                    ++i;
                } else {
                    bytes32 sibling = bytes32(stream[consumed:consumed + 32]);
                    consumed += 32;
                    parent =
                        index % 2 == 0
                            ? keccak256(bytes.concat(nodes[i], sibling))
                            : keccak256(bytes.concat(sibling, nodes[i]));
                }
                known[parents] = index / 2;
                nodes[parents] = parent;
                ++parents;
            }
            length = parents;
        }
        return (nodes[0], consumed);
    }
}
