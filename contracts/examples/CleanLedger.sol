// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "../interfaces/IClaimBook.sol";
import {OnusReader} from "../libraries/OnusReader.sol";
import {RecordRef} from "../types/RecordRef.sol";

/// @title CleanLedger: a consumer that acts on a result made from results
/// @notice Enters a record once its claim and those of all its ancestors are FINAL. It asks for certainty and not for the
/// absence of taint: that nobody has pushed taint says nothing.
contract CleanLedger {
    IClaimBook public immutable claimBook;
    /// @notice Wei of liability behind each record that is entered.
    uint256 public immutable minLiabilityPerRecord;

    /// @notice Items of the records that were entered.
    mapping(bytes32 item => bool) public isEntered;

    event Entered(bytes32 indexed item, bytes32 outputRoot);

    /// @notice The line leaves ancestors out.
    error AncestorsMissing(uint256 unopened);
    error AlreadyEntered(bytes32 item);

    constructor(IClaimBook claimBook_, uint256 minLiabilityPerRecord_) {
        claimBook = claimBook_;
        minLiabilityPerRecord = minLiabilityPerRecord_;
    }

    /// @param line The record first, then all its ancestors, in any order
    function enter(OnusReader.Ancestor[] calldata line) external {
        uint256 unopened = OnusReader.requireClean(claimBook, line);
        if (unopened != 0) revert AncestorsMissing(unopened);
        // Whatever it was made from has to be backed as well as the result itself.
        for (uint256 i = 0; i < line.length; ++i) {
            OnusReader.requireFinal(
                claimBook,
                line[i].opening.claim,
                line[i].opening.record,
                line[i].opening.recordIndex,
                line[i].opening.siblings,
                minLiabilityPerRecord
            );
        }
        RecordRef memory record = RecordRef(
            claimBook.idOf(line[0].opening.claim),
            line[0].opening.recordIndex
        );
        bytes32 item = record.toItem(block.chainid, address(claimBook));
        if (isEntered[item]) revert AlreadyEntered(item);
        isEntered[item] = true;
        emit Entered(item, line[0].opening.record.outputRoot);
    }
}
