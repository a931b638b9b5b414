// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Accumulator} from "../libraries/Accumulator.sol";
import {Float32} from "../libraries/Float32.sol";
import {IntegerDot} from "../libraries/IntegerDot.sol";
import {PlainFloat32} from "./PlainFloat32.sol";

/// @title The libraries against their plain twins
/// @notice Tests only.
contract TwinHarness {
    error Differs(string operation, uint256 a, uint256 b, uint256 actual, uint256 expected);

    /// @param vectors Packed big-endian u32 a, b, and four bytes that are ignored.
    function scalars(bytes calldata vectors) external pure {
        for (uint256 i = 0; i + 12 <= vectors.length; i += 12) {
            uint256 a = uint32(bytes4(vectors[i:i + 4]));
            uint256 b = uint32(bytes4(vectors[i + 4:i + 8]));
            _same("add", a, b, Float32.add(a, b), PlainFloat32.add(a, b));
            _same("mul", a, b, Float32.mul(a, b), PlainFloat32.mul(a, b));
            _same("div", a, b, Float32.div(a, b), PlainFloat32.div(a, b));
            _same("sqrt", a, b, Float32.sqrt(a), PlainFloat32.sqrt(a));
            _same("lt", a, b, Float32.lt(a, b), PlainFloat32.lt(a, b));
            _same("le", a, b, Float32.le(a, b), PlainFloat32.lt(a, b) | Float32.eq(a, b));
        }
    }

    /// @param run n little-endian binary32, then n more.
    function runs(uint256 start, bytes calldata run) external pure {
        uint256 n = run.length / 8;
        uint256 p;
        assembly ("memory-safe") {
            p := run.offset
        }
        Accumulator.State memory state = Accumulator.open(start);
        Accumulator.run(state, p, p + 4 * n, n);
        _same(
            "dot",
            start,
            n,
            Accumulator.close(state),
            Float32.canonical(PlainFloat32.dot(start, run, 0, 4 * n, n))
        );
    }

    /// @param run n bytes, then n more.
    function integerRuns(bytes calldata run) external pure {
        uint256 n = run.length / 2;
        uint256 p;
        assembly ("memory-safe") {
            p := run.offset
        }
        for (uint256 signs = 0; signs < 4; ++signs) {
            bool a = signs & 1 == 1;
            bool b = signs & 2 == 2;
            _same(
                "integerDot",
                signs,
                n,
                IntegerDot.run(0, p, p + n, n, a, b),
                PlainFloat32.integerDot(run, n, a, b)
            );
        }
    }

    function _same(
        string memory operation,
        uint256 a,
        uint256 b,
        uint256 actual,
        uint256 expected
    ) private pure {
        if (actual != expected) revert Differs(operation, a, b, actual, expected);
    }
}
