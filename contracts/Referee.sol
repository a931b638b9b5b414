// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IEvaluator} from "./interfaces/IEvaluator.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IReferee} from "./interfaces/IReferee.sol";
import {Calldata} from "./libraries/Calldata.sol";
import {ElementReader} from "./libraries/ElementReader.sol";
import {Evidence, EvidenceReader} from "./libraries/EvidenceReader.sol";
import {TensorEntry} from "./libraries/KernelCheck.sol";
import {Disputed, OperandReader} from "./libraries/OperandReader.sol";
import {CommittedTree, PlaceReader, TreeNode} from "./libraries/PlaceReader.sol";
import {Tree} from "./libraries/Tree.sol";
import {Claim} from "./types/Claim.sol";
import {Fault} from "./types/Fault.sol";

/// @title Referee
/// @dev Reads evidence front to back, once. Nothing is believed before it led to a root that the claim commits to, and no
/// verdict is reached before the last byte was read; whatever fails on the way, gas included, reverts. So evidence that is
/// not a proof costs its sender and accuses nobody.
contract Referee is IReferee {
    using EvidenceReader for Evidence;

    uint256 private constant LIST_RECORDS = 0;
    uint256 private constant LIST_OUTPUT = 2;
    uint256 private constant LIST_TRACE = 3;

    /// @inheritdoc IReferee
    IClaimBook public immutable claimBook;
    /// @inheritdoc IReferee
    IModelRegistry public immutable modelRegistry;
    /// @inheritdoc IReferee
    IEvaluator public immutable evaluator;
    /// @inheritdoc IReferee
    address public immutable inquiry;

    /// @dev Executes CLZ: a chain without it refuses this deployment instead of every proof.
    constructor() {
        assert(Tree.depthOf(block.timestamp + 1) != 0);
        IOnus onus = IOnus(msg.sender);
        claimBook = IClaimBook(onus.claimBook());
        modelRegistry = IModelRegistry(onus.modelRegistry());
        inquiry = onus.inquiry();
        evaluator = IEvaluator(onus.evaluator());
    }

    /// @inheritdoc IReferee
    function convict(Claim calldata claim, bytes calldata evidence, address beneficiary) external {
        Fault kind = _judge(claim, evidence);
        // The book derives the claim's id, and knows whether there is such a claim and whether it can still fall.
        claimBook.fault(claim, kind, beneficiary);
    }

    /// @inheritdoc IReferee
    function judge(Claim calldata claim, bytes calldata evidence) external view returns (Fault) {
        return _judge(claim, evidence);
    }

    function _judge(Claim calldata claim, bytes calldata evidence) private view returns (Fault) {
        Evidence memory e;
        e.at = Calldata.positionOf(evidence);
        uint256 kind = e.u8();
        if (kind == uint256(Fault.Element)) {
            _judgeElement(e, claim, evidence);
            return Fault.Element;
        }
        if (kind == uint256(Fault.OutputRoot)) {
            _judgeOutputRoot(e, claim, evidence);
            return Fault.OutputRoot;
        }
        if (kind == uint256(Fault.Padding)) {
            _judgePadding(e, claim, evidence);
            return Fault.Padding;
        }
        if (kind == uint256(Fault.AbsentNode)) {
            _judgeAbsentNode(e, claim, evidence);
            return Fault.AbsentNode;
        }
        revert UnknownFault(kind);
    }

    /// @dev Returns iff the committed element differs from the computed one.
    function _judgeElement(Evidence memory e, Claim calldata claim, bytes calldata evidence) private view {
        _readRecordAndModel(e, claim);
        IEvaluator.Question memory question;
        Disputed memory d = ElementReader.read(e, question, Calldata.positionOf(evidence));
        uint256 computed = 0;
        if (d.isVoid) {
            OperandReader.readOwnRoot(e, d, e.traceRoot());
            e.finish(evidence);
        } else {
            OperandReader.readOperands(e, d, e.traceRoot(), question, Calldata.positionOf(evidence));
            e.finish(evidence);
            computed = evaluator.evaluate(question, evidence);
        }
        if (computed == d.committed) revert ElementAgrees(d.kernelIndex, d.element, computed);
    }

    /// @dev Returns iff an output item is not the trace's.
    function _judgeOutputRoot(Evidence memory e, Claim calldata claim, bytes calldata evidence) private view {
        _readRecordAndModel(e, claim);
        uint256 output = e.u32();
        if (output >= e.artifact.outputCount) revert OutputOutOfRange(output, e.artifact.outputCount);
        bytes32 stated = PlaceReader.readItem(e, LIST_OUTPUT, output);
        bytes32 made = PlaceReader.readItem(e, LIST_TRACE, e.artifact.outputKernel(output));
        e.finish(evidence);
        if (stated == made) revert OutputAgrees(output, stated);
    }

    /// @dev Returns iff a byte after the last element is not zero.
    function _judgePadding(Evidence memory e, Claim calldata claim, bytes calldata evidence) private view {
        _readRecordAndModel(e, claim);
        uint256 list = e.u8();
        if (list == LIST_RECORDS || list > LIST_TRACE) revert UnknownList(list);
        uint256 index = e.u32();
        (bytes32 tensor, TensorEntry memory entry) = PlaceReader.readTensor(e, list, index);
        uint256 leaves = entry.leaves();
        (uint256 at, bytes32 root) = e.readLeaf(leaves - 1, Tree.depthOf(leaves));
        if (root != tensor) revert WrongLeaf(root, tensor);
        e.finish(evidence);
        uint256 used = (entry.count << entry.elementShift()) - (leaves - 1) * Tree.LEAF_BYTES;
        if (OperandReader.isZero(at + used, Tree.LEAF_BYTES - used)) revert PaddingAgrees(list, index);
    }

    /// @dev Returns iff a node over absent positions alone is not the absent node.
    function _judgeAbsentNode(Evidence memory e, Claim calldata claim, bytes calldata evidence) private view {
        uint256 list = e.u8();
        uint256 inside = e.u8();
        if (list > LIST_TRACE) revert UnknownList(list);
        if (inside > 1 || (inside == 1 && list == LIST_RECORDS)) revert UnknownPlace(list, inside);
        CommittedTree memory tree;
        if (list == LIST_RECORDS) {
            tree = PlaceReader.records(claim);
        } else {
            _readRecordAndModel(e, claim);
            if (inside == 0) tree = PlaceReader.listOf(e, list);
            else (, tree) = PlaceReader.readTensorTree(e, list);
        }
        TreeNode memory at = PlaceReader.readNode(e, tree.count);
        (uint256 level, uint256 index) = (at.level, at.index);
        if (index << level < tree.count) revert NodeNotAbsent(index << level, tree.count);
        if (at.root != tree.root) revert WrongNode(at.root, tree.root);
        e.finish(evidence);
        bytes32 absent = OperandReader.absentNode(level, inside == 1 ? Tree.ABSENT_LEAF : bytes32(0));
        if (at.node == absent) revert AbsentNodeAgrees(level, index);
    }

    function _readRecordAndModel(Evidence memory e, Claim calldata claim) private view {
        e.readRecord(claim);
        e.bindTrace(claim, address(claimBook), inquiry);
        e.readModel(claim.modelId, address(modelRegistry));
    }
}
