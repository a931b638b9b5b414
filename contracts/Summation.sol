// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISummation} from "./interfaces/ISummation.sol";
import {Accumulator} from "./libraries/Accumulator.sol";
import {Calldata} from "./libraries/Calldata.sol";
import {IntegerDot} from "./libraries/IntegerDot.sol";

/// @title Summation
/// @dev A contract of its own because the unrolled accumulator and the referee do not fit one
/// (docs/decisions/referee-parts.md).
contract Summation is ISummation {
    uint256 private constant ONE = 0x3f800000;

    /// @inheritdoc ISummation
    function floatDot(
        uint256 accumulator,
        bytes calldata a,
        bytes calldata b
    ) external pure returns (uint256) {
        if (a.length != b.length || a.length % 4 != 0) revert WrongRun(b.length, a.length);
        Accumulator.State memory state = Accumulator.open(accumulator);
        Accumulator.run(state, Calldata.positionOf(a), Calldata.positionOf(b), a.length / 4);
        return Accumulator.close(state);
    }

    /// @inheritdoc ISummation
    function floatSum(uint256 accumulator, bytes calldata a) external pure returns (uint256) {
        if (a.length % 4 != 0) revert WrongRun(a.length, a.length - (a.length % 4));
        Accumulator.State memory state = Accumulator.open(accumulator);
        Accumulator.scale(state, ONE, Calldata.positionOf(a), a.length / 4);
        return Accumulator.close(state);
    }

    /// @inheritdoc ISummation
    function integerDot(
        uint256 accumulator,
        bytes calldata a,
        bytes calldata b,
        bool signedA,
        bool signedB
    ) external pure returns (uint256) {
        if (a.length != b.length) revert WrongRun(b.length, a.length);
        return
            IntegerDot.run(
                accumulator,
                Calldata.positionOf(a),
                Calldata.positionOf(b),
                a.length,
                signedA,
                signedB
            );
    }
}
