// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim, ClaimId} from "../types/Claim.sol";
import {Fault, ReceiptFault} from "../types/Fault.sol";
import {ModelId} from "../types/Model.sol";
import {Phase} from "../types/Phase.sol";

/// @title ClaimBook: one slot per claim
/// @notice Claims are named by the struct whose hash is their id. Times are unix seconds, deadlines exclusive: at a
/// deadline the thing it ends is over.
interface IClaimBook {
    /// @param phase Where in its life the claim stands
    /// @param openSessions Sessions of the inquiry that hold the claim
    /// @param submittedAt Unix seconds
    /// @param finalizableAt Unix seconds from which it may become FINAL: window end, or a later proof end
    /// @param decidedAt Unix seconds of FINAL or FAULTED, 0 before
    struct ClaimState {
        Phase phase; //            1 byte  ┐
        uint32 openSessions; //    4 bytes │
        uint40 submittedAt; //     5 bytes │ one slot
        uint40 finalizableAt; //   5 bytes │
        uint40 decidedAt; //       5 bytes ┘
    }

    event ClaimSubmitted(
        ClaimId indexed claimId,
        address indexed operator,
        ModelId indexed modelId,
        address submitter,
        uint64 nonce,
        bytes32 recordsRoot,
        uint32 n,
        uint96 liability,
        uint40 window
    );
    /// @param openSessions Sessions open now
    event ClaimContested(ClaimId indexed claimId, uint32 openSessions);
    /// @param openSessions Sessions open now
    /// @param finalizableAt Unix seconds
    event ClaimReleased(ClaimId indexed claimId, uint32 openSessions, uint40 finalizableAt);
    event ClaimFinalized(ClaimId indexed claimId, address indexed operator, uint96 liability);
    /// @param liability Wei; the whole of it is the penalty
    event ClaimFaulted(
        ClaimId indexed claimId,
        address indexed operator,
        Fault indexed kind,
        address beneficiary,
        uint96 liability
    );
    /// @param amount Wei that could be taken: the smaller of what was asked and the stake that backs no claim
    event ReceiptFaulted(
        bytes32 indexed receiptHash,
        address indexed operator,
        ReceiptFault indexed kind,
        address requester,
        address beneficiary,
        uint96 amount
    );
    event ClaimsPaused(uint40 at);
    /// @param pausedSeconds Seconds this pause lasted
    event ClaimsResumed(uint40 at, uint40 pausedSeconds);

    error WrongPhase(ClaimId claimId, Phase actual, Phase expected);
    error RecordCountOutOfRange(uint256 actual, uint256 least, uint256 most);
    /// @notice Wei.
    error LiabilityTooSmall(uint256 actual, uint256 least);
    /// @notice Seconds.
    error WindowOutOfRange(uint256 actual, uint256 least, uint256 most);
    /// @notice Unix seconds: now, and when it may become FINAL.
    error WindowStillOpen(uint256 actual, uint256 finalizableAt);
    /// @notice Unix seconds: now, and when the window ended.
    error WindowOver(uint256 actual, uint256 windowEnd);
    error NotInquiry(address actual, address expected);
    error NotReceiptCourt(address actual, address expected);
    error NotGuardian(address actual, address expected);
    /// @notice Only the sources fixed at deployment convict.
    error NotFaultSource(address actual);
    /// @notice `None` accuses of nothing.
    error FaultMissing();
    /// @notice Somebody must be named for the share, or it could not be pulled.
    error BeneficiaryMissing();
    error ClaimsArePaused();
    error ClaimsAreNotPaused();

    /// @notice Locks the liability and opens the window. By the operator or one of its active signers.
    /// @dev Refuses: a used id, counts, liabilities and windows out of range, a model that is unknown or retired, a
    /// jailed operator, too little free stake, any claim while paused.
    function submit(Claim calldata claim) external returns (ClaimId claimId);

    /// @notice OPEN → FINAL and the liability is free. Anyone, from `finalizableAt` on.
    function finalize(Claim calldata claim) external;

    /// @notice A session opens: OPEN or CONTESTED → CONTESTED. Inquiry only, inside the original window.
    function contest(Claim calldata claim) external;

    /// @notice A session ends without fault; with the last one CONTESTED → OPEN. Inquiry only.
    /// @param proofEnd Unix seconds until which a proof may still land; postpones `finalizableAt`, never advances it
    function release(Claim calldata claim, uint40 proofEnd) external;

    /// @notice OPEN or CONTESTED → FAULTED: the whole liability becomes the penalty, the operator is jailed. Referee,
    /// Workbench and Inquiry only. Moves numbers, no token: nobody can stand in its way.
    /// @param beneficiary Who may pull floor(30 %)
    function fault(Claim calldata claim, Fault kind, address beneficiary) external;

    /// @notice A receipt was broken: takes stake that backs no claim, and jails. ReceiptCourt only, once a receipt.
    /// @param amount Wei promised by the receipt
    /// @param requester Who may pull floor(20 %)
    /// @param beneficiary Who may pull floor(30 %)
    function penalize(
        address operator,
        bytes32 receiptHash,
        uint96 amount,
        ReceiptFault kind,
        address requester,
        address beneficiary
    ) external;

    /// @notice No new claims until `resume`. Guardian only. Open claims go on as ever: windows, proofs, finality.
    function pause() external;

    /// @notice New claims again. Guardian only.
    function resume() external;

    function idOf(Claim calldata claim) external view returns (ClaimId);

    function stateOf(ClaimId claimId) external view returns (ClaimState memory);

    function isPaused() external view returns (bool);

    /// @notice A clock that stands still while claims are paused, so that no promise about submitting one can be
    /// broken by a pause: the retirement of models and the inclusion deadlines of receipts are measured on it.
    /// @param time Unix seconds, now or earlier
    /// @return Seconds: `time` less all paused time before it
    function activeSeconds(uint40 time) external view returns (uint40);
}
