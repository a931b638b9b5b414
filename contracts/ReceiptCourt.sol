// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {IReceiptCourt} from "./interfaces/IReceiptCourt.sol";
import {NativeBooks} from "./libraries/NativeBooks.sol";
import {RecordProof} from "./libraries/RecordProof.sol";
import {Claim, ClaimId} from "./types/Claim.sol";
import {ReceiptFault} from "./types/Fault.sol";
import {Phase} from "./types/Phase.sol";
import {Receipt} from "./types/Receipt.sol";
import {RequestId} from "./types/Record.sol";

/// @title ReceiptCourt
/// @dev A verdict calls the claim book, where numbers move and nothing else. The one account of somebody else in its way is
/// an operator's contract that is asked for a signature: by a static call, with a bound on its gas, and once a receipt.
contract ReceiptCourt is IReceiptCourt, NativeBooks, EIP712 {
    /// @dev Of the exit delay, the part within which a receipt is presented: the clock ends in the other, so that what was
    /// stake when the receipt was signed has not left at the verdict.
    uint256 internal constant PRESENTATION_PART = 2;
    /// @dev Of the exit delay, the part within which a receipt promises inclusion: as much again is left to complain.
    uint256 internal constant INCLUSION_PART = 4;
    /// @dev P-256 in Solidity takes 350,000. Nobody who presents a receipt can be made to burn much more than twice this.
    uint256 internal constant SIGNATURE_GAS = 500_000;
    /// @dev Siblings of a record in the largest claim.
    uint256 internal constant MOST_SIBLINGS = 20;

    IClaimBook public immutable claimBook;
    IOperatorRegistry public immutable operatorRegistry;
    /// @notice Seconds.
    uint40 public immutable clock;
    /// @notice Seconds.
    uint40 public immutable exitDelay;
    /// @notice Wei.
    uint96 public immutable baseBond;
    /// @notice Gas.
    uint32 public immutable answerGas;
    /// @notice Gas.
    uint32 public immutable answerByteGas;

    /// @inheritdoc IReceiptCourt
    mapping(address operator => uint256) public openComplaintsAgainst;
    mapping(bytes32 receiptHash => Case) private _cases;

    constructor() EIP712("Onus ReceiptCourt", "1") {
        IOnus onus = IOnus(msg.sender);
        IOnus.Parameters memory given = onus.parameters();
        claimBook = IClaimBook(onus.claimBook());
        operatorRegistry = IOperatorRegistry(onus.operatorRegistry());
        clock = given.clock;
        exitDelay = given.exitDelay;
        baseBond = given.baseBond;
        answerGas = given.answerGas;
        answerByteGas = given.answerByteGas;
    }

    /// @inheritdoc IReceiptCourt
    function present(SignedReceipt calldata given) external returns (bytes32) {
        return _present(given);
    }

    /// @inheritdoc IReceiptCourt
    function proveEquivocation(
        SignedReceipt calldata one,
        SignedReceipt calldata other,
        address beneficiary
    ) external {
        address operator = one.receipt.operator;
        if (other.receipt.operator != operator) revert OperatorsDiffer(operator, other.receipt.operator);
        RequestId request = _requestOf(one.receipt);
        RequestId otherRequest = _requestOf(other.receipt);
        if (RequestId.unwrap(request) != RequestId.unwrap(otherRequest)) {
            revert RequestsDiffer(request, otherRequest);
        }
        bytes32 output = one.receipt.record.outputRoot;
        if (output == other.receipt.record.outputRoot) revert OutputsAgree(output);

        bytes32 oneHash = _present(one);
        bytes32 otherHash = _present(other);
        bool isOneBroken = _cases[oneHash].stage == Stage.BROKEN;
        bool isOtherBroken = _cases[otherHash].stage == Stage.BROKEN;
        if (isOneBroken && isOtherBroken) revert AlreadyBroken(oneHash, otherHash);
        emit EquivocationProven(oneHash, otherHash, operator);
        if (!isOneBroken) _break(oneHash, one.receipt, ReceiptFault.Equivocation, beneficiary);
        if (!isOtherBroken) _break(otherHash, other.receipt, ReceiptFault.Equivocation, beneficiary);
    }

    /// @inheritdoc IReceiptCourt
    function complain(SignedReceipt calldata given) external payable returns (bytes32 hash) {
        hash = _present(given);
        Receipt calldata receipt = given.receipt;
        uint256 age = claimBook.activeSeconds(_now()) - claimBook.activeSeconds(receipt.issuedAt);
        uint256 promised = receipt.inclusionDeadline - receipt.issuedAt;
        if (age < promised) revert InclusionStillPossible(age, promised);
        uint256 most = _presentationTime();
        if (age >= most) revert ComplaintTooLate(age, most);

        address operator = receipt.operator;
        uint256 others = openComplaintsAgainst[operator];
        uint256 bond = _bondUp(baseBond, others);
        uint256 least = bond + _mostPaid(block.basefee);
        if (msg.value < least) revert DepositTooSmall(msg.value, least);
        Case storage case_ = _advance(hash, Stage.PRESENTED, Stage.COMPLAINED);
        openComplaintsAgainst[operator] = others + 1;
        case_.complainant = msg.sender;
        case_.deadline = _now() + clock;
        case_.deposit = SafeCast.toUint96(msg.value);
        // Part of the deposit.
        case_.bond = uint96(bond);
        case_.baseFee = SafeCast.toUint64(block.basefee);
        _totalHeld += uint128(msg.value);
        emit Complained(hash, operator, msg.sender, case_.deadline, case_.deposit, case_.bond, receipt);
    }

    /// @inheritdoc IReceiptCourt
    function answer(
        Receipt calldata receipt,
        Claim calldata claim,
        uint256 index,
        bytes32[] calldata proof
    ) external {
        bytes32 hash = hashOf(receipt);
        Case memory case_ = _advance(hash, Stage.COMPLAINED, Stage.ANSWERED);
        if (block.timestamp >= case_.deadline) revert AnswerTooLate(hash, block.timestamp, case_.deadline);
        ClaimId claimId = _requireAsPromised(receipt, claim);
        RecordProof.requireRecord(claim, receipt.record, index, proof);

        --openComplaintsAgainst[receipt.operator];
        // Out of its own deposit where the complainant answers itself: the sum is the same.
        uint256 paid = _answerGas(proof.length) * _price(case_.baseFee);
        uint256 burned = Math.ceilDiv(case_.bond, BURNED_PART);
        // Never underflows: `complain` found the bond in the deposit, of which `burned` is a quarter, and beside it
        // `_mostPaid`, for a proof no shorter and at the highest price that `_price` gives for this base fee.
        uint256 refund = case_.deposit - paid - burned;
        // All three are parts of the deposit, a uint96.
        _burnableBonds += uint96(burned);
        emit ComplaintAnswered(
            hash,
            claimId,
            msg.sender,
            index,
            uint96(refund),
            uint96(paid),
            uint96(burned)
        );
        _credit(hash, msg.sender, paid);
        _credit(hash, case_.complainant, refund);
    }

    /// @inheritdoc IReceiptCourt
    function timeOut(Receipt calldata receipt) external {
        bytes32 hash = hashOf(receipt);
        Case memory case_ = _cases[hash];
        if (case_.stage != Stage.COMPLAINED) revert WrongStage(hash, case_.stage, Stage.COMPLAINED);
        if (block.timestamp < case_.deadline) {
            revert AnswererClockRunning(hash, block.timestamp, case_.deadline);
        }
        _break(hash, receipt, ReceiptFault.NonInclusion, case_.complainant);
    }

    /// @inheritdoc IReceiptCourt
    function caseOf(bytes32 hash) external view returns (Case memory) {
        return _cases[hash];
    }

    /// @inheritdoc IReceiptCourt
    function hashOf(Receipt calldata receipt) public view returns (bytes32) {
        Receipt memory copy = receipt;
        return copy.receiptHash(_domainSeparatorV4());
    }

    /// @inheritdoc IReceiptCourt
    function depositFor(address operator, uint256 baseFee) external view returns (uint256) {
        return _bondUp(baseBond, openComplaintsAgainst[operator]) + _mostPaid(baseFee);
    }

    /// @dev What was presented stays so: revocation is forward-only, and a contract that takes its word back comes too late.
    /// What no promise can be kept of (a model nobody published, no records allowed) is not looked for: it is the signer's.
    function _present(SignedReceipt calldata given) private returns (bytes32 hash) {
        Receipt calldata receipt = given.receipt;
        hash = hashOf(receipt);
        if (_cases[hash].stage != Stage.NONE) return hash;
        uint256 issuedAt = receipt.issuedAt;
        uint256 most = issuedAt + exitDelay / INCLUSION_PART;
        if (receipt.inclusionDeadline < issuedAt || receipt.inclusionDeadline > most) {
            revert InclusionDeadlineOutOfRange(receipt.inclusionDeadline, issuedAt, most);
        }
        if (issuedAt > block.timestamp) revert IssuedInTheFuture(issuedAt, block.timestamp);
        uint256 end = issuedAt + _presentationTime();
        if (block.timestamp >= end) revert PresentedTooLate(block.timestamp, end);
        if (!operatorRegistry.signedInForce(receipt.operator, given.signer, receipt.issuedAt)) {
            revert SignerNotInForce(given.signer, receipt.operator, receipt.issuedAt);
        }
        if (!_isSignature(given, hash)) revert SignatureInvalid(hash, given.signer);
        _advance(hash, Stage.NONE, Stage.PRESENTED);
        emit ReceiptPresented(hash, receipt.operator, given.signer, receipt);
    }

    /// @dev A key comes first, whatever code its account has: an operator cannot disown what it signed by putting code there
    /// (EIP-7702). A signer key gave its consent as a key and stays one. Bytes that a contract returns are copied, which
    /// costs little more than it cost the contract to return them.
    function _isSignature(SignedReceipt calldata given, bytes32 hash) private view returns (bool) {
        (address recovered, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(hash, given.signature);
        if (problem == ECDSA.RecoverError.NoError && recovered == given.signer) return true;
        if (given.signer != given.receipt.operator) return false;
        (bool done, bytes memory said) = given.signer.staticcall{gas: SIGNATURE_GAS}(
            abi.encodeCall(IERC1271.isValidSignature, (hash, given.signature))
        );
        return done && said.length >= 32 && bytes32(said) == bytes32(IERC1271.isValidSignature.selector);
    }

    function _requestOf(Receipt calldata receipt) private pure returns (RequestId) {
        return receipt.record.requestId(receipt.modelId);
    }

    /// @dev Any phase but NONE: a claim that fell was made as promised, and its requesters have their shares of it.
    function _requireAsPromised(
        Receipt calldata receipt,
        Claim calldata claim
    ) private view returns (ClaimId claimId) {
        if (claim.operator != receipt.operator) revert ClaimOfAnother(claim.operator, receipt.operator);
        if (claim.modelId != receipt.modelId) revert ClaimOfAnotherModel(claim.modelId, receipt.modelId);
        if (claim.liability < receipt.liabilityWei) {
            revert ClaimLiabilityTooSmall(claim.liability, receipt.liabilityWei);
        }
        if (claim.n > receipt.maxRecords) revert ClaimTooLarge(claim.n, receipt.maxRecords);
        claimId = claimBook.idOf(claim);
        IClaimBook.ClaimState memory state = claimBook.stateOf(claimId);
        if (state.phase == Phase.NONE) revert ClaimUnknown(claimId);
        uint256 submitted = claimBook.activeSeconds(state.submittedAt);
        uint256 end =
            uint256(claimBook.activeSeconds(receipt.issuedAt)) + receipt.inclusionDeadline - receipt.issuedAt;
        if (submitted >= end) revert ClaimTooLate(claimId, submitted, end);
    }

    /// @dev A complaint that waits is upheld with it, by whatever proof. Once a receipt, since nothing leaves BROKEN.
    function _break(bytes32 hash, Receipt calldata receipt, ReceiptFault kind, address beneficiary) private {
        Case memory case_ = _cases[hash];
        _advance(hash, case_.stage, Stage.BROKEN);
        if (case_.stage == Stage.COMPLAINED) {
            --openComplaintsAgainst[receipt.operator];
            emit ComplaintUpheld(hash, case_.complainant, case_.deposit);
            _credit(hash, case_.complainant, case_.deposit);
        }
        claimBook.penalize(
            receipt.operator,
            hash,
            receipt.liabilityWei,
            kind,
            receipt.record.requester,
            beneficiary
        );
    }

    /// @param amount Wei, part of a deposit
    function _credit(bytes32 hash, address account, uint256 amount) private {
        if (amount == 0) return;
        balanceOf[account] += amount;
        emit Credited(hash, account, uint96(amount));
    }

    /// @dev The only writer of `stage`: every legal edge of the life of a receipt is a call to this.
    function _advance(bytes32 hash, Stage from, Stage to) private returns (Case storage case_) {
        case_ = _cases[hash];
        if (case_.stage != from) revert WrongStage(hash, case_.stage, from);
        case_.stage = to;
    }

    /// @return Seconds
    function _presentationTime() private view returns (uint256) {
        return exitDelay / PRESENTATION_PART;
    }

    /// @return Wei that an answer costs at the highest price of a complaint made now
    function _mostPaid(uint256 baseFee) private view returns (uint256) {
        return _answerGas(MOST_SIBLINGS) * MAX_FEE_RISE * baseFee;
    }

    /// @return Gas paid for an answer: that of an inquiry with as many bytes
    function _answerGas(uint256 siblings) private view returns (uint256) {
        return answerGas + 32 * siblings * answerByteGas;
    }

    /// @dev Fits until the year 36812.
    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }
}
