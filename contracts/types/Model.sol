// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ArtifactId} from "./Artifact.sol";

/// @notice An artifact published by somebody, in one registry on one chain.
type ModelId is bytes32;

using {equals as ==, differs as !=, isZero} for ModelId global;

bytes32 constant MODEL_TAG = keccak256("onus-1/model");

/// @param superseded The publisher's model this one follows, or zero
function toModelId(
    uint256 chainId,
    address registry,
    address publisher,
    ArtifactId artifact,
    ModelId superseded
) pure returns (ModelId) {
    return ModelId.wrap(keccak256(abi.encode(MODEL_TAG, chainId, registry, publisher, artifact, superseded)));
}

function equals(ModelId a, ModelId b) pure returns (bool) {
    return ModelId.unwrap(a) == ModelId.unwrap(b);
}

function differs(ModelId a, ModelId b) pure returns (bool) {
    return ModelId.unwrap(a) != ModelId.unwrap(b);
}

function isZero(ModelId id) pure returns (bool) {
    return ModelId.unwrap(id) == 0;
}
