// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title The transcendental functions of `onus-1`: EXP, LOG, TANH, ERF, SIN, COS on binary32, correctly rounded.
/// @notice A contract of its own, because the functions and the referee do not fit one; called once per element.
interface ITranscendental {
    /// @notice There is no function with this number.
    /// @param op what was asked for @param count functions there are: numbers 0 to count - 1
    error UnknownFunction(uint256 op, uint256 count);

    /// @notice The binary32 nearest to the true value of the function.
    /// @param op 0 EXP, 1 LOG, 2 TANH, 3 ERF, 4 SIN, 5 COS
    /// @param bits a binary32 value; bits above the 32nd are ignored
    /// @return result bits of a binary32 value; every NaN is 0x7fc00000
    function evaluate(uint256 op, uint256 bits) external pure returns (uint256 result);
}
