// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {Claim, ClaimId, MAX_RECORDS} from "./types/Claim.sol";
import {Fault, ReceiptFault} from "./types/Fault.sol";
import {Phase} from "./types/Phase.sol";

/// @title ClaimBook
/// @dev Verdicts touch this contract and the operator registry's numbers, no token and no account of anybody: there is
/// nothing in their way that could refuse.
contract ClaimBook is IClaimBook {
    uint256 internal constant MAX_WINDOW = 30 days;

    IModelRegistry public immutable modelRegistry;
    IOperatorRegistry public immutable operatorRegistry;
    /// @notice The fault sources; a zero address is nobody, since no call comes from it.
    address public immutable referee;
    address public immutable workbench;
    address public immutable inquiry;
    address public immutable receiptCourt;
    /// @notice Zero = nobody.
    address public immutable guardian;
    /// @notice Wei.
    uint96 public immutable minLiability;
    /// @notice Seconds.
    uint40 public immutable minWindow;

    /// @param from Unix seconds, inclusive
    /// @param to Unix seconds, exclusive
    /// @param secondsBefore Seconds of all earlier pauses
    struct Pause {
        uint40 from; //            5 bytes ┐
        uint40 to; //              5 bytes │ one slot
        uint40 secondsBefore; //   5 bytes ┘
    }

    mapping(ClaimId => ClaimState) private _states;
    /// @dev Unix seconds; 0 = not paused. Shares its slot with the sum of ended pauses: `submit` reads both at once.
    uint40 private _pausedSince;
    uint40 private _pausedSeconds;
    Pause[] private _pauses;

    constructor() {
        IOnus onus = IOnus(msg.sender);
        IOnus.Parameters memory given = onus.parameters();
        modelRegistry = IModelRegistry(onus.modelRegistry());
        operatorRegistry = IOperatorRegistry(onus.operatorRegistry());
        referee = onus.referee();
        workbench = onus.workbench();
        inquiry = onus.inquiry();
        receiptCourt = onus.receiptCourt();
        guardian = given.guardian;
        minLiability = given.minLiability;
        minWindow = given.minWindow;
    }

    /// @inheritdoc IClaimBook
    function submit(Claim calldata claim) external returns (ClaimId id) {
        id = idOf(claim);
        if (_pausedSince != 0) revert ClaimsArePaused();
        if (claim.n == 0 || claim.n > MAX_RECORDS) revert RecordCountOutOfRange(claim.n, 1, MAX_RECORDS);
        if (claim.liability < minLiability) revert LiabilityTooSmall(claim.liability, minLiability);
        if (claim.window < minWindow || claim.window > MAX_WINDOW) {
            revert WindowOutOfRange(claim.window, minWindow, MAX_WINDOW);
        }
        modelRegistry.requireClaimable(claim.modelId, _now() - _pausedSeconds);

        ClaimState storage state = _advance(id, Phase.NONE, Phase.OPEN);
        state.submittedAt = _now();
        state.finalizableAt = _now() + claim.window;
        emit ClaimSubmitted(
            id,
            claim.operator,
            claim.modelId,
            msg.sender,
            claim.nonce,
            claim.recordsRoot,
            claim.n,
            claim.liability,
            claim.window
        );
        operatorRegistry.lock(claim.operator, msg.sender, claim.liability);
    }

    /// @inheritdoc IClaimBook
    function finalize(Claim calldata claim) external {
        ClaimId id = idOf(claim);
        ClaimState storage state = _advance(id, Phase.OPEN, Phase.FINAL);
        if (!_isOver(state.finalizableAt)) revert WindowStillOpen(_now(), state.finalizableAt);
        state.decidedAt = _now();
        emit ClaimFinalized(id, claim.operator, claim.liability);
        operatorRegistry.unlock(claim.operator, claim.liability);
    }

    /// @inheritdoc IClaimBook
    function contest(Claim calldata claim) external {
        if (msg.sender != inquiry) revert NotInquiry(msg.sender, inquiry);
        ClaimId id = idOf(claim);
        ClaimState storage state = _states[id];
        // Sessions run side by side: a second one finds the claim contested already, and no edge is taken.
        if (state.phase != Phase.CONTESTED) _advance(id, Phase.OPEN, Phase.CONTESTED);
        // The original window: earlier sessions may have postponed `finalizableAt`, but nobody can go on for ever.
        uint40 windowEnd = state.submittedAt + claim.window;
        if (_isOver(windowEnd)) revert WindowOver(_now(), windowEnd);
        uint32 openSessions = state.openSessions + 1;
        state.openSessions = openSessions;
        emit ClaimContested(id, openSessions);
    }

    /// @inheritdoc IClaimBook
    function release(Claim calldata claim, uint40 proofEnd) external {
        if (msg.sender != inquiry) revert NotInquiry(msg.sender, inquiry);
        ClaimId id = idOf(claim);
        ClaimState storage state = _states[id];
        if (state.phase != Phase.CONTESTED) revert WrongPhase(id, state.phase, Phase.CONTESTED);
        uint32 openSessions = state.openSessions - 1;
        state.openSessions = openSessions;
        if (proofEnd > state.finalizableAt) state.finalizableAt = proofEnd;
        if (openSessions == 0) _advance(id, Phase.CONTESTED, Phase.OPEN);
        emit ClaimReleased(id, openSessions, state.finalizableAt);
    }

    /// @inheritdoc IClaimBook
    /// @dev No deadline is checked: after the window a fault holds until `finalize` executes.
    function fault(Claim calldata claim, Fault kind, address beneficiary) external {
        if (msg.sender != referee && msg.sender != inquiry && msg.sender != workbench) {
            revert NotFaultSource(msg.sender);
        }
        if (kind == Fault.None) revert FaultMissing();
        if (beneficiary == address(0)) revert BeneficiaryMissing();
        ClaimId id = idOf(claim);
        Phase from = _states[id].phase == Phase.CONTESTED ? Phase.CONTESTED : Phase.OPEN;
        _advance(id, from, Phase.FAULTED).decidedAt = _now();
        emit ClaimFaulted(id, claim.operator, kind, beneficiary, claim.liability);
        operatorRegistry.slash(claim.operator, id, claim.liability, beneficiary);
    }

    /// @inheritdoc IClaimBook
    function penalize(
        address operator,
        bytes32 receiptHash,
        uint96 amount,
        ReceiptFault kind,
        address requester,
        address beneficiary
    ) external {
        if (msg.sender != receiptCourt) revert NotReceiptCourt(msg.sender, receiptCourt);
        if (kind == ReceiptFault.None) revert FaultMissing();
        if (beneficiary == address(0)) revert BeneficiaryMissing();
        uint96 taken = operatorRegistry.slashUnlocked(operator, receiptHash, amount, requester, beneficiary);
        emit ReceiptFaulted(receiptHash, operator, kind, requester, beneficiary, taken);
    }

    /// @inheritdoc IClaimBook
    function pause() external {
        if (msg.sender != guardian) revert NotGuardian(msg.sender, guardian);
        if (_pausedSince != 0) revert ClaimsArePaused();
        _pausedSince = _now();
        emit ClaimsPaused(_now());
    }

    /// @inheritdoc IClaimBook
    function resume() external {
        if (msg.sender != guardian) revert NotGuardian(msg.sender, guardian);
        uint40 since = _pausedSince;
        if (since == 0) revert ClaimsAreNotPaused();
        _pauses.push(Pause({from: since, to: _now(), secondsBefore: _pausedSeconds}));
        _pausedSeconds += _now() - since;
        _pausedSince = 0;
        emit ClaimsResumed(_now(), _now() - since);
    }

    /// @inheritdoc IClaimBook
    function idOf(Claim calldata claim) public view returns (ClaimId) {
        return claim.claimId(block.chainid, address(this));
    }

    /// @inheritdoc IClaimBook
    function stateOf(ClaimId id) external view returns (ClaimState memory) {
        return _states[id];
    }

    /// @inheritdoc IClaimBook
    function isPaused() external view returns (bool) {
        return _pausedSince != 0;
    }

    /// @inheritdoc IClaimBook
    /// @dev Binary search: only the guardian adds pauses, and even it cannot make this costly.
    function activeSeconds(uint40 time) external view returns (uint40) {
        uint256 begun = 0;
        uint256 beyond = _pauses.length;
        while (begun < beyond) {
            uint256 middle = (begun + beyond) / 2;
            if (_pauses[middle].from < time) begun = middle + 1;
            else beyond = middle;
        }
        uint40 paused = 0;
        if (begun != 0) {
            Pause memory last = _pauses[begun - 1];
            paused = last.secondsBefore + (time < last.to ? time : last.to) - last.from;
        }
        if (_pausedSince != 0 && time > _pausedSince) paused += time - _pausedSince;
        return time - paused;
    }

    /// @dev The only writer of `phase`: every legal edge of the life of a claim is a call to this.
    function _advance(ClaimId id, Phase from, Phase to) private returns (ClaimState storage state) {
        state = _states[id];
        if (state.phase != from) revert WrongPhase(id, state.phase, from);
        state.phase = to;
    }

    /// @dev The one place where a deadline is compared: exclusive, so at the deadline it is over.
    function _isOver(uint40 deadline) private view returns (bool) {
        return block.timestamp >= deadline;
    }

    /// @dev Fits until the year 36812.
    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }
}
