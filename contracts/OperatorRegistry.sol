// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {Penalty as Division} from "./libraries/Penalty.sol";
import {StakeToken} from "./libraries/StakeToken.sol";
import {RecordProof} from "./libraries/RecordProof.sol";
import {Claim, ClaimId} from "./types/Claim.sol";
import {Phase} from "./types/Phase.sol";
import {Record} from "./types/Record.sol";

/// @title OperatorRegistry
/// @dev One book: `totalHeld` = all stake + all penalties not yet pulled or burned. Within an operator, `bound` is what
/// is locked plus what is exiting, so that one comparison in one slot keeps both behind the stake.
contract OperatorRegistry is IOperatorRegistry, EIP712 {
    using StakeToken for IERC20;

    bytes32 internal constant SIGNER_CONSENT = keccak256("SignerConsent(address operator)");

    IERC20 public immutable token;
    IClaimBook public immutable claimBook;
    /// @notice Seconds.
    uint40 public immutable exitDelay;
    /// @notice Seconds.
    uint40 public immutable keyNotice;

    mapping(address operator => Operator) private _operators;
    mapping(address operator => Exit) private _exits;
    mapping(address signer => Signer) private _signers;
    mapping(bytes32 penaltyId => Penalty) private _penalties;
    mapping(bytes32 penaltyId => Settlement) private _settlements;
    mapping(bytes32 receiptHash => ReceiptPenalty) private _receiptPenalties;
    /// @dev One bit per record.
    mapping(bytes32 penaltyId => mapping(uint256 word => uint256 bits)) private _pulled;
    /// @inheritdoc IOperatorRegistry
    uint256 public totalHeld;

    modifier onlyClaimBook() {
        if (msg.sender != address(claimBook)) revert NotClaimBook(msg.sender, address(claimBook));
        _;
    }

    constructor() EIP712("Onus OperatorRegistry", "1") {
        IOnus onus = IOnus(msg.sender);
        IOnus.Parameters memory given = onus.parameters();
        token = IERC20(given.token);
        exitDelay = given.exitDelay;
        keyNotice = given.keyNotice;
        claimBook = IClaimBook(onus.claimBook());
    }

    /// @inheritdoc IOperatorRegistry
    function register(string calldata endpoint) external {
        Operator storage operator = _operators[msg.sender];
        if (operator.status != Status.NONE) revert OperatorAlreadyRegistered(msg.sender);
        operator.status = Status.ACTIVE;
        operator.registeredAt = uint40(block.timestamp);
        emit OperatorRegistered(msg.sender, endpoint);
    }

    /// @inheritdoc IOperatorRegistry
    function setEndpoint(string calldata endpoint) external {
        _requireRegistered(msg.sender);
        emit EndpointChanged(msg.sender, endpoint);
    }

    /// @inheritdoc IOperatorRegistry
    function addSigner(address signer, bytes calldata consent) external {
        _requireRegistered(msg.sender);
        if (signer == address(0)) revert SignerZero();
        address taken = _signers[signer].operator;
        if (taken != address(0)) revert SignerTaken(signer, taken);
        // The operator stands in the signed words and comes from msg.sender: the consent serves nobody else, and once.
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(SIGNER_CONSENT, msg.sender)));
        (address recovered, , ) = ECDSA.tryRecover(digest, consent);
        if (recovered != signer) revert SignerConsentMissing(recovered, signer);
        uint40 now_ = uint40(block.timestamp);
        _signers[signer] = Signer({operator: msg.sender, activeFrom: now_, revokedAt: 0});
        emit SignerAdded(msg.sender, signer, now_);
    }

    /// @inheritdoc IOperatorRegistry
    function revokeSigner(address signer) external {
        Signer storage key = _signers[signer];
        if (key.operator != msg.sender) revert NotSignerOf(signer, key.operator, msg.sender);
        if (key.revokedAt != 0) revert SignerAlreadyRevoked(signer, key.revokedAt);
        key.revokedAt = uint40(block.timestamp);
        emit SignerRevoked(msg.sender, signer, key.revokedAt);
    }

    /// @inheritdoc IOperatorRegistry
    function deposit(address operator, uint96 amount) external {
        if (amount == 0) revert AmountZero();
        _requireRegistered(operator);
        if (_operators[operator].status == Status.JAILED) revert OperatorIsJailed(operator);
        token.collect(totalHeld, amount);
        _operators[operator].stake += amount;
        totalHeld += amount;
        emit Deposited(operator, msg.sender, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function requestExit(uint96 amount) external {
        if (amount == 0) revert AmountZero();
        _bind(msg.sender, amount);
        Exit storage leaving = _exits[msg.sender];
        leaving.amount += amount;
        leaving.readyAt = uint40(block.timestamp) + exitDelay;
        emit ExitRequested(msg.sender, amount, leaving.amount, leaving.readyAt);
    }

    /// @inheritdoc IOperatorRegistry
    function cancelExit() external {
        uint96 amount = _takeExit(msg.sender);
        emit ExitCancelled(msg.sender, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function withdraw() external {
        uint40 readyAt = _exits[msg.sender].readyAt;
        uint96 amount = _takeExit(msg.sender);
        if (block.timestamp < readyAt) revert ExitNotReady(block.timestamp, readyAt);
        Operator storage operator = _operators[msg.sender];
        // With the exit taken out, what is bound is locked.
        if (operator.status == Status.JAILED && operator.bound != 0) {
            revert ClaimsUndecided(msg.sender, operator.bound);
        }
        operator.stake -= amount;
        totalHeld -= amount;
        emit Withdrawn(msg.sender, amount);
        token.send(msg.sender, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function lock(address operator, address submitter, uint96 amount) external onlyClaimBook {
        if (!isActiveSigner(operator, submitter)) revert SignerNotActive(submitter, operator);
        if (_bind(operator, amount) == Status.JAILED) revert OperatorIsJailed(operator);
    }

    /// @inheritdoc IOperatorRegistry
    function unlock(address operator, uint96 amount) external onlyClaimBook {
        _operators[operator].bound -= amount;
    }

    /// @inheritdoc IOperatorRegistry
    function slash(
        address operator,
        ClaimId claimId,
        uint96 amount,
        address beneficiary
    ) external onlyClaimBook {
        Operator storage record = _operators[operator];
        record.bound -= amount;
        record.stake -= amount;
        _jail(operator);
        _book(ClaimId.unwrap(claimId), operator, amount, beneficiary);
    }

    /// @inheritdoc IOperatorRegistry
    function slashUnlocked(
        address operator,
        bytes32 receiptHash,
        uint96 amount,
        address requester,
        address beneficiary
    ) external onlyClaimBook returns (uint96 taken) {
        _requireRegistered(operator);
        ReceiptPenalty storage receipt = _receiptPenalties[receiptHash];
        if (receipt.decidedAt != 0) revert PenaltyAlreadyBooked(receiptHash);
        Operator storage record = _operators[operator];
        Exit storage leaving = _exits[operator];
        uint96 free = record.stake - record.bound;
        uint96 reachable = free + leaving.amount;
        taken = amount < reachable ? amount : reachable;
        if (taken > free) {
            leaving.amount -= taken - free;
            record.bound -= taken - free;
        }
        record.stake -= taken;
        receipt.requester = requester;
        receipt.decidedAt = uint40(block.timestamp);
        _jail(operator);
        _book(receiptHash, operator, taken, beneficiary);
    }

    /// @inheritdoc IOperatorRegistry
    function pullShare(
        Claim calldata claim,
        Record calldata record,
        uint256 index,
        bytes32[] calldata proof
    ) external {
        bytes32 id = ClaimId.unwrap(claimBook.idOf(claim));
        _requirePullable(id);
        RecordProof.requireRecord(claim, record, index, proof);
        if (isSharePulled(id, index)) revert ShareAlreadyPulled(id, index);
        uint96 amount = Division.recordShareDown(_penalties[id].amount, claim.n);
        _pulled[id][index >> 8] |= 1 << (index & 255);
        _payRecord({id: id, requester: record.requester, index: index, amount: amount});
    }

    /// @inheritdoc IOperatorRegistry
    function pullReceiptShare(bytes32 receiptHash) external {
        ReceiptPenalty memory receipt = _receiptPenalties[receiptHash];
        if (receipt.decidedAt == 0) revert PenaltyUnknown(receiptHash);
        _requirePullable(receiptHash);
        if (_settlements[receiptHash].recordsPaid != 0) revert ShareAlreadyPulled(receiptHash, 0);
        uint96 amount = Division.recordShareDown(_penalties[receiptHash].amount, 1);
        _payRecord({id: receiptHash, requester: receipt.requester, index: 0, amount: amount});
    }

    /// @inheritdoc IOperatorRegistry
    function pullBeneficiaryShare(bytes32 penaltyId) external {
        _requirePullable(penaltyId);
        Settlement storage settlement = _settlements[penaltyId];
        if (settlement.beneficiaryPaid) revert BeneficiaryAlreadyPaid(penaltyId);
        Penalty memory penalty = _penalties[penaltyId];
        uint96 amount = Division.beneficiaryShareDown(penalty.amount);
        if (amount == 0) revert NothingToPull(penaltyId);
        settlement.beneficiaryPaid = true;
        totalHeld -= amount;
        emit BeneficiarySharePulled(penaltyId, penalty.beneficiary, amount);
        token.send(penalty.beneficiary, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function burn(Claim calldata claim) external {
        _burn(ClaimId.unwrap(claimBook.idOf(claim)), claim.n);
    }

    /// @inheritdoc IOperatorRegistry
    function burnReceipt(bytes32 receiptHash) external {
        if (_receiptPenalties[receiptHash].decidedAt == 0) revert PenaltyUnknown(receiptHash);
        _burn(receiptHash, 1);
    }

    /// @inheritdoc IOperatorRegistry
    function operatorOf(address operator) external view returns (Operator memory) {
        return _operators[operator];
    }

    /// @inheritdoc IOperatorRegistry
    function lockedOf(address operator) external view returns (uint96) {
        return _operators[operator].bound - _exits[operator].amount;
    }

    /// @inheritdoc IOperatorRegistry
    function freeOf(address operator) external view returns (uint96) {
        return _operators[operator].stake - _operators[operator].bound;
    }

    /// @inheritdoc IOperatorRegistry
    function exitOf(address operator) external view returns (Exit memory) {
        return _exits[operator];
    }

    /// @inheritdoc IOperatorRegistry
    function signerOf(address signer) external view returns (Signer memory) {
        return _signers[signer];
    }

    /// @inheritdoc IOperatorRegistry
    function isActiveSigner(address operator, address signer) public view returns (bool) {
        if (signer == operator) return true;
        Signer memory key = _signers[signer];
        return key.operator == operator && key.revokedAt == 0;
    }

    /// @inheritdoc IOperatorRegistry
    function signedInForce(address operator, address signer, uint40 issuedAt) external view returns (bool) {
        if (signer == operator) {
            uint40 registeredAt = _operators[operator].registeredAt;
            return registeredAt != 0 && issuedAt >= registeredAt;
        }
        Signer memory key = _signers[signer];
        if (key.operator != operator || issuedAt < key.activeFrom) return false;
        return key.revokedAt == 0 || issuedAt < uint256(key.revokedAt) + keyNotice;
    }

    /// @inheritdoc IOperatorRegistry
    function penaltyOf(bytes32 penaltyId) external view returns (Penalty memory) {
        return _penalties[penaltyId];
    }

    /// @inheritdoc IOperatorRegistry
    function settlementOf(bytes32 penaltyId) external view returns (Settlement memory) {
        return _settlements[penaltyId];
    }

    /// @inheritdoc IOperatorRegistry
    function receiptPenaltyOf(bytes32 receiptHash) external view returns (ReceiptPenalty memory) {
        return _receiptPenalties[receiptHash];
    }

    /// @inheritdoc IOperatorRegistry
    function isSharePulled(bytes32 penaltyId, uint256 recordIndex) public view returns (bool) {
        return (_pulled[penaltyId][recordIndex >> 8] >> (recordIndex & 255)) & 1 == 1;
    }

    function _requireRegistered(address operator) private view {
        if (_operators[operator].status == Status.NONE) revert OperatorUnknown(operator);
    }

    /// @dev Keeps `bound` ≤ `stake`, the exposure of every operator, in the one place where it can grow.
    function _bind(address operator, uint96 amount) private returns (Status status) {
        Operator storage record = _operators[operator];
        (uint96 stake, uint96 bound) = (record.stake, record.bound);
        status = record.status;
        if (status == Status.NONE) revert OperatorUnknown(operator);
        uint96 free = stake - bound;
        if (free < amount) revert FreeStakeTooSmall(free, amount);
        record.bound = bound + amount;
    }

    function _takeExit(address operator) private returns (uint96 amount) {
        amount = _exits[operator].amount;
        if (amount == 0) revert NothingExiting();
        delete _exits[operator];
        _operators[operator].bound -= amount;
    }

    function _jail(address operator) private {
        if (_operators[operator].status == Status.JAILED) return;
        _operators[operator].status = Status.JAILED;
        emit OperatorJailed(operator);
    }

    function _book(bytes32 id, address operator, uint96 amount, address beneficiary) private {
        _penalties[id] = Penalty({beneficiary: beneficiary, amount: amount});
        emit PenaltyBooked(id, operator, beneficiary, amount);
    }

    function _payRecord(bytes32 id, address requester, uint256 index, uint96 amount) private {
        if (amount == 0) revert NothingToPull(id);
        ++_settlements[id].recordsPaid;
        totalHeld -= amount;
        emit RecordSharePulled(id, requester, index, amount);
        token.send(requester, amount);
    }

    function _burn(bytes32 id, uint256 records) private {
        uint40 decidedAt = _decidedAt(id);
        uint96 amount = _penalties[id].amount;
        Settlement storage settlement = _settlements[id];
        uint96 burned = Division.burnedUp(amount, records);
        if (block.timestamp >= decidedAt + Division.PULL_PERIOD) {
            // From here on nothing can be pulled any more: all that was not is burned.
            uint96 paid = uint96(Division.recordShareDown(amount, records) * uint256(settlement.recordsPaid));
            if (settlement.beneficiaryPaid) paid += Division.beneficiaryShareDown(amount);
            burned = amount - paid;
        }
        uint96 due = burned - settlement.burned;
        if (due == 0) revert NothingToBurn(id);
        settlement.burned = burned;
        totalHeld -= due;
        emit PenaltyBurned(id, due);
        token.discard(due);
    }

    function _requirePullable(bytes32 id) private view {
        uint256 end = _decidedAt(id) + Division.PULL_PERIOD;
        if (block.timestamp >= end) revert PullPeriodOver(block.timestamp, end);
    }

    /// @return Unix seconds of the verdict behind a penalty
    function _decidedAt(bytes32 id) private view returns (uint40) {
        uint40 decidedAt = _receiptPenalties[id].decidedAt;
        if (decidedAt != 0) return decidedAt;
        IClaimBook.ClaimState memory state = claimBook.stateOf(ClaimId.wrap(id));
        if (state.phase != Phase.FAULTED) revert PenaltyUnknown(id);
        return state.decidedAt;
    }
}
