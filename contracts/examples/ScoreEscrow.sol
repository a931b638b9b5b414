// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "../interfaces/IClaimBook.sol";
import {OnusReader} from "../libraries/OnusReader.sol";
import {Artifact} from "../types/Artifact.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId} from "../types/Model.sol";
import {Record} from "../types/Record.sol";

/// @title ScoreEscrow: a consumer that pays on one number of a result
/// @notice Holds native currency, and hands it to the payee once a model's score of one input is final and high enough. Until
/// `refundableFrom` nobody else gets it; from then on the payer may take it back.
contract ScoreEscrow {
    /// @param claimBook Whose finality counts
    /// @param modelId The model that scores: whoever may choose it chooses the score
    /// @param inputRoot What is scored: the root of the record's input list
    /// @param output 0-based output of the model
    /// @param element 0-based element of it, f32
    /// @param leastScore Bits of a binary32 that is not negative
    /// @param minLiabilityPerRecord Wei of stake token behind the record; a lie is worth as much as this escrow holds, so ask
    /// for more than that
    /// @param payee Who is paid
    /// @param refundableFrom Unix seconds
    struct Terms {
        IClaimBook claimBook;
        ModelId modelId;
        bytes32 inputRoot;
        uint32 output;
        uint32 element;
        uint32 leastScore;
        uint256 minLiabilityPerRecord;
        address payable payee;
        uint40 refundableFrom;
    }

    /// @notice Bits of +∞: up to there bits are ordered as the values are; NaN and everything negative lie above.
    uint32 private constant INFINITE = 0x7f800000;

    address payable public immutable payer;
    Terms private _terms;

    event Paid(ClaimId indexed claimId, uint32 score, uint256 amount);
    event Refunded(uint256 amount);

    error WrongClaimedModel(ModelId actual, ModelId expected);
    error WrongInput(bytes32 actual, bytes32 expected);
    error WrongElement(uint256 output, uint256 element);
    error NotAScore(uint8 dtype, uint32 bits);
    /// @notice Bits of two binary32 that are not negative.
    error ScoreTooLow(uint32 actual, uint32 least);
    error NotPayer(address actual, address expected);
    /// @notice Unix seconds.
    error NotYetRefundable(uint256 actual, uint256 refundableFrom);
    error TransferFailed(address to, uint256 amount);

    constructor(Terms memory terms_) payable {
        if (terms_.leastScore > INFINITE) revert NotAScore(OnusReader.F32, terms_.leastScore);
        payer = payable(msg.sender);
        _terms = terms_;
    }

    /// @notice Pays. Anyone, with the record's opening and the element's (`OnusReader.readElement`).
    function release(
        Claim calldata claim,
        Record calldata record,
        uint256 index,
        bytes32[] calldata proof,
        Artifact calldata artifact,
        OnusReader.ElementAddress calldata address_,
        bytes calldata opening
    ) external {
        Terms memory t = _terms;
        // `readElement` proves that the artifact is the claim's model; that the claim is about ours is for us to say.
        if (claim.modelId != t.modelId) revert WrongClaimedModel(claim.modelId, t.modelId);
        if (record.inputRoot != t.inputRoot) revert WrongInput(record.inputRoot, t.inputRoot);
        if (address_.output != t.output || address_.element != t.element)
            revert WrongElement(address_.output, address_.element);

        ClaimId claimId = OnusReader.requireFinal(
            t.claimBook,
            claim,
            record,
            index,
            proof,
            t.minLiabilityPerRecord
        );
        (uint8 dtype, uint32 score) = OnusReader.readElement(claim, record, artifact, address_, opening);
        if (dtype != OnusReader.F32 || score > INFINITE) revert NotAScore(dtype, score);
        if (score < t.leastScore) revert ScoreTooLow(score, t.leastScore);

        uint256 amount = address(this).balance;
        emit Paid(claimId, score, amount);
        _send(t.payee, amount);
    }

    /// @notice Gives everything back. The payer, once it is refundable.
    function refund() external {
        if (msg.sender != payer) revert NotPayer(msg.sender, payer);
        if (block.timestamp < _terms.refundableFrom)
            revert NotYetRefundable(block.timestamp, _terms.refundableFrom);
        uint256 amount = address(this).balance;
        emit Refunded(amount);
        _send(payer, amount);
    }

    function terms() external view returns (Terms memory) {
        return _terms;
    }

    function _send(address payable to, uint256 amount) private {
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert TransferFailed(to, amount);
    }
}
