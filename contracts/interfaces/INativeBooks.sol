// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title NativeBooks: native currency that was put in as a deposit, and whose it is
/// @notice Nothing is sent to anybody who does not ask for it: what becomes free is credited, and pulled.
interface INativeBooks {
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event BondsBurned(uint256 amount);

    error NothingToMove();
    error NativeTransferFailed(address to, uint256 amount);

    /// @notice Sends what the caller has won or got back.
    function withdraw(address payable to) external;

    /// @notice Sends the burned parts of bonds where nobody can spend them. Anyone.
    function burn() external;

    /// @return Wei an account may withdraw
    function balanceOf(address account) external view returns (uint256);

    /// @return Wei waiting to be burned
    function burnableBonds() external view returns (uint256);

    /// @return Wei this contract answers for
    function totalHeld() external view returns (uint256);
}
