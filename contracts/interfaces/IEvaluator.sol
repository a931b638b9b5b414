// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IReductions} from "./IReductions.sol";
import {ITranscendental} from "./ITranscendental.sol";

/// @title Evaluator: recomputes one element of one kernel from opened operands
/// @notice `out[o] = tail(o, R over k of body(o, k))` for one o. Believes its caller: that the kernel is not void, that the
/// element exists and that the ranges hold what was committed. Depends on its arguments alone.
interface IEvaluator {
    /// @notice The ranges opened of one tensor: those numbered begin ≤ i < end. They are ascending and do not touch.
    struct Opened {
        uint256 begin;
        uint256 end;
    }

    /// @param descriptorAt Position of the descriptor in the evidence; its length in bytes
    /// @param element Row-major
    /// @param bodyIsFloat Whether the body's value is f32, else it is i32
    /// @param operands By load; none where the tensor is not opened
    /// @param ranges Neighbouring bytes of a tensor each, a word in three parts: position of the first one in the tensor
    /// (128 bits), how many (64 bits, > 0), position of the first one in the evidence (64 bits)
    struct Question {
        uint256 descriptorAt;
        uint256 descriptorLength;
        uint256 element;
        bool bodyIsFloat;
        Opened[] operands;
        uint256[] ranges;
    }

    /// @notice A reduction so far.
    /// @param accumulator 32 bits; 0 before the first k
    /// @param best Of arg reducers: the best value so far, 32 bits
    struct Partial {
        uint256 accumulator;
        uint256 best;
    }

    /// @return The element as it is stored: 32 bits, or 8 of u8 and i8
    function evaluate(Question calldata question, bytes calldata evidence) external view returns (uint256);

    /// @notice Only the reduction, only over the k numbered from ≤ k < from + count. The whole reduction in stages gives
    /// what it gives at once, however it is cut.
    /// @param count > 0, from + count ≤ K
    /// @param partial_ What the k before `from` gave
    function reduce(
        Question calldata question,
        uint256 from,
        uint256 count,
        Partial calldata partial_,
        bytes calldata evidence
    ) external view returns (Partial memory);

    /// @notice Only the tail, over the whole reduction's accumulator.
    /// @return The element as it is stored
    function conclude(
        Question calldata question,
        uint256 accumulator,
        bytes calldata evidence
    ) external view returns (uint256);

    function transcendental() external view returns (ITranscendental);

    function reductions() external view returns (IReductions);
}
