// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Readings: many views in one call
/// @notice For tests that compare everything after every action.
contract Readings {
    /// @param index Position of the reading in the list, bytes
    error ReadingFailed(uint256 index);

    /// @param list One after the other: source 20, bytes of words u16, words (selector and arguments)
    /// @return all What the sources return, one after the other; where there are no words, a source's balance
    function read(bytes calldata list) external view returns (bytes memory all) {
        for (uint256 at = 0; at < list.length;) {
            address source = address(bytes20(list[at:at + 20]));
            uint256 end = at + 22 + uint16(bytes2(list[at + 20:at + 22]));
            bool done = true;
            bytes memory part = abi.encode(source.balance);
            if (end > at + 22) (done, part) = source.staticcall(list[at + 22:end]);
            if (!done) revert ReadingFailed(at);
            all = bytes.concat(all, part);
            at = end;
        }
    }
}
