// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim, ClaimId} from "../types/Claim.sol";
import {JobId} from "../types/Job.sol";
import {IClaimBook} from "./IClaimBook.sol";
import {IEvaluator} from "./IEvaluator.sol";
import {IModelRegistry} from "./IModelRegistry.sol";

/// @title Workbench: proofs longer than a transaction
/// @notice The challenger alone accumulates, stage by stage, what one element should be; nobody has to answer, and no
/// deadline moves. Whatever is not finished costs nobody but who paid for it. Evidence is laid out in docs/spec/faults.md.
interface IWorkbench {
    /// @param loads Bit j: load j reads this tensor
    /// @param depth Of its tree
    struct Operand {
        bytes32 root;
        uint8 loads;
        uint8 depth;
    }

    /// @notice What the opening of a job proved; later stages give it again.
    /// @param descriptorHash Of the kernel
    /// @param element Row-major
    /// @param committed The element as it is stored: 32 bits, or 8
    /// @param reduction K
    /// @param bodyIsFloat Whether the body's value is f32, else it is i32
    /// @param operands Ascending by tensor
    struct Context {
        bytes32 descriptorHash;
        uint32 element;
        uint32 committed;
        uint32 reduction;
        bool bodyIsFloat;
        Operand[] operands;
    }

    /// @param isOpen Whether the job exists
    /// @param next The first k not accumulated, ≤ reduction
    /// @param accumulator f32 or i32 bits
    /// @param best Of arg reducers: the best value so far
    struct Job {
        bool isOpen; //          1 byte  ┐
        uint32 next; //          4 bytes │ one slot
        uint32 accumulator; //   4 bytes │
        uint32 best; //          4 bytes ┘
    }

    event JobOpened(JobId indexed job, ClaimId indexed claimId, address indexed beneficiary, Context context);
    event JobAdvanced(JobId indexed job, uint32 next, uint32 accumulator, uint32 best);
    event JobFinished(JobId indexed job, ClaimId indexed claimId, uint32 computed);

    error JobAlreadyOpen(JobId job);
    error JobUnknown(JobId job);
    /// @notice k: the first of the stage, and the greatest it may begin with: what lies between would be left out.
    error WrongStart(uint256 actual, uint256 most);
    /// @notice k: where the stage ends, and where it must end beyond. Somebody did this stage already.
    error StageDone(uint256 actual, uint256 next);
    /// @notice k: how many, and how many there are from the first of the stage on.
    error TooMany(uint256 actual, uint256 left);
    /// @notice k: how many are accumulated, and how many there are.
    error NotAccumulated(uint256 actual, uint256 expected);
    /// @notice Hashes.
    error WrongDescriptor(bytes32 actual, bytes32 expected);
    /// @notice A void kernel is proven in one transaction, by the referee.
    error KernelIsVoid();
    error ElementAgrees(uint256 element, uint256 value);
    error WrongFault(uint256 actual, uint256 expected);
    error ClaimDecided(ClaimId claimId);
    error BeneficiaryMissing();

    /// @notice Proves everything about a disputed element but its operands. Anyone, while the claim is undecided.
    /// @param evidence Of fault Element, without the operands; the mask names the tensors that any stage opens
    function open(
        Claim calldata claim,
        bytes calldata evidence,
        address beneficiary
    ) external returns (JobId job);

    /// @notice Accumulates the next k. Anyone: the beneficiary is part of the job. A stage may begin before them: who
    /// comes first with a shorter one spoils nothing, the rest of it counts.
    function advance(
        Claim calldata claim,
        Context calldata context,
        address beneficiary,
        bytes calldata evidence
    ) external;

    /// @notice Runs the tail over the accumulator, compares, and makes the claim FAULTED. Anyone.
    function finish(
        Claim calldata claim,
        Context calldata context,
        address beneficiary,
        bytes calldata evidence
    ) external;

    function jobOf(JobId job) external view returns (Job memory);

    function jobIdOf(
        Claim calldata claim,
        Context calldata context,
        address beneficiary
    ) external view returns (JobId);

    function claimBook() external view returns (IClaimBook);

    function modelRegistry() external view returns (IModelRegistry);

    function evaluator() external view returns (IEvaluator);

    /// @return Where a trace is stated on demand; zero = records must state theirs
    function inquiry() external view returns (address);
}
