// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId} from "../types/Model.sol";
import {Receipt} from "../types/Receipt.sol";
import {RequestId} from "../types/Record.sol";
import {INativeBooks} from "./INativeBooks.sol";

/// @title ReceiptCourt: promises that were signed and not kept
/// @notice A receipt says what an operator answered, and in which kind of claim the answer will stand by when. Two receipts
/// that answer one request differently convict at once. A record that no such claim holds is complained about, and
/// somebody opens the claim or the silence convicts. Times are unix seconds, deadlines exclusive; bonds are native
/// currency, in books of their own. Rules and reasons: docs/spec/receipts.md.
interface IReceiptCourt is INativeBooks {
    /// @notice Where a receipt stands. Time alone changes no stage.
    enum Stage {
        /// Never seen here
        NONE,
        /// Signature and time were found good, for good
        PRESENTED,
        /// Waits for the claim, on the operator's clock
        COMPLAINED,
        /// The promised claim was shown
        ANSWERED,
        /// Terminal: the penalty is booked
        BROKEN
    }

    /// @param stage Where the receipt stands
    /// @param complainant Who complained, and is paid when nobody answers
    /// @param deadline Unix seconds from which silence convicts
    /// @param deposit Wei put in
    /// @param bond Wei of it of which a quarter burns when the complaint is answered
    /// @param baseFee Wei per gas at the complaint: an answer is paid at most four times that
    struct Case {
        Stage stage; //            1 byte  ┐
        address complainant; //   20 bytes │ one slot
        uint40 deadline; //        5 bytes ┘
        uint96 deposit; //        12 bytes ┐
        uint96 bond; //           12 bytes │ one slot
        uint64 baseFee; //         8 bytes ┘
    }

    /// @param signer The operator, or a signer key of it
    /// @param signature ECDSA of 65 bytes, or what the operator's contract takes (EIP-1271). Not read where the receipt was
    /// presented before
    struct SignedReceipt {
        Receipt receipt;
        address signer;
        bytes signature;
    }

    /// @notice Signature and time are good.
    event ReceiptPresented(
        bytes32 indexed receiptHash,
        address indexed operator,
        address indexed signer,
        Receipt receipt
    );
    /// @param deadline Unix seconds from which silence convicts
    /// @param receipt Again: whoever reads this can look for the claim
    event Complained(
        bytes32 indexed receiptHash,
        address indexed operator,
        address indexed complainant,
        uint40 deadline,
        uint96 deposit,
        uint96 bond,
        Receipt receipt
    );
    /// @param index 0-based, of the record in the claim
    /// @param refund Wei back to the complainant
    /// @param paid Wei to the answerer
    /// @param burned Wei
    event ComplaintAnswered(
        bytes32 indexed receiptHash,
        ClaimId indexed claimId,
        address indexed answerer,
        uint256 index,
        uint96 refund,
        uint96 paid,
        uint96 burned
    );
    /// @notice The complaint was just: its deposit returns whole.
    event ComplaintUpheld(bytes32 indexed receiptHash, address indexed complainant, uint96 refund);
    /// @notice Both answer the same request, and not alike; whichever was not broken before is from now on.
    event EquivocationProven(bytes32 indexed one, bytes32 indexed other, address indexed operator);
    event Credited(bytes32 indexed receiptHash, address indexed account, uint96 amount);

    error WrongStage(bytes32 receiptHash, Stage actual, Stage expected);
    /// @notice Unix seconds: a receipt promises inclusion within a quarter of the exit delay.
    error InclusionDeadlineOutOfRange(uint256 actual, uint256 least, uint256 most);
    /// @notice Unix seconds: when it says it was issued, and now.
    error IssuedInTheFuture(uint256 actual, uint256 now_);
    /// @notice Unix seconds: now, and when half an exit delay had passed.
    error PresentedTooLate(uint256 actual, uint256 deadline);
    /// @notice The key was not the operator's when the receipt says it was issued, or its notice was over.
    error SignerNotInForce(address signer, address operator, uint40 issuedAt);
    /// @notice The signature is not the signer's, or the operator's contract does not say that it is.
    error SignatureInvalid(bytes32 receiptHash, address signer);
    error OperatorsDiffer(address one, address other);
    error RequestsDiffer(RequestId one, RequestId other);
    /// @notice Both receipts say the same.
    error OutputsAgree(bytes32 outputRoot);
    /// @notice Both receipts are broken already.
    error AlreadyBroken(bytes32 one, bytes32 other);
    /// @notice Seconds of unpaused time since it was issued, and how many were given for inclusion.
    error InclusionStillPossible(uint256 actual, uint256 expected);
    /// @notice Seconds of unpaused time since it was issued, and half an exit delay.
    error ComplaintTooLate(uint256 actual, uint256 end);
    /// @notice Wei sent, and what must be.
    error DepositTooSmall(uint256 actual, uint256 expected);
    /// @notice Unix seconds: now, and the deadline.
    error AnswerTooLate(bytes32 receiptHash, uint256 actual, uint256 deadline);
    /// @notice Unix seconds: now, and the deadline.
    error AnswererClockRunning(bytes32 receiptHash, uint256 actual, uint256 deadline);
    error ClaimOfAnother(address actual, address expected);
    error ClaimOfAnotherModel(ModelId actual, ModelId expected);
    error ClaimUnknown(ClaimId claimId);
    /// @notice Seconds of unpaused time since the beginning of claims: of the submission, and of the promise.
    error ClaimTooLate(ClaimId claimId, uint256 actual, uint256 deadline);
    /// @notice Wei.
    error ClaimLiabilityTooSmall(uint256 actual, uint256 expected);
    error ClaimTooLarge(uint256 actual, uint256 most);

    /// @notice Proves a signature, once for all: what a key's or a contract's owner does afterwards takes nothing back. Anyone,
    /// within half an exit delay of `issuedAt`; again and later it does nothing.
    function present(SignedReceipt calldata given) external returns (bytes32 receiptHash);

    /// @notice Breaks both receipts. Anyone; each presented here or before.
    /// @param beneficiary Who may pull floor(30 %) of each penalty
    function proveEquivocation(
        SignedReceipt calldata one,
        SignedReceipt calldata other,
        address beneficiary
    ) external;

    /// @notice Says that no claim holds the record as promised, and starts the operator's clock. Anyone, once a receipt, from
    /// the inclusion deadline until half an exit delay after `issuedAt`, both on the clock that stands still while claims
    /// are paused; presented here or before. The caller is the beneficiary when nobody answers.
    /// @dev Value: at least `depositFor`. What is not used returns.
    function complain(SignedReceipt calldata given) external payable returns (bytes32 receiptHash);

    /// @notice Shows the promised claim, whatever became of it since. Anyone; paid out of the deposit.
    /// @param claim Of the receipt's operator and model, submitted before the inclusion deadline, with at least its liability
    /// and at most its number of records
    /// @param index 0-based, of the record in the claim
    /// @param proof Siblings from level 0 up
    function answer(
        Receipt calldata receipt,
        Claim calldata claim,
        uint256 index,
        bytes32[] calldata proof
    ) external;

    /// @notice Nobody answered before the deadline: the receipt is broken. Anyone.
    function timeOut(Receipt calldata receipt) external;

    function caseOf(bytes32 receiptHash) external view returns (Case memory);

    /// @return receiptHash What is signed: EIP-712, domain ("Onus ReceiptCourt", "1", chain, this contract)
    function hashOf(Receipt calldata receipt) external view returns (bytes32 receiptHash);

    /// @return Complaints that wait for an answer of an operator
    function openComplaintsAgainst(address operator) external view returns (uint256);

    /// @notice Least deposit of a complaint.
    /// @param baseFee Wei per gas of the block that the complaint comes into; given, because a node that is asked for a view
    /// may say that it is zero
    function depositFor(address operator, uint256 baseFee) external view returns (uint256 deposit);
}
