// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Tree} from "../libraries/Tree.sol";

/// @notice What a model computes, known by content: program, tensor table, weights and the names of its ends.
type ArtifactId is bytes32;

/// @param kernelCount 1..65,536
/// @param weightCount 0..65,536
/// @param inputCount 0..64
/// @param outputCount 1..min(64, kernelCount); the outputs are the last kernels, in order
/// @param programRoot List of the kernels' descriptor hashes
/// @param tableRoot Tensor form over 8 bytes per tensor: inputs, then weights, then kernels
/// @param weightsRoot List of the weights' tensor roots; 0 when there are none
/// @param interfaceHash Hash of the names and shapes of inputs and outputs
struct Artifact {
    uint32 kernelCount;
    uint32 weightCount;
    uint32 inputCount;
    uint32 outputCount;
    bytes32 programRoot;
    bytes32 tableRoot;
    bytes32 weightsRoot;
    bytes32 interfaceHash;
}

using {
    artifactId,
    tensorCount,
    kernelTensor,
    outputKernel,
    kernelDepth,
    weightDepth,
    inputDepth,
    outputDepth,
    tableDepth
} for Artifact global;

bytes32 constant ARTIFACT_TAG = keccak256("onus-1/artifact");
/// @dev The arithmetic every program of this deployment means; a constant, so that no struct carries it.
bytes32 constant SEMANTICS = keccak256("onus-1");

uint256 constant MAX_KERNELS = 65_536;
uint256 constant MAX_WEIGHTS = 65_536;
uint256 constant MAX_INPUTS = 64;
uint256 constant MAX_OUTPUTS = 64;
/// @dev Bytes of one entry of the tensor table: u32 element count (little-endian), u8 dtype, 3 zero bytes.
uint256 constant TABLE_ENTRY_BYTES = 8;

function artifactId(Artifact memory artifact) pure returns (ArtifactId) {
    return ArtifactId.wrap(keccak256(abi.encode(ARTIFACT_TAG, SEMANTICS, artifact)));
}

/// @return Entries of the tensor table
function tensorCount(Artifact memory artifact) pure returns (uint256) {
    return uint256(artifact.inputCount) + artifact.weightCount + artifact.kernelCount;
}

/// @return Tensor id of what a kernel makes
function kernelTensor(Artifact memory artifact, uint256 kernel) pure returns (uint256) {
    return uint256(artifact.inputCount) + artifact.weightCount + kernel;
}

/// @return The kernel that makes an output; `output` < outputCount ≤ kernelCount
function outputKernel(Artifact memory artifact, uint256 output) pure returns (uint256) {
    return uint256(artifact.kernelCount) - artifact.outputCount + output;
}

/// @return Depth of the program and of a trace
function kernelDepth(Artifact memory artifact) pure returns (uint256) {
    return Tree.depthOf(artifact.kernelCount);
}

function weightDepth(Artifact memory artifact) pure returns (uint256) {
    return Tree.depthOf(artifact.weightCount);
}

function inputDepth(Artifact memory artifact) pure returns (uint256) {
    return Tree.depthOf(artifact.inputCount);
}

function outputDepth(Artifact memory artifact) pure returns (uint256) {
    return Tree.depthOf(artifact.outputCount);
}

function tableDepth(Artifact memory artifact) pure returns (uint256) {
    return Tree.depthOf(Tree.leavesOf(TABLE_ENTRY_BYTES * tensorCount(artifact)));
}
