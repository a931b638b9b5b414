// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ModelId} from "./Model.sol";
import {Record} from "./Record.sol";

/// @notice What an operator promises for one inference, off chain: this record, in a claim of these terms, by then.
/// @param operator Who promises
/// @param modelId What the record was computed with
/// @param record The inference, whole: what the claim has to hold, and by its request what no other receipt may answer
/// otherwise
/// @param issuedAt Unix seconds, inclusive: the signer's key must have been in force
/// @param inclusionDeadline Unix seconds, exclusive, in [issuedAt, issuedAt + exitDelay / 4]; time in which claims are
/// paused does not count
/// @param liabilityWei Wei of stake, least liability of the claim; also the most a broken receipt costs
/// @param maxRecords Most records of the claim, so that each has its part of the liability
struct Receipt {
    address operator;
    ModelId modelId;
    Record record;
    uint40 issuedAt;
    uint40 inclusionDeadline;
    uint96 liabilityWei;
    uint32 maxRecords;
}

using {receiptHash, structHash} for Receipt global;

bytes32 constant SIGNED_RECORD_TYPEHASH = keccak256(
    "Record(address requester,bytes32 salt,bytes32 inputRoot,bytes32 outputRoot,bytes32 traceRoot,bytes32 parentsRoot,uint8 parentsCount)"
);
bytes32 constant RECEIPT_TYPEHASH = keccak256(
    "Receipt(address operator,bytes32 modelId,Record record,uint40 issuedAt,uint40 inclusionDeadline,uint96 liabilityWei,uint32 maxRecords)Record(address requester,bytes32 salt,bytes32 inputRoot,bytes32 outputRoot,bytes32 traceRoot,bytes32 parentsRoot,uint8 parentsCount)"
);

/// @param domainSeparator EIP-712's of ("Onus ReceiptCourt", "1", chain, court)
/// @return What is signed, and the receipt's identity: void in every other court and on every other chain
function receiptHash(Receipt memory receipt, bytes32 domainSeparator) pure returns (bytes32) {
    return keccak256(abi.encodePacked(hex"1901", domainSeparator, receipt.structHash()));
}

/// @return hashStruct of EIP-712
function structHash(Receipt memory receipt) pure returns (bytes32) {
    return
        keccak256(
            abi.encode(
                RECEIPT_TYPEHASH,
                receipt.operator,
                receipt.modelId,
                keccak256(abi.encode(SIGNED_RECORD_TYPEHASH, receipt.record)),
                receipt.issuedAt,
                receipt.inclusionDeadline,
                receipt.liabilityWei,
                receipt.maxRecords
            )
        );
}
