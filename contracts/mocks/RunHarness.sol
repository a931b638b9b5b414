// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Accumulator} from "../libraries/Accumulator.sol";
import {Calldata} from "../libraries/Calldata.sol";
import {Extremum} from "../libraries/Extremum.sol";
import {IntegerDot} from "../libraries/IntegerDot.sol";

/// @title Runs of products against expected values, and their gas
/// @notice Tests only.
contract RunHarness {
    /// @notice Evaluates chains, each packed as big-endian u32 n, start, expected, then 4n bytes of a and 4n bytes of b.
    /// What lies behind a run is the next chain, so a run that read on would show.
    function check(
        bytes calldata chains
    ) external pure returns (uint256 mismatches, uint256 first, uint256 result) {
        unchecked {
            uint256 p;
            assembly ("memory-safe") {
                p := chains.offset
            }
            uint256 end = p + chains.length;
            for (uint256 i; p < end; ++i) {
                uint256 n;
                uint256 start;
                uint256 expected;
                assembly ("memory-safe") {
                    let word := calldataload(p)
                    n := shr(224, word)
                    start := and(shr(192, word), 0xffffffff)
                    expected := and(shr(160, word), 0xffffffff)
                }
                Accumulator.State memory state = Accumulator.open(start);
                // In two pieces, cut anywhere: the state in between is all there is.
                uint256 cut = n == 0 ? 0 : (start ^ expected ^ n) % (n + 1);
                Accumulator.run(state, p + 12, p + 12 + 4 * n, cut);
                if (expected & 1 == 1) state = Accumulator.open(Accumulator.close(state));
                Accumulator.run(state, p + 12 + 4 * cut, p + 12 + 4 * (n + cut), n - cut);
                uint256 got = Accumulator.close(state);
                p += 12 + 8 * n;
                if (got != expected && mismatches++ == 0) {
                    first = i;
                    result = got;
                }
            }
        }
    }

    /// @notice One run of 4n bytes of a, then 4n bytes of b.
    function dot(uint256 start, bytes calldata data) external view returns (uint256 bits, uint256 gas) {
        unchecked {
            uint256 p = Calldata.positionOf(data);
            uint256 n = data.length / 8;
            gas = gasleft();
            Accumulator.State memory state = Accumulator.open(start);
            Accumulator.run(state, p, p + 4 * n, n);
            bits = Accumulator.close(state);
            gas -= gasleft();
        }
    }

    /// @notice The run in `data`, each element times a factor.
    function scale(
        uint256 start,
        uint256 factor,
        bytes calldata data
    ) external view returns (uint256 bits, uint256 gas) {
        unchecked {
            uint256 p = Calldata.positionOf(data);
            gas = gasleft();
            Accumulator.State memory state = Accumulator.open(start);
            Accumulator.scale(state, factor, p, data.length / 4);
            bits = Accumulator.close(state);
            gas -= gasleft();
        }
    }

    /// @notice a * b, n times over.
    function multiply(
        uint256 start,
        uint256 a,
        uint256 b,
        uint256 n
    ) external view returns (uint256 bits, uint256 gas) {
        unchecked {
            gas = gasleft();
            Accumulator.State memory state = Accumulator.open(start);
            Accumulator.multiply(state, a, b, n);
            bits = Accumulator.close(state);
            gas -= gasleft();
        }
    }

    /// @notice The run in `data` times zeros read from beyond the calldata, and the other way round.
    function padded(uint256 start, bytes calldata data) external pure returns (uint256 right, uint256 left) {
        unchecked {
            uint256 p = Calldata.positionOf(data);
            Accumulator.State memory state = Accumulator.open(start);
            Accumulator.run(state, p, msg.data.length, data.length / 4);
            right = Accumulator.close(state);
            state = Accumulator.open(start);
            Accumulator.run(state, msg.data.length, p, data.length / 4);
            left = Accumulator.close(state);
        }
    }

    /// @notice n bytes of a, then n bytes of b, then bytes that must not count.
    function integerDot(
        uint256 total,
        uint256 n,
        bool signedA,
        bool signedB,
        bytes calldata data
    ) external view returns (uint256 sum, uint256 gas) {
        unchecked {
            uint256 p = Calldata.positionOf(data);
            gas = gasleft();
            sum = IntegerDot.run(total, p, p + n, n, signedA, signedB);
            gas -= gasleft();
        }
    }

    /// @notice n bytes, then bytes that must not count.
    function integerSum(
        uint256 total,
        uint256 n,
        bool signed,
        bytes calldata data
    ) external view returns (uint256 sum, uint256 gas) {
        unchecked {
            uint256 p = Calldata.positionOf(data);
            gas = gasleft();
            sum = IntegerDot.sum(total, p, n, signed);
            gas -= gasleft();
        }
    }

    /// @notice The extremes of n values, then bytes that must not count.
    function extremes(
        uint256 greatest,
        uint256 least,
        uint256 n,
        bytes calldata data
    ) external view returns (uint256 max, uint256 min, uint256 gas) {
        unchecked {
            uint256 p = Calldata.positionOf(data);
            max = Extremum.max(greatest, p, n);
            gas = gasleft();
            min = Extremum.min(least, p, n);
            gas -= gasleft();
        }
    }
}
