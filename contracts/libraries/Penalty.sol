// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Penalty: who gets what of a fallen liability
/// @notice Rewards are rounded down and the remainder is burned, so at least half always is, and no wei is left over.
/// Twin: src/slash/divide-penalty.ts.
library Penalty {
    uint256 internal constant BENEFICIARY_PERCENT = 30;
    uint256 internal constant RECORDS_PERCENT = 20;
    /// @notice Seconds after the verdict in which shares may be pulled; then they are burnable.
    uint256 internal constant PULL_PERIOD = 90 days;

    /// @param amount Wei, < 2^96, so that nothing here overflows
    /// @return Wei
    function beneficiaryShareDown(uint96 amount) internal pure returns (uint96) {
        return uint96((uint256(amount) * BENEFICIARY_PERCENT) / 100);
    }

    /// @param records 1..2^20; a receipt's penalty has one
    /// @return Wei for each
    function recordShareDown(uint96 amount, uint256 records) internal pure returns (uint96) {
        return uint96((uint256(amount) * RECORDS_PERCENT) / (100 * records));
    }

    /// @return Wei that nobody may pull, from the verdict on
    function burnedUp(uint96 amount, uint256 records) internal pure returns (uint96) {
        return
            uint96(
                amount - beneficiaryShareDown(amount) - uint256(recordShareDown(amount, records)) * records
            );
    }
}
