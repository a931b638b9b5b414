// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IReferee} from "../interfaces/IReferee.sol";
import {TABLE_ENTRY_BYTES} from "../types/Artifact.sol";
import {Claim} from "../types/Claim.sol";
import {List} from "../types/Question.sol";
import {Evidence, EvidenceReader} from "./EvidenceReader.sol";
import {TensorEntry} from "./KernelCheck.sol";
import {Tree} from "./Tree.sol";

/// @notice A tree that a claim or a model commits to.
/// @param count Items or leaves present, from the claim, the model or the table
/// @param isBytes Level 0 are the hashes of leaves; else the items of a list
struct CommittedTree {
    bytes32 root;
    uint256 count;
    bool isBytes;
}

/// @notice A node of a tree.
/// @param root Where its path leads: compare it with the tree's
struct TreeNode {
    uint256 level;
    uint256 index;
    bytes32 node;
    bytes32 root;
}

/// @title PlaceReader: the trees that can be named in evidence and in questions, and nodes of them
/// @notice Of the lists, the records' come from the claim, input, output and trace from a record that was read, the rest
/// from a model that was read.
library PlaceReader {
    using EvidenceReader for Evidence;

    uint256 private constant INPUT = uint256(List.Input);
    uint256 private constant OUTPUT = uint256(List.Output);
    uint256 private constant TRACE = uint256(List.Trace);
    uint256 private constant PROGRAM = uint256(List.Program);
    uint256 private constant TABLE = uint256(List.Table);

    function records(Claim calldata claim) internal pure returns (CommittedTree memory) {
        return CommittedTree(claim.recordsRoot, claim.n, false);
    }

    /// @param list Not the records
    function listOf(Evidence memory e, uint256 list) internal pure returns (CommittedTree memory) {
        if (list == INPUT) return CommittedTree(e.record.inputRoot, e.artifact.inputCount, false);
        if (list == OUTPUT) return CommittedTree(e.record.outputRoot, e.artifact.outputCount, false);
        if (list == TRACE) return CommittedTree(e.traceRoot(), e.artifact.kernelCount, false);
        if (list == PROGRAM) return CommittedTree(e.artifact.programRoot, e.artifact.kernelCount, false);
        if (list != TABLE) return CommittedTree(e.artifact.weightsRoot, e.artifact.weightCount, false);
        uint256 leaves = Tree.leavesOf(TABLE_ENTRY_BYTES * e.artifact.tensorCount());
        return CommittedTree(e.artifact.tableRoot, leaves, true);
    }

    /// @notice An item of a list and its path.
    /// @param list Holds tensors
    /// @param index Below its count
    function readItem(Evidence memory e, uint256 list, uint256 index) internal pure returns (bytes32 item) {
        CommittedTree memory tree = listOf(e, list);
        bytes32 root;
        (item, root) = e.readItem(index, Tree.depthOf(tree.count));
        if (root == tree.root) return item;
        if (list == INPUT) revert IReferee.WrongInputs(root, tree.root);
        if (list == OUTPUT) revert IReferee.WrongOutputs(root, tree.root);
        if (list == TRACE) revert IReferee.WrongTrace(root, tree.root);
        revert IReferee.WrongWeights(root, tree.root);
    }

    /// @notice A tensor that a list commits to, and its table entry.
    /// @param list Holds tensors
    function readTensor(
        Evidence memory e,
        uint256 list,
        uint256 index
    ) internal pure returns (bytes32 root, TensorEntry memory entry) {
        uint256 count = listOf(e, list).count;
        if (index >= count) revert IReferee.TensorOutOfRange(list, index, count);
        root = readItem(e, list, index);
        entry = e.readEntry(_tensorId(e, list, index));
    }

    /// @notice The tree of a tensor that a list commits to: its index, then what `readTensor` reads.
    /// @param list Holds tensors
    /// @return index In the list
    function readTensorTree(
        Evidence memory e,
        uint256 list
    ) internal pure returns (uint256 index, CommittedTree memory) {
        index = e.u32();
        (bytes32 root, TensorEntry memory entry) = readTensor(e, list, index);
        return (index, CommittedTree(root, entry.leaves(), true));
    }

    /// @notice Level, index, a node of a tree, and its path from that level up.
    function readNode(Evidence memory e, uint256 count) internal pure returns (TreeNode memory at) {
        at.level = e.u8();
        at.index = e.u32();
        uint256 depth = Tree.depthOf(count);
        if (at.level > depth) revert IReferee.LevelOutOfRange(at.level, depth);
        (at.node, at.root) = e.readItem(at.index, depth - at.level);
    }

    function _tensorId(Evidence memory e, uint256 list, uint256 index) private pure returns (uint256) {
        if (list == INPUT) return index;
        if (list == OUTPUT) return e.artifact.kernelTensor(e.artifact.outputKernel(index));
        if (list == TRACE) return e.artifact.kernelTensor(index);
        return uint256(e.artifact.inputCount) + index;
    }
}
