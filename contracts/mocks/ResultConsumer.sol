// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "../interfaces/IClaimBook.sol";
import {OnusReader} from "../libraries/OnusReader.sol";
import {Artifact} from "../types/Artifact.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {Record} from "../types/Record.sol";

/// @title Makes the internal functions of `libraries/OnusReader.sol` callable.
contract ResultConsumer {
    function requireFinal(
        IClaimBook claimBook,
        Claim calldata claim,
        Record calldata record,
        uint256 index,
        bytes32[] calldata proof,
        uint256 minLiabilityPerRecord
    ) external view returns (ClaimId) {
        return OnusReader.requireFinal(claimBook, claim, record, index, proof, minLiabilityPerRecord);
    }

    function requireClean(
        IClaimBook claimBook,
        OnusReader.Ancestor[] calldata line
    ) external view returns (uint256 unopened) {
        return OnusReader.requireClean(claimBook, line);
    }

    function readElement(
        Claim calldata claim,
        Record calldata record,
        Artifact calldata artifact,
        OnusReader.ElementAddress calldata address_,
        bytes calldata opening
    ) external view returns (uint8 dtype, uint32 bits) {
        return OnusReader.readElement(claim, record, artifact, address_, opening);
    }
}
