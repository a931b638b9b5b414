// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ITranscendental} from "../interfaces/ITranscendental.sol";
import {TranscendentalCall} from "../libraries/TranscendentalCall.sol";
import {TranscendentalMath} from "../libraries/TranscendentalMath.sol";
import {TranscendentalPolynomials as Polynomials} from "../libraries/TranscendentalPolynomials.sol";

/// @title Calls the transcendental functions in batches. Tests only.
/// @dev Arguments and results travel as packed 32-bit words, because calldata would otherwise cost more than the work.
contract TranscendentalHarness {
    using TranscendentalCall for ITranscendental;

    ITranscendental public immutable TRANSCENDENTAL;

    constructor(ITranscendental transcendental) {
        TRANSCENDENTAL = transcendental;
    }

    /// @notice One result per argument, through the deployed contract.
    /// @param op 0 EXP, 1 LOG, 2 TANH, 3 ERF, 4 SIN, 5 COS @param arguments big-endian 32-bit words, a multiple of 8
    function evaluate(uint256 op, bytes calldata arguments) external view returns (bytes memory results) {
        results = new bytes(arguments.length);
        for (uint256 at = 0; at < arguments.length; at += 32) {
            uint256 word = uint256(bytes32(arguments[at:at + 32]));
            uint256 packed = 0;
            for (uint256 lane = 0; lane < 8; lane++) {
                uint256 bits = (word >> (224 - 32 * lane)) & 0xffffffff;
                packed = (packed << 32) | TRANSCENDENTAL.ask(op, bits);
            }
            assembly ("memory-safe") {
                mstore(add(add(results, 32), at), packed)
            }
        }
    }

    /// @notice The most gas over the arguments that one call takes inside a contract that has the library (`inner`), that
    /// `ask` costs the caller of the deployed, warm contract (`asked`), and that the ABI's way costs it (`called`).
    /// @dev Includes a few gas of measuring. `worst` is the argument of `inner`.
    function measure(
        uint256 op,
        bytes calldata arguments
    ) external view returns (uint256 inner, uint256 asked, uint256 called, uint256 worst) {
        function(uint256) pure returns (uint256) target = _function(op);
        ITranscendental transcendental = TRANSCENDENTAL;
        transcendental.evaluate(op, 0);
        for (uint256 at = 0; at < arguments.length; at += 4) {
            uint256 bits = uint32(bytes4(arguments[at:at + 4]));
            uint256 result;
            uint256 other;
            uint256 spent = gasleft();
            result = target(bits);
            spent -= gasleft();
            if (spent > inner) (inner, worst) = (spent, bits);
            spent = gasleft();
            other = transcendental.ask(op, bits);
            spent -= gasleft();
            if (spent > asked) asked = spent;
            assert(result == other);
            spent = gasleft();
            other = transcendental.evaluate(op, bits);
            spent -= gasleft();
            if (spent > called) called = spent;
            assert(result == other);
        }
    }

    /// @notice The approximations by themselves, in the fixed point of their definitions.
    /// @param which 0 quotient of `exponential`, Q100, 1 `log`, 2 `sine`, 3 `cosine`, 4 `erfNearZero`, 5 `erf`
    /// @param piece for `erf`
    function approximate(
        uint256 which,
        uint256 piece,
        int256[] calldata arguments
    ) external pure returns (int256[] memory values) {
        values = new int256[](arguments.length);
        for (uint256 i = 0; i < arguments.length; i++) values[i] = _approximate(which, piece, arguments[i]);
    }

    function _approximate(uint256 which, uint256 piece, int256 z) private pure returns (int256) {
        if (which == 0) {
            (int256 k, int256 even, int256 odd) = TranscendentalMath.exponential(z);
            assert(k == 0);
            return ((even + odd) << 100) / (even - odd);
        }
        if (which == 1) return Polynomials.log(z);
        if (which == 2) return Polynomials.sine(z);
        if (which == 3) return Polynomials.cosine(z);
        if (which == 4) return Polynomials.erfNearZero(z);
        return Polynomials.erf(piece, z);
    }

    function _function(uint256 op) private pure returns (function(uint256) pure returns (uint256)) {
        if (op == 0) return TranscendentalMath.exp;
        if (op == 1) return TranscendentalMath.log;
        if (op == 2) return TranscendentalMath.tanh;
        if (op == 3) return TranscendentalMath.erf;
        if (op == 4) return TranscendentalMath.sin;
        return TranscendentalMath.cos;
    }
}
