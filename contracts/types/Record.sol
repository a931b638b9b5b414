// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ModelId} from "./Model.sol";
import {Tree} from "../libraries/Tree.sol";

/// @notice What was asked of a model, whatever came out: known before the run.
type RequestId is bytes32;

/// @notice One inference; its model is its claim's.
/// @param requester Who asked, and who is paid the record's share when the claim falls
/// @param salt Chosen by the requester; hides an input that could be guessed
/// @param inputRoot List of the input tensors' roots
/// @param outputRoot List of the output tensors' roots
/// @param traceRoot List of all kernels' output roots; 0 = stated when asked
/// @param parentsRoot List of the parent items; 0 when there are none
/// @param parentsCount 0..64
struct Record {
    address requester;
    bytes32 salt;
    bytes32 inputRoot;
    bytes32 outputRoot;
    bytes32 traceRoot;
    bytes32 parentsRoot;
    uint8 parentsCount;
}

using {recordHash, requestId, parentsDepth} for Record global;

bytes32 constant RECORD_TAG = keccak256("onus-1/record");
bytes32 constant REQUEST_TAG = keccak256("onus-1/request");

uint256 constant MAX_PARENTS = 64;

/// @return The item that stands for a record in its claim's list
function recordHash(Record memory record) pure returns (bytes32) {
    return keccak256(abi.encode(RECORD_TAG, record));
}

function requestId(Record memory record, ModelId model) pure returns (RequestId) {
    return
        RequestId.wrap(
            keccak256(abi.encode(REQUEST_TAG, record.requester, model, record.inputRoot, record.salt))
        );
}

function parentsDepth(Record memory record) pure returns (uint256) {
    return Tree.depthOf(record.parentsCount);
}
