// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ListProof} from "../libraries/ListProof.sol";
import {Penalty} from "../libraries/Penalty.sol";
import {Artifact, ArtifactId} from "../types/Artifact.sol";
import {Claim, ClaimId, toParentItem} from "../types/Claim.sol";
import {ModelId, toModelId} from "../types/Model.sol";
import {Receipt} from "../types/Receipt.sol";
import {Record, RequestId} from "../types/Record.sol";
import {ListOpening, RecordRef} from "../types/RecordRef.sol";

/// @title Makes the functions of `types/`, `libraries/Penalty.sol` and `libraries/ListProof.sol` callable.
contract TypesHarness {
    function artifactId(Artifact memory artifact) external pure returns (ArtifactId) {
        return artifact.artifactId();
    }

    function depths(
        Artifact memory artifact
    )
        external
        pure
        returns (uint256 kernels, uint256 weights, uint256 inputs, uint256 outputs, uint256 table)
    {
        kernels = artifact.kernelDepth();
        weights = artifact.weightDepth();
        inputs = artifact.inputDepth();
        outputs = artifact.outputDepth();
        table = artifact.tableDepth();
    }

    function modelId(
        uint256 chainId,
        address registry,
        address publisher,
        ArtifactId artifact,
        ModelId superseded
    ) external pure returns (ModelId) {
        return toModelId(chainId, registry, publisher, artifact, superseded);
    }

    function recordHash(Record memory record) external pure returns (bytes32) {
        return record.recordHash();
    }

    function requestId(Record memory record, ModelId model) external pure returns (RequestId) {
        return record.requestId(model);
    }

    function receiptHash(Receipt memory receipt, bytes32 domainSeparator) external pure returns (bytes32) {
        return receipt.receiptHash(domainSeparator);
    }

    function claimId(
        Claim calldata claim,
        uint256 chainId,
        address claimBook
    ) external pure returns (ClaimId) {
        return claim.claimId(chainId, claimBook);
    }

    function parentItem(
        uint256 chainId,
        address claimBook,
        ClaimId claim,
        uint256 recordIndex
    ) external pure returns (bytes32) {
        return toParentItem(chainId, claimBook, claim, recordIndex);
    }

    function recordItem(
        RecordRef memory record,
        uint256 chainId,
        address claimBook
    ) external pure returns (bytes32) {
        return record.toItem(chainId, claimBook);
    }

    function listRoot(bytes32[] memory items) external pure returns (bytes32) {
        return ListProof.rootOf(items);
    }

    function requireItem(
        bytes32 root,
        uint256 count,
        bytes32 item,
        ListOpening calldata opening
    ) external pure {
        ListProof.requireItem(root, count, item, opening);
    }

    function divide(
        uint96 amount,
        uint256 records
    ) external pure returns (uint96 beneficiary, uint96 perRecord, uint96 burned) {
        beneficiary = Penalty.beneficiaryShareDown(amount);
        perRecord = Penalty.recordShareDown(amount, records);
        burned = Penalty.burnedUp(amount, records);
    }
}
