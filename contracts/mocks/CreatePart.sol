// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Creates a part of a deployment, and reverts with what its constructor reverts with.
library CreatePart {
    function create(bytes memory code) internal returns (address created) {
        assembly {
            created := create(0, add(code, 32), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }
}
