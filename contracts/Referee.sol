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
    uint256 private constant LIST_INPUT = 1;
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
            OperandReader.readOwnRoot(e, d, _traceRoot(e));
            e.finish(evidence);
        } else {
            OperandReader.readOperands(e, d, _traceRoot(e), question, Calldata.positionOf(evidence));
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
        bytes32 stated = _readListItem(e, LIST_OUTPUT, output);
        bytes32 made = _readListItem(e, LIST_TRACE, e.artifact.outputKernel(output));
        e.finish(evidence);
        if (stated == made) revert OutputAgrees(output, stated);
    }

    /// @dev Returns iff a byte after the last element is not zero.
    function _judgePadding(Evidence memory e, Claim calldata claim, bytes calldata evidence) private view {
        _readRecordAndModel(e, claim);
        uint256 list = e.u8();
        uint256 index = e.u32();
        (bytes32 tensor, TensorEntry memory entry) = _readTensor(e, list, index);
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
        uint256 count;
        bytes32 root;
        if (list == LIST_RECORDS) {
            count = claim.n;
            root = claim.recordsRoot;
        } else {
            _readRecordAndModel(e, claim);
            if (inside == 0) {
                count = _countOf(e, list);
                root = _rootOf(e, list);
            } else {
                TensorEntry memory entry;
                (root, entry) = _readTensor(e, list, e.u32());
                count = entry.leaves();
            }
        }
        uint256 level = e.u8();
        uint256 index = e.u32();
        uint256 depth = Tree.depthOf(count);
        if (level > depth) revert LevelOutOfRange(level, depth);
        if (index << level < count) revert NodeNotAbsent(index << level, count);
        (bytes32 node, bytes32 actual) = e.readItem(index, depth - level);
        if (actual != root) revert WrongNode(actual, root);
        e.finish(evidence);
        bytes32 absent = OperandReader.absentNode(level, inside == 1 ? Tree.ABSENT_LEAF : bytes32(0));
        if (node == absent) revert AbsentNodeAgrees(level, index);
    }

    function _readRecordAndModel(Evidence memory e, Claim calldata claim) private view {
        e.readRecord(claim);
        e.bindTrace(claim, address(claimBook), inquiry);
        e.readModel(claim.modelId, address(modelRegistry));
    }

    /// @dev A tensor that a list commits to, and its table entry.
    function _readTensor(
        Evidence memory e,
        uint256 list,
        uint256 index
    ) private pure returns (bytes32 tensor, TensorEntry memory entry) {
        if (list == LIST_RECORDS || list > LIST_TRACE) revert UnknownList(list);
        uint256 count = _countOf(e, list);
        if (index >= count) revert TensorOutOfRange(list, index, count);
        tensor = _readListItem(e, list, index);
        uint256 id = index;
        if (list == LIST_OUTPUT) index = e.artifact.outputKernel(index);
        if (list != LIST_INPUT) id = e.artifact.kernelTensor(index);
        entry = e.readEntry(id);
    }

    /// @dev An item of a list of the record; `index` is below its count.
    function _readListItem(Evidence memory e, uint256 list, uint256 index) private pure returns (bytes32) {
        (bytes32 item, bytes32 root) = e.readItem(index, Tree.depthOf(_countOf(e, list)));
        bytes32 expected = _rootOf(e, list);
        if (root != expected) {
            if (list == LIST_INPUT) revert WrongInputs(root, expected);
            if (list == LIST_OUTPUT) revert WrongOutputs(root, expected);
            revert WrongTrace(root, expected);
        }
        return item;
    }

    function _countOf(Evidence memory e, uint256 list) private pure returns (uint256) {
        if (list == LIST_INPUT) return e.artifact.inputCount;
        return list == LIST_OUTPUT ? e.artifact.outputCount : e.artifact.kernelCount;
    }

    function _rootOf(Evidence memory e, uint256 list) private pure returns (bytes32) {
        if (list == LIST_INPUT) return e.record.inputRoot;
        return list == LIST_OUTPUT ? e.record.outputRoot : _traceRoot(e);
    }

    function _traceRoot(Evidence memory e) private pure returns (bytes32) {
        return e.traceRoot();
    }
}
