// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Reductions: the long reductions of `onus-1`
/// @notice Sums are formed one by one, in order, each rounded (f32) or wrapped (i32). Elements stand side by side as they do
/// in a tensor: little-endian. Pure: what it answers depends on its arguments alone.
interface IReductions {
    /// @notice Two runs of one dot product differ in length, or a run of f32 is no multiple of 4 bytes.
    error WrongRun(uint256 actual, uint256 expected);

    /// @param accumulator f32, 32 bits: the sum so far; +0 to begin with
    /// @param a f32 elements; `b` as many
    /// @return The sum after adding every round(a[i] * b[i]); any NaN stands for NaN
    function floatDot(
        uint256 accumulator,
        bytes calldata a,
        bytes calldata b
    ) external pure returns (uint256);

    /// @param accumulator f32, 32 bits: the sum so far; +0 to begin with
    /// @param a f32 elements
    /// @return The sum after adding every a[i]; any NaN stands for NaN
    function floatSum(uint256 accumulator, bytes calldata a) external pure returns (uint256);

    /// @param best f32, 32 bits: the largest so far; -infinity to begin with
    /// @param a f32 elements
    /// @return The largest of all: a NaN wins, -0 < +0
    function floatMax(uint256 best, bytes calldata a) external pure returns (uint256);

    /// @param best f32, 32 bits: the smallest so far; +infinity to begin with
    /// @param a f32 elements
    /// @return The smallest of all: a NaN wins, -0 < +0
    function floatMin(uint256 best, bytes calldata a) external pure returns (uint256);

    /// @param accumulator i32, 32 bits; 0 to begin with
    /// @param a u8, or i8 if `signedA`; `b` as many, likewise
    /// @return The sum after adding every a[i] * b[i]
    function integerDot(
        uint256 accumulator,
        bytes calldata a,
        bytes calldata b,
        bool signedA,
        bool signedB
    ) external pure returns (uint256);
}
