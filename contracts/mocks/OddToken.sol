// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice What a token may call on a receiver.
interface ITokenReceiver {
    function onTokens() external;
}

/// @title OddToken: an ERC-20 that keeps its rules until it is told not to
contract OddToken is ERC20("Odd", "ODD") {
    /// @notice In 1/10,000 of every transfer.
    uint256 public fee;
    /// @notice Told of every transfer it receives, before the sender's call ends.
    address public told;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    function setTold(address told_) external {
        told = told_;
    }

    /// @notice Balances change by themselves, as those of rebasing tokens do.
    function rebase(address account, uint256 lost) external {
        _burn(account, lost);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0) && fee != 0)
            super._update(to, address(0), (amount * fee) / 10_000);
        if (from != address(0) && to != address(0) && to == told) ITokenReceiver(told).onTokens();
    }
}
