// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEvaluator} from "../interfaces/IEvaluator.sol";

/// @title StageHarness: asks an evaluator for an element at once and in stages
contract StageHarness {
    /// @param ends The k after the last one of each stage, ascending; the last is K
    struct Case {
        IEvaluator.Question question;
        uint256[] ends;
        bytes evidence;
    }

    /// @notice What passed between two stages has more than 32 bits.
    error Wide(uint256 accumulator, uint256 best);

    /// @return atOnce By case
    /// @return inStages By case
    function both(
        IEvaluator evaluator,
        Case[] calldata cases
    ) external view returns (uint256[] memory atOnce, uint256[] memory inStages) {
        atOnce = new uint256[](cases.length);
        inStages = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Case calldata one = cases[i];
            atOnce[i] = evaluator.evaluate(one.question, one.evidence);
            IEvaluator.Partial memory sum;
            uint256 from = 0;
            for (uint256 j = 0; j < one.ends.length; ++j) {
                uint256 count = one.ends[j] - from;
                sum = evaluator.reduce(one.question, from, count, sum, one.evidence);
                if ((sum.accumulator | sum.best) >> 32 != 0) revert Wide(sum.accumulator, sum.best);
                from = one.ends[j];
            }
            inStages[i] = evaluator.conclude(one.question, sum.accumulator, one.evidence);
        }
    }
}
