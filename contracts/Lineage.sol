// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {ILineage} from "./interfaces/ILineage.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {ListProof} from "./libraries/ListProof.sol";
import {RecordProof} from "./libraries/RecordProof.sol";
import {Artifact} from "./types/Artifact.sol";
import {Claim, ClaimId, toParentItem} from "./types/Claim.sol";
import {ModelId, toModelId} from "./types/Model.sol";
import {Phase} from "./types/Phase.sol";
import {MAX_PARENTS} from "./types/Record.sol";
import {ListOpening, RecordOpening, RecordRef} from "./types/RecordRef.sol";

/// @title Lineage
/// @dev Holds nothing and decides nothing; a part that only reads the others. Edges are keyed by what they join, so
/// nothing here is a list, and nobody can make anybody's call dearer.
contract Lineage is ILineage {
    IClaimBook public immutable claimBook;
    address public immutable modelRegistry;

    /// @param cause The faulted ancestor's claim
    /// @param depth Edges from it, ≥ 1; 0 = no label
    struct Label {
        ClaimId cause;
        uint32 depth;
    }

    mapping(bytes32 child => mapping(bytes32 parent => Edge)) private _edges;
    /// @dev Two labels and not the better one of two: the shortest of all paths and the shortest of the bound ones are each
    /// independent of the order of pushes, a choice between them would not be. A bound path is one of all, so `_stated` is
    /// written only where it is less.
    mapping(bytes32 item => Label) private _stated;
    mapping(bytes32 item => Label) private _bound;

    constructor() {
        IOnus onus = IOnus(msg.sender);
        claimBook = IClaimBook(onus.claimBook());
        modelRegistry = onus.modelRegistry();
    }

    /// @inheritdoc ILineage
    function stateEdge(
        RecordOpening calldata child,
        ListOpening calldata path,
        Claim calldata parentClaim,
        uint32 parentIndex
    ) external returns (bool added) {
        RecordRef memory parent = RecordRef(_requireSubmitted(parentClaim), parentIndex);
        if (parentIndex >= parentClaim.n) revert ParentIndexOutOfRange(parentIndex, parentClaim.n);
        bytes32 parentItem = _itemOf(parent);
        RecordRef memory ref = _requireNamed(child, path, parentItem);

        bytes32 childItem = _itemOf(ref);
        if (_edges[childItem][parentItem] != Edge.NONE) return false;
        _edges[childItem][parentItem] = Edge.STATED;
        emit EdgeStated(ref.claimId, parent.claimId, ref.recordIndex, parentIndex);
        return true;
    }

    /// @inheritdoc ILineage
    function bindEdge(
        RecordOpening calldata child,
        RecordOpening calldata parent,
        Binding calldata binding
    ) external returns (bool added) {
        RecordRef memory childRef = _requireOpened(child);
        RecordRef memory parentRef = _requireOpened(parent);
        bytes32 childItem = _itemOf(childRef);
        bytes32 parentItem = _itemOf(parentRef);
        Edge edge = _edges[childItem][parentItem];
        if (edge == Edge.BOUND) return false;
        if (edge != Edge.STATED) revert EdgeNotStated(childItem, parentItem, edge);

        uint256 inputs = _requireModel(child.claim, binding.childModel).inputCount;
        ListProof.requireItem(child.record.inputRoot, inputs, binding.tensorRoot, binding.input);
        uint256 outputs = _requireModel(parent.claim, binding.parentModel).outputCount;
        ListProof.requireItem(parent.record.outputRoot, outputs, binding.tensorRoot, binding.output);

        _edges[childItem][parentItem] = Edge.BOUND;
        emit EdgeBound(
            childRef.claimId,
            parentRef.claimId,
            childRef.recordIndex,
            parentRef.recordIndex,
            binding.input.position,
            binding.output.position,
            binding.tensorRoot
        );
        return true;
    }

    /// @inheritdoc ILineage
    function showForeignParent(
        RecordOpening calldata child,
        ListOpening calldata path,
        uint256 chainId,
        address claimBook_,
        ClaimId parentClaim,
        uint256 parentIndex
    ) external returns (bool added) {
        if (chainId == block.chainid && claimBook_ == address(claimBook))
            revert ParentNotForeign(parentClaim);
        bytes32 parentItem = toParentItem(chainId, claimBook_, parentClaim, parentIndex);
        RecordRef memory ref = _requireNamed(child, path, parentItem);

        bytes32 childItem = _itemOf(ref);
        if (_edges[childItem][parentItem] != Edge.NONE) return false;
        _edges[childItem][parentItem] = Edge.FOREIGN;
        emit ForeignParentShown(ref.claimId, parentClaim, ref.recordIndex, chainId, claimBook_, parentIndex);
        return true;
    }

    /// @inheritdoc ILineage
    function pushTaint(RecordRef calldata child, RecordRef calldata parent) external returns (bool changed) {
        bytes32 childItem = _itemOf(child);
        bytes32 parentItem = _itemOf(parent);
        Edge edge = _edges[childItem][parentItem];
        // Items of this claim book alone come out of a reference, so a foreign edge is never found.
        if (edge != Edge.STATED && edge != Edge.BOUND) revert EdgeNotStated(childItem, parentItem, edge);

        (Taint memory stated, Taint memory bound) = _taintOf(parent, parentItem);
        if (stated.status != TaintStatus.TAINTED) revert ParentNotTainted(parentItem);
        if (edge == Edge.BOUND && bound.status == TaintStatus.TAINTED) {
            Label memory next = _below(bound);
            if (_isLess(next, _bound[childItem])) {
                _bound[childItem] = next;
                _emitPushed(child, parent, next, Edge.BOUND);
                changed = true;
            }
        }
        Label memory known = _least(_stated[childItem], _bound[childItem]);
        Label memory offered = _below(stated);
        if (_isLess(offered, known)) {
            _stated[childItem] = offered;
            _emitPushed(child, parent, offered, Edge.STATED);
            changed = true;
        }
    }

    /// @inheritdoc ILineage
    function taintOf(
        RecordRef calldata record
    ) external view returns (Taint memory stated, Taint memory bound) {
        return _taintOf(record, _itemOf(record));
    }

    /// @inheritdoc ILineage
    function edgeOf(bytes32 child, bytes32 parent) external view returns (Edge) {
        return _edges[child][parent];
    }

    /// @inheritdoc ILineage
    function itemOf(RecordRef calldata record) external view returns (bytes32) {
        return _itemOf(record);
    }

    /// @dev The fault of a record's own claim is read where it is written, and needs no push; no label is less.
    function _taintOf(
        RecordRef memory record,
        bytes32 item
    ) private view returns (Taint memory stated, Taint memory bound) {
        if (claimBook.stateOf(record.claimId).phase == Phase.FAULTED) {
            stated = Taint(TaintStatus.TAINTED, 0, record.claimId);
            return (stated, stated);
        }
        Label memory label = _bound[item];
        bound = _read(label);
        stated = _read(_least(_stated[item], label));
    }

    function _read(Label memory label) private pure returns (Taint memory) {
        TaintStatus status = label.depth == 0 ? TaintStatus.NOT_PUSHED : TaintStatus.TAINTED;
        return Taint(status, label.depth, label.cause);
    }

    /// @return What a child is labelled with because of its parent
    function _below(Taint memory parent) private pure returns (Label memory) {
        return Label(parent.cause, parent.depth + 1);
    }

    /// @dev Labels only ever fall in this order, and an edge preserves it: so all orders of pushes end at the least label
    /// over all paths.
    function _isLess(Label memory label, Label memory than) private pure returns (bool) {
        if (label.depth == 0 || than.depth == 0) return label.depth != 0;
        if (label.depth != than.depth) return label.depth < than.depth;
        return ClaimId.unwrap(label.cause) < ClaimId.unwrap(than.cause);
    }

    function _least(Label memory a, Label memory b) private pure returns (Label memory) {
        return _isLess(a, b) ? a : b;
    }

    function _emitPushed(
        RecordRef calldata child,
        RecordRef calldata parent,
        Label memory label,
        Edge path
    ) private {
        emit TaintPushed(
            child.claimId,
            parent.claimId,
            label.cause,
            child.recordIndex,
            parent.recordIndex,
            path,
            label.depth
        );
    }

    /// @dev The child's record stands in a submitted claim, and its list of parents holds the item.
    function _requireNamed(
        RecordOpening calldata child,
        ListOpening calldata path,
        bytes32 parentItem
    ) private view returns (RecordRef memory) {
        uint256 count = child.record.parentsCount;
        if (count > MAX_PARENTS) revert ParentsOutOfRange(count, MAX_PARENTS);
        ListProof.requireItem(child.record.parentsRoot, count, parentItem, path);
        return _requireOpened(child);
    }

    function _requireOpened(RecordOpening calldata opening) private view returns (RecordRef memory) {
        ClaimId id = _requireSubmitted(opening.claim);
        RecordProof.requireRecord(opening.claim, opening.record, opening.recordIndex, opening.siblings);
        return RecordRef(id, opening.recordIndex);
    }

    function _requireSubmitted(Claim calldata claim) private view returns (ClaimId id) {
        id = claim.claimId(block.chainid, address(claimBook));
        if (claimBook.stateOf(id).phase == Phase.NONE) revert ClaimUnknown(id);
    }

    function _requireModel(
        Claim calldata claim,
        ModelOpening calldata opening
    ) private view returns (Artifact memory artifact) {
        artifact = opening.artifact;
        ModelId model = toModelId(
            block.chainid,
            modelRegistry,
            opening.publisher,
            artifact.artifactId(),
            opening.superseded
        );
        if (model != claim.modelId) revert WrongModel(model, claim.modelId);
    }

    function _itemOf(RecordRef memory record) private view returns (bytes32) {
        return record.toItem(block.chainid, address(claimBook));
    }
}
