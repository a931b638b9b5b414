// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice One asker's inquiry into one claim, or into one publisher's artifact.
type SessionId is bytes32;

using {isZero} for SessionId global;

bytes32 constant SESSION_TAG = keccak256("onus-1/session");

/// @param inquiry The contract that holds the session
/// @param subject Claim id or model id
/// @param nonce Chosen by the asker; makes several sessions on one subject distinct
function toSessionId(
    uint256 chainId,
    address inquiry,
    bytes32 subject,
    address asker,
    uint64 nonce
) pure returns (SessionId) {
    return SessionId.wrap(keccak256(abi.encode(SESSION_TAG, chainId, inquiry, subject, asker, nonce)));
}

function isZero(SessionId id) pure returns (bool) {
    return SessionId.unwrap(id) == 0;
}
