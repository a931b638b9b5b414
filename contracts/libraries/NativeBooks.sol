// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {INativeBooks} from "../interfaces/INativeBooks.sol";
import {StakeToken} from "./StakeToken.sol";

/// @title NativeBooks
/// @dev What the bonds of sessions and those of complaints have in common: their rules (docs/spec/inquiry.md), and the way
/// out. Each contract that keeps such books has its own.
abstract contract NativeBooks is INativeBooks {
    /// @dev Of the base fee at a question or a complaint, at most so many times is paid for its answer and what follows it.
    uint256 internal constant MAX_FEE_RISE = 4;
    /// @dev Each session or complaint that is open against the same account adds this part of the base bond.
    uint256 private constant OTHERS_TO_DOUBLE = 16;
    /// @dev This part of a bond burns.
    uint256 internal constant BURNED_PART = 4;

    /// @dev Wei, both: parts of the balance, which fits. One slot, so that the first bond after a burn costs no more to add
    /// than others.
    uint128 internal _totalHeld;
    uint128 internal _burnableBonds;
    /// @inheritdoc INativeBooks
    mapping(address account => uint256) public balanceOf;

    /// @inheritdoc INativeBooks
    function withdraw(address payable to) external {
        uint256 amount = balanceOf[msg.sender];
        if (amount == 0) revert NothingToMove();
        balanceOf[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        _send(to, amount);
    }

    /// @inheritdoc INativeBooks
    function burn() external {
        uint256 amount = _burnableBonds;
        if (amount == 0) revert NothingToMove();
        _burnableBonds = 0;
        emit BondsBurned(amount);
        // Where the stake that is burned goes too.
        _send(payable(StakeToken.NOWHERE), amount);
    }

    /// @inheritdoc INativeBooks
    function burnableBonds() external view returns (uint256) {
        return _burnableBonds;
    }

    /// @inheritdoc INativeBooks
    function totalHeld() external view returns (uint256) {
        return _totalHeld;
    }

    /// @param others Sessions or complaints open against the same account
    /// @return Wei of a bond, rounded up
    function _bondUp(uint256 baseBond, uint256 others) internal pure returns (uint256) {
        return baseBond + Math.ceilDiv(baseBond * others, OTHERS_TO_DOUBLE);
    }

    /// @dev A gas price of zero, which nobody pays where there is a base fee, is an estimate's. It is taken for the highest,
    /// so that the estimate finds as much to write as the transaction will; without branches, so that it takes as long.
    /// @param baseFee Wei per gas at the question or the complaint
    /// @return Wei for each gas
    function _price(uint256 baseFee) internal view returns (uint256) {
        uint256 most = MAX_FEE_RISE * baseFee;
        return Math.min(Math.ternary(tx.gasprice == 0, most, tx.gasprice), most);
    }

    function _send(address payable to, uint256 amount) private {
        // Part of it.
        _totalHeld -= uint128(amount);
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert NativeTransferFailed(to, amount);
    }
}
