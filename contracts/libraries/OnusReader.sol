// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IClaimBook} from "../interfaces/IClaimBook.sol";
import {Artifact, TABLE_ENTRY_BYTES} from "../types/Artifact.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId, toModelId} from "../types/Model.sol";
import {Phase} from "../types/Phase.sol";
import {MAX_PARENTS, Record} from "../types/Record.sol";
import {RecordOpening, RecordRef} from "../types/RecordRef.sol";
import {Calldata} from "./Calldata.sol";
import {ListProof} from "./ListProof.sol";
import {RecordProof} from "./RecordProof.sol";
import {Tree} from "./Tree.sol";

/// @title OnusReader: how another contract relies on a result
/// @notice First `requireFinal`: the record stands in a FINAL claim, and enough was at stake for it. Then `readElement`:
/// one number of one of its outputs. What was at stake answers for wrongness only as far as somebody looked: artifact,
/// input and record must have been at hand to at least one honest party within the window.
library OnusReader {
    /// @param registry The model registry of the claim's deployment
    /// @param publisher Who published the model
    /// @param superseded The model it follows, or zero
    /// @param output 0-based output of the model
    /// @param element 0-based, row-major
    struct ElementAddress {
        address registry;
        address publisher;
        ModelId superseded;
        uint32 output;
        uint32 element;
    }

    /// @param opening The record, in its claim
    /// @param parents All that the record names, in its order
    struct Ancestor {
        RecordOpening opening;
        RecordRef[] parents;
    }

    error ClaimNotFinal(ClaimId claimId, Phase actual, Phase expected);
    /// @notice Wei for each record of the claim, and what the caller asks for.
    error LiabilityPerRecordTooSmall(uint256 actual, uint256 expected);
    /// @notice Artifact, publisher and registry do not make the claim's model.
    error WrongModel(ModelId actual, ModelId expected);
    error OutputOutOfRange(uint256 actual, uint256 size);
    error ElementOutOfRange(uint256 actual, uint256 size);
    /// @notice The opening of the tensor table leads elsewhere.
    error WrongTableOpening(bytes32 actual, bytes32 expected);
    /// @notice The opening of the output tensor leads elsewhere.
    error WrongOutputOpening(bytes32 actual, bytes32 expected);
    /// @notice These are not all the parents that the record commits to, or not in its order, or one of them stands in
    /// another claim book.
    error WrongParents(bytes32 actual, bytes32 expected);
    error WrongParentsCount(uint256 actual, uint256 expected);
    /// @notice A record commits to more parents than are bound by anybody.
    error ParentsOutOfRange(uint256 actual, uint256 most);
    /// @notice The opening has bytes missing or left over.
    error WrongOpeningLength(uint256 actual, uint256 expected);

    uint256 internal constant MAX_ELEMENTS = 1 << 27;
    uint8 internal constant F32 = 0;
    uint8 internal constant I32 = 1;
    uint8 internal constant U8 = 2;
    uint8 internal constant I8 = 3;

    /// @notice Reverts unless `record` stands at `index` of a FINAL claim with enough liability for each record.
    /// @param proof Siblings of the record from level 0 up
    /// @param minLiabilityPerRecord Wei; compare it with what a wrong result would cost
    /// @return claimId For events and parents
    function requireFinal(
        IClaimBook claimBook,
        Claim calldata claim,
        Record calldata record,
        uint256 index,
        bytes32[] calldata proof,
        uint256 minLiabilityPerRecord
    ) internal view returns (ClaimId claimId) {
        claimId = claimBook.idOf(claim);
        _requireFinal(claimBook, claimId);
        RecordProof.requireRecord(claim, record, index, proof);
        uint256 perRecord = claim.liability / claim.n;
        if (perRecord < minLiabilityPerRecord)
            revert LiabilityPerRecordTooSmall(perRecord, minLiabilityPerRecord);
    }

    /// @notice Reverts unless every record of `line`, and every record that one of these names as a parent, stands in a
    /// FINAL claim of this book. FINAL is terminal, so what holds now holds for ever.
    /// @dev Certain as far as the line goes: parents that are opened in it have their own parents checked, of the others
    /// nothing is known but that their claims are FINAL (`unopened` counts them, and a reference to one that does not exist
    /// passes). At 0 the whole ancestry of every record in the line is FINAL. A record that names a parent of another claim
    /// book never passes: nobody here can vouch for it. Parents that a record does not name are unknown to everybody.
    /// @param line Records in any order, each once; the caller compares `line[0]`, say, with the record it relies on
    /// @return unopened Distinct references to parents that the line does not open
    function requireClean(
        IClaimBook claimBook,
        Ancestor[] calldata line
    ) internal view returns (uint256 unopened) {
        bytes32[] memory opened = new bytes32[](line.length);
        uint256 count = 0;
        for (uint256 i = 0; i < line.length; ++i) {
            RecordOpening calldata opening = line[i].opening;
            ClaimId id = claimBook.idOf(opening.claim);
            _requireFinal(claimBook, id);
            RecordProof.requireRecord(opening.claim, opening.record, opening.recordIndex, opening.siblings);
            opened[i] = RecordRef(id, opening.recordIndex).toItem(block.chainid, address(claimBook));
            count += line[i].parents.length;
        }
        // Everything found so far, so that a parent of several children counts once.
        bytes32[] memory found = new bytes32[](count);
        for (uint256 i = 0; i < line.length; ++i) {
            bytes32[] memory items = _requireParents(claimBook, line[i]);
            for (uint256 j = 0; j < items.length; ++j) {
                if (_contains(opened, opened.length, items[j])) continue;
                if (_contains(found, unopened, items[j])) continue;
                found[unopened++] = items[j];
            }
        }
    }

    /// @notice One element of one output of a record that `requireFinal` accepted.
    /// @param artifact Preimage of the model's artifact id
    /// @param opening Leaf and siblings of the tensor's table entry, then leaf and siblings of the element in the output
    /// tensor, then the siblings of that tensor's root in the output list
    /// @return dtype 0 f32, 1 i32, 2 u8, 3 i8
    /// @return bits The element, zero-extended: binary32 for f32, two's complement for signed integers
    function readElement(
        Claim calldata claim,
        Record calldata record,
        Artifact calldata artifact,
        ElementAddress calldata address_,
        bytes calldata opening
    ) internal view returns (uint8 dtype, uint32 bits) {
        Artifact memory made = artifact;
        ModelId model = toModelId(
            block.chainid,
            address_.registry,
            address_.publisher,
            made.artifactId(),
            address_.superseded
        );
        if (model != claim.modelId) revert WrongModel(model, claim.modelId);
        if (address_.output >= made.outputCount) revert OutputOutOfRange(address_.output, made.outputCount);

        uint256 start = Calldata.positionOf(opening);
        uint256 ptr = start;
        uint256 elements;
        (dtype, elements, ptr) = _openTableEntry(
            made,
            made.kernelTensor(made.outputKernel(address_.output)),
            ptr
        );
        if (address_.element >= elements) revert ElementOutOfRange(address_.element, elements);
        (bits, ptr) = _openElement(record.outputRoot, made, address_, dtype, elements, ptr);
        if (ptr - start != opening.length) revert WrongOpeningLength(opening.length, ptr - start);
    }

    function _requireFinal(IClaimBook claimBook, ClaimId id) private view {
        Phase phase = claimBook.stateOf(id).phase;
        if (phase != Phase.FINAL) revert ClaimNotFinal(id, phase, Phase.FINAL);
    }

    /// @return items Of all parents of an opened record, each in a FINAL claim
    function _requireParents(
        IClaimBook claimBook,
        Ancestor calldata ancestor
    ) private view returns (bytes32[] memory items) {
        RecordRef[] calldata parents = ancestor.parents;
        Record calldata record = ancestor.opening.record;
        if (record.parentsCount > MAX_PARENTS) revert ParentsOutOfRange(record.parentsCount, MAX_PARENTS);
        if (parents.length != record.parentsCount) {
            revert WrongParentsCount(parents.length, record.parentsCount);
        }
        items = new bytes32[](parents.length);
        bytes32[] memory scratch = new bytes32[](parents.length);
        for (uint256 i = 0; i < parents.length; ++i) {
            RecordRef memory parent = parents[i];
            items[i] = parent.toItem(block.chainid, address(claimBook));
            scratch[i] = items[i];
        }
        bytes32 root = ListProof.rootOf(scratch);
        if (root != record.parentsRoot) revert WrongParents(root, record.parentsRoot);
        for (uint256 i = 0; i < parents.length; ++i) _requireFinal(claimBook, parents[i].claimId);
    }

    function _contains(bytes32[] memory items, uint256 count, bytes32 item) private pure returns (bool) {
        for (uint256 i = 0; i < count; ++i) if (items[i] == item) return true;
        return false;
    }

    /// @dev An entry with an unknown dtype or a count outside 1..2^27 reads as u8 × 1 (docs/spec/commitments.md).
    function _openTableEntry(
        Artifact memory artifact,
        uint256 tensor,
        uint256 ptr
    ) private pure returns (uint8 dtype, uint256 elements, uint256 next) {
        uint256 at = tensor * TABLE_ENTRY_BYTES;
        uint256 entry = uint256(Calldata.word(ptr + (at % Tree.LEAF_BYTES))) >> 192;
        bytes32 root;
        (root, next) = Tree.leaf(at / Tree.LEAF_BYTES, artifact.tableDepth(), ptr);
        if (root != artifact.tableRoot) revert WrongTableOpening(root, artifact.tableRoot);
        elements = _reverse4(entry >> 32);
        dtype = uint8(entry >> 24);
        if (dtype > I8 || elements == 0 || elements > MAX_ELEMENTS) return (U8, 1, next);
    }

    function _openElement(
        bytes32 outputRoot,
        Artifact memory artifact,
        ElementAddress calldata address_,
        uint8 dtype,
        uint256 elements,
        uint256 ptr
    ) private pure returns (uint32 bits, uint256 next) {
        uint256 width = dtype > I32 ? 1 : 4;
        uint256 at = address_.element * width;
        uint256 word = uint256(Calldata.word(ptr + (at % Tree.LEAF_BYTES)));
        bits = width == 1 ? uint32(word >> 248) : uint32(_reverse4(word >> 224));
        bytes32 root;
        (root, next) = Tree.leaf(at / Tree.LEAF_BYTES, Tree.depthOf(Tree.leavesOf(elements * width)), ptr);
        (root, next) = Tree.path(root, address_.output, artifact.outputDepth(), next);
        if (root != outputRoot) revert WrongOutputOpening(root, outputRoot);
    }

    /// @dev Little-endian to number, of the lowest four bytes.
    function _reverse4(uint256 four) private pure returns (uint256) {
        four = four & 0xffffffff;
        four = ((four & 0x00ff00ff) << 8) | ((four & 0xff00ff00) >> 8);
        return ((four & 0xffff) << 16) | (four >> 16);
    }
}
