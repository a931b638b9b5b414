// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Crowd: one account that makes many calls in a transaction
contract Crowd {
    receive() external payable {}

    /// @param values Wei of each call
    function callEach(address to, uint256[] calldata values, bytes[] calldata calls) external payable {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool done, bytes memory answer) = to.call{value: values[i]}(calls[i]);
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
        }
    }
}
