// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title StakeToken: the two ways a book of stake moves tokens
library StakeToken {
    using SafeERC20 for IERC20;

    /// @notice Balances that disagree with the book: the token takes a fee, or changes balances by itself.
    /// @param actual Wei found
    /// @param expected Wei that should be there
    error TokenUnsound(uint256 actual, uint256 expected);

    /// @dev Nobody holds a key to it, and unlike the zero address every ERC-20 accepts it.
    address internal constant NOWHERE = 0x000000000000000000000000000000000000dEaD;

    /// @notice Takes exactly `amount` from the caller.
    /// @dev The book is written after this call. A token that calls out may come back in between: whatever it then adds
    /// or removes for good makes the second balance differ, and the whole call reverts.
    /// @param held Wei the book answers for before
    function collect(IERC20 token, uint256 held, uint256 amount) internal {
        uint256 before = token.balanceOf(address(this));
        if (before < held) revert TokenUnsound(before, held);
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 afterwards = token.balanceOf(address(this));
        if (afterwards != before + amount) revert TokenUnsound(afterwards, before + amount);
    }

    /// @notice Pays out; the book was written before.
    function send(IERC20 token, address to, uint256 amount) internal {
        token.safeTransfer(to, amount);
    }

    /// @notice Burns by sending where nobody can spend: most tokens, WETH among them, have no burn of their own.
    function discard(IERC20 token, uint256 amount) internal {
        token.safeTransfer(NOWHERE, amount);
    }
}
