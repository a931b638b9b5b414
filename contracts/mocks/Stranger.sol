// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Stranger: a contract account that does as it is told
/// @notice Stands in for a fault source in unit tests, and comes back into a contract while being paid.
contract Stranger {
    address public place;
    bytes public words;
    /// @notice Calls back that went through.
    uint256 public successes;

    receive() external payable {
        _comeBack();
    }

    function relay(address to, bytes calldata data) external payable returns (bytes memory) {
        (bool done, bytes memory answer) = to.call{value: msg.value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return answer;
    }

    /// @notice What to call when tokens or native currency arrive.
    function comeBack(address to, bytes calldata data) external {
        place = to;
        words = data;
    }

    function onTokens() external {
        _comeBack();
    }

    function _comeBack() private {
        (bool done, ) = place.call(words);
        if (done) ++successes;
    }
}
