// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title WrappedEther: the stake token of chains that have none, local ones
/// @notice One token for one wei of ether, back and forth.
contract WrappedEther is ERC20("Wrapped Ether", "WETH") {
    /// @notice The caller does not take ether.
    error EtherRefused(address account);

    receive() external payable {
        deposit();
    }

    function deposit() public payable {
        _mint(msg.sender, msg.value);
    }

    /// @param amount Wei
    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        (bool taken, ) = msg.sender.call{value: amount}("");
        if (!taken) revert EtherRefused(msg.sender);
    }
}
