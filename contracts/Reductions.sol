// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IReductions} from "./interfaces/IReductions.sol";
import {Accumulator} from "./libraries/Accumulator.sol";
import {Calldata} from "./libraries/Calldata.sol";
import {Extremum} from "./libraries/Extremum.sol";
import {IntegerDot} from "./libraries/IntegerDot.sol";

/// @title Reductions
/// @dev A contract of its own because the unrolled accumulator and the referee do not fit one
/// (docs/decisions/0007-referee-parts.md).
contract Reductions is IReductions {
    uint256 private constant ONE = 0x3f800000;

    /// @inheritdoc IReductions
    function floatDot(
        uint256 accumulator,
        bytes calldata a,
        bytes calldata b
    ) external pure returns (uint256) {
        if (a.length != b.length) revert WrongRun(b.length, a.length);
        _checkFloats(a);
        Accumulator.State memory state = Accumulator.open(accumulator);
        Accumulator.run(state, Calldata.positionOf(a), Calldata.positionOf(b), a.length / 4);
        return Accumulator.close(state);
    }

    /// @inheritdoc IReductions
    function floatSum(uint256 accumulator, bytes calldata a) external pure returns (uint256) {
        _checkFloats(a);
        Accumulator.State memory state = Accumulator.open(accumulator);
        Accumulator.scale(state, ONE, Calldata.positionOf(a), a.length / 4);
        return Accumulator.close(state);
    }

    /// @inheritdoc IReductions
    function floatMax(uint256 best, bytes calldata a) external pure returns (uint256) {
        _checkFloats(a);
        return Extremum.max(best, Calldata.positionOf(a), a.length / 4);
    }

    /// @inheritdoc IReductions
    function floatMin(uint256 best, bytes calldata a) external pure returns (uint256) {
        _checkFloats(a);
        return Extremum.min(best, Calldata.positionOf(a), a.length / 4);
    }

    /// @inheritdoc IReductions
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

    function _checkFloats(bytes calldata run) private pure {
        uint256 rest = run.length % 4;
        if (rest != 0) revert WrongRun(run.length, run.length - rest);
    }
}
