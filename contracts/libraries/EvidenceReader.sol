// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IInquiry} from "../interfaces/IInquiry.sol";
import {IReferee} from "../interfaces/IReferee.sol";
import {Artifact, TABLE_ENTRY_BYTES} from "../types/Artifact.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId, toModelId} from "../types/Model.sol";
import {Record} from "../types/Record.sol";
import {ByteLanes} from "./ByteLanes.sol";
import {Calldata} from "./Calldata.sol";
import {KernelCodec} from "./KernelCodec.sol";
import {TensorEntry} from "./KernelCheck.sol";
import {NodeRange, toNodeRange, Tree} from "./Tree.sol";

/// @notice Evidence being read: the position of the next byte, in calldata, and what is proven so far.
struct Evidence {
    uint256 at;
    Record record;
    uint256 recordIndex;
    Artifact artifact;
}

/// @title Evidence: reads the fields of evidence and proves them
/// @notice A field is either compared with something committed or harmless. Reading past the end gives whatever follows in
/// calldata, which proves nothing: `finish` refuses evidence that was read beyond its end.
library EvidenceReader {
    uint256 private constant ENTRIES_PER_LEAF = Tree.LEAF_BYTES / TABLE_ENTRY_BYTES;
    uint256 private constant MAX_COUNT = 1 << 27;

    function u8(Evidence memory e) internal pure returns (uint256 value) {
        value = Calldata.u8(e.at);
        e.at += 1;
    }

    function u16(Evidence memory e) internal pure returns (uint256 value) {
        value = Calldata.u16(e.at);
        e.at += 2;
    }

    function u32(Evidence memory e) internal pure returns (uint256 value) {
        value = Calldata.u32(e.at);
        e.at += 4;
    }

    function word(Evidence memory e) internal pure returns (bytes32 value) {
        value = Calldata.word(e.at);
        e.at += 32;
    }

    function account(Evidence memory e) internal pure returns (address value) {
        value = address(Calldata.u160(e.at));
        e.at += 20;
    }

    /// @param evidence The same that was read from
    function finish(Evidence memory e, bytes calldata evidence) internal pure {
        uint256 taken = e.at - Calldata.positionOf(evidence);
        if (taken > evidence.length) revert IReferee.EvidenceTooShort(evidence.length, taken);
        if (taken < evidence.length) revert IReferee.TrailingEvidence(evidence.length, taken);
    }

    /// @notice RECORD: a record of the claim.
    function readRecord(Evidence memory e, Claim calldata claim) internal pure {
        readRecordFields(e);
        uint256 index = e.recordIndex;
        if (index >= claim.n) revert IReferee.RecordOutOfRange(index, claim.n);
        bytes32 root = readRecordPath(e, claim.recordDepth());
        if (root != claim.recordsRoot) revert IReferee.WrongRecord(root, claim.recordsRoot);
    }

    /// @notice RECORD without its path: proves nothing yet.
    function readRecordFields(Evidence memory e) internal pure {
        Record memory record = e.record;
        record.requester = account(e);
        record.salt = word(e);
        record.inputRoot = word(e);
        record.outputRoot = word(e);
        record.traceRoot = word(e);
        record.parentsRoot = word(e);
        record.parentsCount = uint8(u8(e));
        e.recordIndex = u32(e);
    }

    /// @notice The path of RECORD.
    /// @return The root it leads to
    function readRecordPath(Evidence memory e, uint256 depth) internal pure returns (bytes32) {
        return _path(e, e.record.recordHash(), e.recordIndex, depth);
    }

    /// @notice Where a record left its trace to be stated, the stated one binds it like its own, and takes its place here.
    /// It stays zero until one is stated.
    /// @param inquiry Zero = records must state theirs
    function bindTrace(
        Evidence memory e,
        Claim calldata claim,
        address claimBook,
        address inquiry
    ) internal view {
        if (e.record.traceRoot != 0 || inquiry == address(0)) return;
        ClaimId id = claim.claimId(block.chainid, claimBook);
        e.record.traceRoot = IInquiry(inquiry).statedTrace(id, e.recordIndex);
    }

    /// @notice The record's own, or the one bound to it.
    function traceRoot(Evidence memory e) internal pure returns (bytes32 root) {
        root = e.record.traceRoot;
        if (root == 0) revert IReferee.TraceNotStated();
    }

    /// @notice MODEL: what a model commits to.
    function readModel(Evidence memory e, ModelId model, address registry) internal view {
        Artifact memory artifact = e.artifact;
        artifact.kernelCount = uint32(u32(e));
        artifact.weightCount = uint32(u32(e));
        artifact.inputCount = uint32(u32(e));
        artifact.outputCount = uint32(u32(e));
        artifact.programRoot = word(e);
        artifact.tableRoot = word(e);
        artifact.weightsRoot = word(e);
        artifact.interfaceHash = word(e);
        address publisher = account(e);
        ModelId superseded = ModelId.wrap(word(e));
        ModelId id = toModelId(block.chainid, registry, publisher, artifact.artifactId(), superseded);
        if (id != model) revert IReferee.WrongModel(id, model);
    }

    /// @notice One item of a list and its path.
    /// @return item The item
    /// @return root The root it leads to
    function readItem(
        Evidence memory e,
        uint256 index,
        uint256 depth
    ) internal pure returns (bytes32 item, bytes32 root) {
        item = word(e);
        root = _path(e, item, index, depth);
    }

    function readPath(
        Evidence memory e,
        bytes32 node,
        uint256 index,
        uint256 depth
    ) internal pure returns (bytes32) {
        return _path(e, node, index, depth);
    }

    /// @notice One leaf and its path.
    /// @return at Calldata position of the leaf
    /// @return root The root it leads to
    function readLeaf(
        Evidence memory e,
        uint256 index,
        uint256 depth
    ) internal pure returns (uint256 at, bytes32 root) {
        at = e.at;
        (root, e.at) = Tree.leaf(index, depth, at);
    }

    /// @notice Items of a list and their siblings.
    /// @param indices Ascending
    function readItems(
        Evidence memory e,
        uint256[] memory indices,
        uint256 depth
    ) internal pure returns (bytes32[] memory list, bytes32 root) {
        list = new bytes32[](indices.length);
        bytes32[] memory nodes = new bytes32[](indices.length);
        for (uint256 i = 0; i < indices.length; ++i) {
            list[i] = word(e);
            nodes[i] = list[i];
        }
        (root, e.at) = Tree.items(indices, nodes, depth, e.at);
    }

    /// @notice The table entries of some tensors.
    /// @param ids Ascending, at least one, each below the artifact's tensor count
    function readTable(
        Evidence memory e,
        uint256[] memory ids
    ) internal pure returns (TensorEntry[] memory entries) {
        NodeRange[] memory leaves = new NodeRange[](ids.length);
        entries = new TensorEntry[](ids.length);
        uint256 opened = 0;
        uint256 previous = type(uint256).max;
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 leaf = ids[i] / ENTRIES_PER_LEAF;
            if (leaf != previous) {
                leaves[opened++] = toNodeRange(leaf, 1);
                previous = leaf;
            }
            uint256 at = e.at + (opened - 1) * Tree.LEAF_BYTES;
            entries[i] = _entry(at + (ids[i] % ENTRIES_PER_LEAF) * TABLE_ENTRY_BYTES);
        }
        assembly ("memory-safe") {
            mstore(leaves, opened)
        }
        bytes32 root;
        (root, e.at) = Tree.leafRanges(leaves, e.artifact.tableDepth(), e.at);
        if (root != e.artifact.tableRoot) revert IReferee.WrongTable(root, e.artifact.tableRoot);
    }

    /// @notice The table entry of one tensor.
    function readEntry(Evidence memory e, uint256 id) internal pure returns (TensorEntry memory) {
        uint256[] memory ids = new uint256[](1);
        ids[0] = id;
        return readTable(e, ids)[0];
    }

    /// @dev u32 element count (little-endian), u8 dtype; whatever else stands there reads as u8 × 1.
    function _entry(uint256 at) private pure returns (TensorEntry memory entry) {
        uint256 value = ByteLanes.swap32(Calldata.u32(at));
        uint256 dtype = Calldata.u8(at + 4);
        bool isKnown = dtype <= KernelCodec.I8 && value != 0 && value <= MAX_COUNT;
        return isKnown ? TensorEntry(value, dtype) : TensorEntry(1, KernelCodec.U8);
    }

    function _path(
        Evidence memory e,
        bytes32 node,
        uint256 index,
        uint256 depth
    ) private pure returns (bytes32 root) {
        (root, e.at) = Tree.path(node, index, depth, e.at);
    }
}
