// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim, ClaimId} from "../types/Claim.sol";
import {Record} from "../types/Record.sol";

/// @title OperatorRegistry: stake, keys, and every share that was won
/// @notice Holds one ERC-20. Tokens leave by `withdraw`, by the three pulls and by the two burns, never by a verdict.
interface IOperatorRegistry {
    /// @notice JAILED is for ever: the operator answers and leaves, but claims nothing again.
    enum Status {
        NONE,
        ACTIVE,
        JAILED
    }

    /// @param stake Wei deposited and not yet lost or withdrawn
    /// @param bound Wei of it that is locked behind undecided claims or on its way out: never more than `stake`
    /// @param registeredAt Unix seconds
    struct Operator {
        uint96 stake; //          12 bytes ┐
        uint96 bound; //          12 bytes │ one slot, all that `submit` writes
        uint40 registeredAt; //    5 bytes │
        Status status; //          1 byte  ┘
    }

    /// @param amount Wei on its way out; part of `bound`
    /// @param readyAt Unix seconds from which it may leave
    struct Exit {
        uint96 amount; //         12 bytes ┐ one slot
        uint40 readyAt; //         5 bytes ┘
    }

    /// @param operator To whom the signer belongs, for ever
    /// @param activeFrom Unix seconds, inclusive
    /// @param revokedAt Unix seconds; 0 = active
    struct Signer {
        address operator; //      20 bytes ┐
        uint40 activeFrom; //      5 bytes │ one slot
        uint40 revokedAt; //       5 bytes ┘
    }

    /// @param beneficiary Whom the fault proof named
    /// @param amount Wei, the whole penalty
    struct Penalty {
        address beneficiary; //   20 bytes ┐ one slot, all that a verdict writes anew
        uint96 amount; //         12 bytes ┘
    }

    /// @notice What has left of a penalty, written by pulls and burns.
    /// @param burned Wei
    /// @param recordsPaid Records whose share was pulled
    /// @param beneficiaryPaid The beneficiary's share was pulled
    struct Settlement {
        uint96 burned; //         12 bytes ┐
        uint32 recordsPaid; //     4 bytes │ one slot
        bool beneficiaryPaid; //   1 byte  ┘
    }

    /// @notice Of receipts only: a claim's requesters stand in its records, its time in the claim book.
    /// @param requester Who was given the receipt
    /// @param decidedAt Unix seconds
    struct ReceiptPenalty {
        address requester; //     20 bytes ┐ one slot
        uint40 decidedAt; //       5 bytes ┘
    }

    event OperatorRegistered(address indexed operator, string endpoint);
    event EndpointChanged(address indexed operator, string endpoint);
    event OperatorJailed(address indexed operator);
    event SignerAdded(address indexed operator, address indexed signer, uint40 activeFrom);
    /// @param revokedAt Unix seconds: its power to submit ends here, its receipts with the key notice
    event SignerRevoked(address indexed operator, address indexed signer, uint40 revokedAt);
    event Deposited(address indexed operator, address indexed from, uint96 amount);
    /// @param exiting Wei on its way out altogether
    event ExitRequested(address indexed operator, uint96 amount, uint96 exiting, uint40 readyAt);
    event ExitCancelled(address indexed operator, uint96 amount);
    event Withdrawn(address indexed operator, uint96 amount);
    /// @param penaltyId Claim id or receipt hash
    event PenaltyBooked(
        bytes32 indexed penaltyId,
        address indexed operator,
        address indexed beneficiary,
        uint96 amount
    );
    event RecordSharePulled(
        bytes32 indexed penaltyId,
        address indexed requester,
        uint256 indexed recordIndex,
        uint96 amount
    );
    event BeneficiarySharePulled(bytes32 indexed penaltyId, address indexed beneficiary, uint96 amount);
    event PenaltyBurned(bytes32 indexed penaltyId, uint96 amount);

    error NotClaimBook(address actual, address expected);
    error OperatorAlreadyRegistered(address operator);
    error OperatorUnknown(address operator);
    error OperatorIsJailed(address operator);
    error SignerZero();
    /// @notice A signer belongs to one operator for ever, also after its revocation.
    error SignerTaken(address signer, address operator);
    /// @notice The signer did not agree to serve this operator.
    error SignerConsentMissing(address actual, address expected);
    error NotSignerOf(address signer, address actual, address expected);
    error SignerAlreadyRevoked(address signer, uint40 revokedAt);
    error SignerNotActive(address signer, address operator);
    /// @notice Wei: stake that is neither locked nor exiting, and what was asked for.
    error FreeStakeTooSmall(uint256 actual, uint256 expected);
    error AmountZero();
    /// @notice Unix seconds: now, and from when the stake may leave.
    error ExitNotReady(uint256 actual, uint256 readyAt);
    error NothingExiting();
    /// @notice A jailed operator's stake stays until all its claims are decided.
    error ClaimsUndecided(address operator, uint256 locked);
    error PenaltyUnknown(bytes32 penaltyId);
    error PenaltyAlreadyBooked(bytes32 penaltyId);
    error ShareAlreadyPulled(bytes32 penaltyId, uint256 recordIndex);
    error BeneficiaryAlreadyPaid(bytes32 penaltyId);
    /// @notice Unix seconds: now, and when what was not pulled became burnable.
    error PullPeriodOver(uint256 actual, uint256 end);
    error NothingToPull(bytes32 penaltyId);
    error NothingToBurn(bytes32 penaltyId);

    /// @notice The caller becomes an operator. EOA or contract; a contract's receipts are judged by EIP-1271.
    /// @param endpoint Where its node answers; a hint
    function register(string calldata endpoint) external;

    function setEndpoint(string calldata endpoint) external;

    /// @notice The signer may submit and sign receipts for the caller from now on.
    /// @param consent The signer's EIP-712 signature over SignerConsent(address operator) in the domain ("Onus
    /// OperatorRegistry", "1", chain, this contract): nobody can tie a stranger's key to himself
    function addSigner(address signer, bytes calldata consent) external;

    /// @notice Ends the signer's power to submit and state at once, and its receipts after the key notice. For good.
    function revokeSigner(address signer) external;

    /// @param operator Registered and not jailed
    /// @param amount Wei of the caller's, > 0
    function deposit(address operator, uint96 amount) external;

    /// @notice Puts free stake on its way out; restarts the delay of what is exiting already.
    /// @param amount Wei, > 0
    function requestExit(uint96 amount) external;

    /// @notice All that is exiting is free stake again.
    function cancelExit() external;

    /// @notice All that is exiting leaves, once its delay is over; of a jailed operator, once no claim is undecided.
    function withdraw() external;

    /// @notice Binds stake to a claim. Claim book only.
    /// @param submitter The operator, or an active signer of it
    /// @param amount Wei
    function lock(address operator, address submitter, uint96 amount) external;

    /// @notice Frees what a FINAL claim had bound. Claim book only.
    function unlock(address operator, uint96 amount) external;

    /// @notice Turns a claim's liability into its penalty and jails. Claim book only.
    function slash(address operator, ClaimId claimId, uint96 amount, address beneficiary) external;

    /// @notice Turns stake that backs no claim into a receipt's penalty and jails: free stake first, then exiting. Claim
    /// book only, once a receipt.
    /// @return taken Wei, at most `amount`
    function slashUnlocked(
        address operator,
        bytes32 receiptHash,
        uint96 amount,
        address requester,
        address beneficiary
    ) external returns (uint96 taken);

    /// @notice Sends a record's share to its requester. Anyone, until 90 days after the verdict.
    /// @param index Position of the record in the claim's list
    /// @param proof Siblings from level 0 up, as many as the list is deep
    function pullShare(
        Claim calldata claim,
        Record calldata record,
        uint256 index,
        bytes32[] calldata proof
    ) external;

    /// @notice Sends the requester's share of a broken receipt. Anyone, until 90 days after the verdict.
    function pullReceiptShare(bytes32 receiptHash) external;

    /// @notice Sends the beneficiary's share. Anyone, until 90 days after the verdict.
    /// @param penaltyId Claim id or receipt hash
    function pullBeneficiaryShare(bytes32 penaltyId) external;

    /// @notice Sends the burned part of a fallen claim where nobody can spend it; from 90 days after the verdict on, all
    /// shares that were not pulled go the same way. Anyone, as often as there is something.
    function burn(Claim calldata claim) external;

    /// @notice The same for a broken receipt.
    function burnReceipt(bytes32 receiptHash) external;

    function operatorOf(address operator) external view returns (Operator memory);

    /// @return Wei behind undecided claims; 0 iff nothing is undecided
    function lockedOf(address operator) external view returns (uint96);

    /// @return Wei neither locked nor exiting
    function freeOf(address operator) external view returns (uint96);

    function exitOf(address operator) external view returns (Exit memory);

    function signerOf(address signer) external view returns (Signer memory);

    /// @return Whether `signer` may submit and state for `operator` now: the operator itself, or an unrevoked signer
    function isActiveSigner(address operator, address signer) external view returns (bool);

    /// @notice Whether a receipt's signature counts: `issuedAt` in [activeFrom, revokedAt + keyNotice).
    /// @param issuedAt Unix seconds
    function signedInForce(address operator, address signer, uint40 issuedAt) external view returns (bool);

    function penaltyOf(bytes32 penaltyId) external view returns (Penalty memory);

    function settlementOf(bytes32 penaltyId) external view returns (Settlement memory);

    function receiptPenaltyOf(bytes32 receiptHash) external view returns (ReceiptPenalty memory);

    function isSharePulled(bytes32 penaltyId, uint256 recordIndex) external view returns (bool);

    /// @return Wei this contract answers for: all stake and every share that has not left
    function totalHeld() external view returns (uint256);
}
