// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AnswerReader} from "../libraries/AnswerReader.sol";
import {Question, QuestionReader} from "../libraries/QuestionReader.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId} from "../types/Model.sol";
import {Form, questionKey} from "../types/Question.sol";

/// @title Makes the readers of questions and answers callable, many at once.
contract QuestionHarness {
    mapping(ClaimId => mapping(uint256 recordIndex => bytes32)) private _stated;

    function state(ClaimId claimId, uint256 recordIndex, bytes32 traceRoot) external {
        _stated[claimId][recordIndex] = traceRoot;
    }

    function ofClaim(
        Claim calldata claim,
        ClaimId claimId,
        address registry,
        bytes[] calldata streams
    ) external view returns (Question[] memory questions) {
        questions = new Question[](streams.length);
        for (uint256 i = 0; i < streams.length; ++i) {
            questions[i] = QuestionReader.readOfClaim(streams[i], claim, claimId, registry, _stated);
        }
    }

    function ofModel(
        ModelId modelId,
        address registry,
        bytes[] calldata streams
    ) external view returns (Question[] memory questions) {
        questions = new Question[](streams.length);
        for (uint256 i = 0; i < streams.length; ++i) {
            questions[i] = QuestionReader.readOfModel(streams[i], modelId, registry);
        }
    }

    /// @return key Of the question that the data answers
    function keyOf(Form form, uint8 levels, bytes calldata data) public pure returns (bytes32 key) {
        return questionKey(form, levels, AnswerReader.subjectOf(form, levels, data));
    }

    function keysOf(
        Form[] calldata forms,
        uint8[] calldata levels,
        bytes[] calldata data
    ) external pure returns (bytes32[] memory keys) {
        keys = new bytes32[](forms.length);
        for (uint256 i = 0; i < forms.length; ++i) keys[i] = keyOf(forms[i], levels[i], data[i]);
    }
}
