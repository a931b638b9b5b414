// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Stranger: a contract account that does as it is told
/// @notice Stands in for a fault source in unit tests, and comes back into a contract while being paid.
contract Stranger {
    address public place;
    bytes public words;
    /// @notice Calls back that went through.
    uint256 public successes;

    function relay(address to, bytes calldata data) external returns (bytes memory) {
        (bool done, bytes memory answer) = to.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return answer;
    }

    /// @notice What to call when tokens arrive.
    function comeBack(address to, bytes calldata data) external {
        place = to;
        words = data;
    }

    function onTokens() external {
        (bool done, ) = place.call(words);
        if (done) ++successes;
    }
}
