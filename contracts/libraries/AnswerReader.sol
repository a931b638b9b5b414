// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IInquiry} from "../interfaces/IInquiry.sol";
import {Form, recordSubject} from "../types/Question.sol";
import {Calldata} from "./Calldata.sol";
import {Evidence, EvidenceReader} from "./EvidenceReader.sol";
import {KernelCodec} from "./KernelCodec.sol";
import {Tree} from "./Tree.sol";

/// @title AnswerReader: what an answer is the answer to
/// @notice Data leads to a subject by hashing alone: whoever sends it, it answers that and nothing else.
library AnswerReader {
    using EvidenceReader for Evidence;

    uint256 internal constant MAX_DESCRIPTOR_BYTES = KernelCodec.MAX_DESCRIPTOR_BYTES;
    /// @notice A trace root, as it is paid for.
    uint256 internal constant TRACE_BYTES = 32;

    /// @dev Bytes of RECORD without its path.
    uint256 private constant RECORD_BYTES = 20 + 5 * 32 + 1 + 4;
    uint256 private constant NODE_BYTES = 32;
    /// @dev Of a list with the most records, 2^20.
    uint256 private constant MAX_RECORD_DEPTH = 20;
    /// @dev So that no answer but a descriptor is longer than 2,048 bytes.
    uint256 private constant MAX_NODE_LEVELS = 6;
    uint256 private constant MAX_LEAF_LEVELS = 4;

    /// @notice How what is below a node is answered.
    /// @param level Above level 0 of a list
    /// @return form Nodes or Leaves
    /// @return levels Down to a multiple of six in a list, down to level 4, 10, 16 or 22 or to the leaves in a tensor
    function descent(uint256 level, bool isBytes) internal pure returns (Form form, uint8 levels) {
        if (!isBytes) return (Form.Nodes, uint8(((level - 1) % MAX_NODE_LEVELS) + 1));
        if (level <= MAX_LEAF_LEVELS) return (Form.Leaves, uint8(level));
        return (Form.Nodes, uint8(((level - MAX_LEAF_LEVELS - 1) % MAX_NODE_LEVELS) + 1));
    }

    /// @param form Nodes or Leaves
    function bytesBelow(Form form, uint256 levels) internal pure returns (uint256) {
        return (form == Form.Leaves ? Tree.LEAF_BYTES : NODE_BYTES) << levels;
    }

    /// @param depth Of the list of records
    function recordBytes(uint256 depth) internal pure returns (uint256) {
        return RECORD_BYTES + NODE_BYTES * depth;
    }

    /// @notice The subject of the question that the data answers; zero of forms that no data answers.
    /// @param levels Of the question; not looked at where its form has none
    function subjectOf(Form form, uint256 levels, bytes calldata data) internal pure returns (bytes32 node) {
        uint256 at = Calldata.positionOf(data);
        if (form == Form.Nodes) {
            if (levels > MAX_NODE_LEVELS) levels = MAX_NODE_LEVELS;
            _requireLength(form, data.length, bytesBelow(form, levels));
            (node, ) = Tree.subtree(levels, at);
        } else if (form == Form.Leaves) {
            if (levels > MAX_LEAF_LEVELS) levels = MAX_LEAF_LEVELS;
            _requireLength(form, data.length, bytesBelow(form, levels));
            (node, ) = Tree.leafRange(0, 1 << levels, levels, at);
        } else if (form == Form.Descriptor) {
            if (data.length > MAX_DESCRIPTOR_BYTES) {
                revert IInquiry.AnswerLength(form, data.length, MAX_DESCRIPTOR_BYTES);
            }
            node = Calldata.hash(at, data.length);
        } else if (form == Form.Record) {
            node = _recordSubject(data);
        }
    }

    /// @dev The depth follows from the length, and the subject commits to it.
    function _recordSubject(bytes calldata data) private pure returns (bytes32) {
        uint256 depth = 0;
        if (data.length > RECORD_BYTES) depth = (data.length - RECORD_BYTES) / NODE_BYTES;
        if (depth > MAX_RECORD_DEPTH) depth = MAX_RECORD_DEPTH;
        _requireLength(Form.Record, data.length, recordBytes(depth));
        Evidence memory e;
        e.at = Calldata.positionOf(data);
        e.readRecordFields();
        return recordSubject(e.readRecordPath(depth), depth, e.recordIndex);
    }

    function _requireLength(Form form, uint256 actual, uint256 expected) private pure {
        if (actual != expected) revert IInquiry.AnswerLength(form, actual, expected);
    }
}
