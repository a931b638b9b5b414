// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ClaimId} from "./Claim.sol";

/// @notice One proof being built on a workbench, for one beneficiary.
type JobId is bytes32;

bytes32 constant JOB_TAG = keccak256("onus-1/job");

/// @param workbench The contract that holds the job
/// @param contextHash keccak256(abi.encode(context)) of IWorkbench.Context
function toJobId(
    uint256 chainId,
    address workbench,
    ClaimId claimId,
    bytes32 contextHash,
    address beneficiary
) pure returns (JobId) {
    return JobId.wrap(keccak256(abi.encode(JOB_TAG, chainId, workbench, claimId, contextHash, beneficiary)));
}
