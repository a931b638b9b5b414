// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IInquiry} from "../interfaces/IInquiry.sol";
import {IReferee} from "../interfaces/IReferee.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId} from "../types/Model.sol";
import {Form, List, NO_TENSOR, Place, questionKey, recordSubject, traceSubject} from "../types/Question.sol";
import {AnswerReader} from "./AnswerReader.sol";
import {Calldata} from "./Calldata.sol";
import {Evidence, EvidenceReader} from "./EvidenceReader.sol";
import {CommittedTree, PlaceReader, TreeNode} from "./PlaceReader.sol";

/// @notice A question that was read, and proven to be about what the claim or the model commits to.
/// @param answerBytes Most bytes of data that answer it
struct Question {
    bytes32 key;
    Form form;
    uint8 levels;
    bytes32 subject;
    uint256 answerBytes;
    Place place;
}

/// @title QuestionReader: questions as docs/spec/inquiry.md lays them out
library QuestionReader {
    using EvidenceReader for Evidence;

    /// @dev Codes of the first byte.
    uint256 private constant RECORD = 1;
    uint256 private constant TRACE = 2;
    uint256 private constant NODE = 3;
    uint256 private constant DESCRIPTOR = 4;

    uint256 private constant RECORDS = uint256(List.Records);
    uint256 private constant LAST_OF_RECORD = uint256(List.Trace);
    uint256 private constant LAST_LIST = uint256(List.Weights);

    /// @notice A question about a claim.
    /// @param stated Traces stated, by claim and record index
    function readOfClaim(
        bytes calldata stream,
        Claim calldata claim,
        ClaimId claimId,
        address registry,
        mapping(ClaimId => mapping(uint256 => bytes32)) storage stated
    ) internal view returns (Question memory question) {
        Evidence memory e;
        e.at = Calldata.positionOf(stream);
        uint256 kind = e.u8();
        if (kind == RECORD) {
            _readRecord(e, question, claim);
        } else if (kind == TRACE) {
            _readTrace(e, question, claim, claimId);
        } else if (kind == NODE) {
            (uint256 list, uint256 inside) = _readTree(e, question);
            if (list == RECORDS) {
                _readNode(e, question, PlaceReader.records(claim));
            } else {
                if (list <= LAST_OF_RECORD) {
                    e.readRecord(claim);
                    question.place.record = uint32(e.recordIndex);
                    if (e.record.traceRoot == 0) e.record.traceRoot = stated[claimId][e.recordIndex];
                }
                e.readModel(claim.modelId, registry);
                _readNodeOf(e, question, list, inside);
            }
        } else if (kind == DESCRIPTOR) {
            _readDescriptor(e, question, claim.modelId, registry);
        } else {
            revert IInquiry.UnknownQuestion(kind);
        }
        _finish(e, question, stream);
    }

    /// @notice A question about a model.
    function readOfModel(
        bytes calldata stream,
        ModelId modelId,
        address registry
    ) internal view returns (Question memory question) {
        Evidence memory e;
        e.at = Calldata.positionOf(stream);
        uint256 kind = e.u8();
        if (kind == RECORD) revert IInquiry.NotOfArtifact(RECORDS);
        if (kind == TRACE) revert IInquiry.NotOfArtifact(LAST_OF_RECORD);
        if (kind == NODE) {
            (uint256 list, uint256 inside) = _readTree(e, question);
            if (list <= LAST_OF_RECORD) revert IInquiry.NotOfArtifact(list);
            e.readModel(modelId, registry);
            _readNodeOf(e, question, list, inside);
        } else if (kind == DESCRIPTOR) {
            _readDescriptor(e, question, modelId, registry);
        } else {
            revert IInquiry.UnknownQuestion(kind);
        }
        _finish(e, question, stream);
    }

    function _readRecord(Evidence memory e, Question memory question, Claim calldata claim) private pure {
        uint256 index = e.u32();
        if (index >= claim.n) revert IInquiry.RecordOutOfRange(index, claim.n);
        uint256 depth = claim.recordDepth();
        question.form = Form.Record;
        question.subject = recordSubject(claim.recordsRoot, depth, index);
        question.answerBytes = AnswerReader.recordBytes(depth);
        question.place = Place(List.Records, 0, uint32(index), NO_TENSOR, uint32(index));
    }

    function _readTrace(
        Evidence memory e,
        Question memory question,
        Claim calldata claim,
        ClaimId claimId
    ) private pure {
        e.readRecord(claim);
        uint256 index = e.recordIndex;
        if (e.record.traceRoot != 0) revert IInquiry.TraceNotOnDemand(index);
        question.form = Form.Trace;
        question.subject = traceSubject(ClaimId.unwrap(claimId), index);
        question.answerBytes = AnswerReader.TRACE_BYTES;
        question.place = Place(List.Trace, 0, uint32(index), NO_TENSOR, 0);
    }

    /// @dev Which tree: records, input, output and trace, weights and their tensors; program and table as they are.
    function _readTree(
        Evidence memory e,
        Question memory question
    ) private pure returns (uint256 list, uint256 inside) {
        list = e.u8();
        inside = e.u8();
        bool hasTensors = list != RECORDS && (list <= LAST_OF_RECORD || list == LAST_LIST);
        if (list > LAST_LIST || inside > (hasTensors ? 1 : 0)) revert IInquiry.UnknownTree(list, inside);
        question.place.list = List(list);
        question.place.tensor = NO_TENSOR;
    }

    function _readNodeOf(
        Evidence memory e,
        Question memory question,
        uint256 list,
        uint256 inside
    ) private pure {
        CommittedTree memory tree;
        if (inside == 0) {
            tree = PlaceReader.listOf(e, list);
        } else {
            uint256 tensor;
            (tensor, tree) = PlaceReader.readTensorTree(e, list);
            question.place.tensor = uint32(tensor);
        }
        _readNode(e, question, tree);
    }

    function _readNode(Evidence memory e, Question memory question, CommittedTree memory tree) private pure {
        TreeNode memory at = PlaceReader.readNode(e, tree.count);
        if (at.root != tree.root) revert IInquiry.WrongRoot(at.root, tree.root);
        uint256 level = at.level;
        if (level == 0 && !tree.isBytes) revert IInquiry.NothingBelow(uint256(question.place.list));
        (question.form, question.levels) = AnswerReader.descent(level, tree.isBytes);
        question.subject = at.node;
        question.answerBytes = AnswerReader.bytesBelow(question.form, question.levels);
        // Depths are at most 22, and the index was read as 32 bits.
        question.place.level = uint8(level);
        question.place.index = uint32(at.index);
    }

    function _readDescriptor(
        Evidence memory e,
        Question memory question,
        ModelId modelId,
        address registry
    ) private view {
        e.readModel(modelId, registry);
        uint256 kernel = e.u32();
        if (kernel >= e.artifact.kernelCount) {
            revert IReferee.KernelOutOfRange(kernel, e.artifact.kernelCount);
        }
        (bytes32 hash, bytes32 root) = e.readItem(kernel, e.artifact.kernelDepth());
        if (root != e.artifact.programRoot) revert IInquiry.WrongRoot(root, e.artifact.programRoot);
        question.form = Form.Descriptor;
        question.subject = hash;
        question.answerBytes = AnswerReader.MAX_DESCRIPTOR_BYTES;
        question.place = Place(List.Program, 0, 0, NO_TENSOR, uint32(kernel));
    }

    /// @dev Nothing is believed before the last byte was read.
    function _finish(Evidence memory e, Question memory question, bytes calldata stream) private pure {
        uint256 taken = e.at - Calldata.positionOf(stream);
        if (taken > stream.length) revert IInquiry.QuestionTooShort(stream.length, taken);
        if (taken < stream.length) revert IInquiry.TrailingQuestion(stream.length, taken);
        question.key = questionKey(question.form, question.levels, question.subject);
    }
}
