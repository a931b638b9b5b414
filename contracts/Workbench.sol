// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IEvaluator} from "./interfaces/IEvaluator.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IWorkbench} from "./interfaces/IWorkbench.sol";
import {Calldata} from "./libraries/Calldata.sol";
import {ElementReader} from "./libraries/ElementReader.sol";
import {Evidence, EvidenceReader} from "./libraries/EvidenceReader.sol";
import {Disputed, OperandReader} from "./libraries/OperandReader.sol";
import {Claim, ClaimId} from "./types/Claim.sol";
import {Fault} from "./types/Fault.sol";
import {JobId, toJobId} from "./types/Job.sol";
import {Phase} from "./types/Phase.sol";

/// @title Workbench
/// @dev A job's id commits to all that its opening proved, so a later stage proves nothing but its descriptor, by hash, and
/// its operands, by their roots. Whatever fails, gas included, reverts: a stage counts whole or not at all.
contract Workbench is IWorkbench {
    using EvidenceReader for Evidence;

    /// @inheritdoc IWorkbench
    IClaimBook public immutable claimBook;
    /// @inheritdoc IWorkbench
    IModelRegistry public immutable modelRegistry;
    /// @inheritdoc IWorkbench
    IEvaluator public immutable evaluator;
    /// @inheritdoc IWorkbench
    address public immutable inquiry;

    mapping(JobId => Job) private _jobs;

    constructor() {
        IOnus onus = IOnus(msg.sender);
        claimBook = IClaimBook(onus.claimBook());
        modelRegistry = IModelRegistry(onus.modelRegistry());
        evaluator = IEvaluator(onus.evaluator());
        inquiry = onus.inquiry();
    }

    /// @inheritdoc IWorkbench
    function open(
        Claim calldata claim,
        bytes calldata evidence,
        address beneficiary
    ) external returns (JobId job) {
        if (beneficiary == address(0)) revert BeneficiaryMissing();
        ClaimId claimId = _requireUndecided(claim);
        Context memory context = _readContext(claim, evidence);
        job = _jobIdOf(claimId, keccak256(abi.encode(context)), beneficiary);
        if (_jobs[job].isOpen) revert JobAlreadyOpen(job);
        _jobs[job].isOpen = true;
        emit JobOpened(job, claimId, beneficiary, context);
    }

    /// @inheritdoc IWorkbench
    function advance(
        Claim calldata claim,
        Context calldata context,
        address beneficiary,
        bytes calldata evidence
    ) external {
        (JobId id, Job memory job, ) = _requireJob(claim, context, beneficiary);
        Evidence memory e;
        e.at = Calldata.positionOf(evidence);
        uint256 end = _readStage(e, job.next, context.reduction);
        IEvaluator.Question memory question = _readQuestion(e, context, evidence);
        IEvaluator.Partial memory sum = evaluator.reduce(
            question,
            job.next,
            end - job.next,
            IEvaluator.Partial(job.accumulator, job.best),
            evidence
        );
        // Both have 32 bits, and `end` is at most 2^18.
        job = Job({
            isOpen: true,
            next: uint32(end),
            accumulator: uint32(sum.accumulator),
            best: uint32(sum.best)
        });
        _jobs[id] = job;
        emit JobAdvanced(id, job.next, job.accumulator, job.best);
    }

    /// @inheritdoc IWorkbench
    function finish(
        Claim calldata claim,
        Context calldata context,
        address beneficiary,
        bytes calldata evidence
    ) external {
        (JobId id, Job memory job, ClaimId claimId) = _requireJob(claim, context, beneficiary);
        if (job.next != context.reduction) revert NotAccumulated(job.next, context.reduction);
        Evidence memory e;
        e.at = Calldata.positionOf(evidence);
        IEvaluator.Question memory question = _readQuestion(e, context, evidence);
        uint256 computed = evaluator.conclude(question, job.accumulator, evidence);
        if (computed == context.committed) revert ElementAgrees(context.element, computed);
        // As it is stored: at most 32 bits.
        emit JobFinished(id, claimId, uint32(computed));
        claimBook.fault(claim, Fault.Element, beneficiary);
    }

    /// @inheritdoc IWorkbench
    function jobOf(JobId job) external view returns (Job memory) {
        return _jobs[job];
    }

    /// @inheritdoc IWorkbench
    function jobIdOf(
        Claim calldata claim,
        Context calldata context,
        address beneficiary
    ) external view returns (JobId) {
        return _jobIdOf(claimBook.idOf(claim), keccak256(abi.encode(context)), beneficiary);
    }

    /// @dev Element evidence up to where its operands begin.
    function _readContext(
        Claim calldata claim,
        bytes calldata evidence
    ) private view returns (Context memory context) {
        Evidence memory e;
        e.at = Calldata.positionOf(evidence);
        uint256 kind = e.u8();
        if (kind != uint256(Fault.Element)) revert WrongFault(kind, uint256(Fault.Element));
        e.readRecord(claim);
        e.bindTrace(claim, address(claimBook), inquiry);
        e.readModel(claim.modelId, address(modelRegistry));
        IEvaluator.Question memory question;
        Disputed memory d = ElementReader.read(e, question, Calldata.positionOf(evidence));
        if (d.isVoid) revert KernelIsVoid();
        (, context.operands) = OperandReader.readRoots(e, d, e.traceRoot());
        e.finish(evidence);
        context.descriptorHash = d.descriptorHash;
        context.bodyIsFloat = question.bodyIsFloat;
        // Elements are numbered below 2^27 and have at most 32 bits; a kernel that is not void has at most 2^18 k.
        context.element = uint32(d.element);
        context.committed = uint32(d.committed);
        context.reduction = uint32(d.kernel.reduction);
    }

    /// @dev Where a stage begins and how many k it takes.
    /// @param next The first k that is not accumulated
    /// @return end The k after its last one: beyond `next`, at most `reduction`
    function _readStage(
        Evidence memory e,
        uint256 next,
        uint256 reduction
    ) private pure returns (uint256 end) {
        uint256 first = e.u32();
        uint256 count = e.u32();
        if (first > next) revert WrongStart(first, next);
        end = first + count;
        if (end <= next) revert StageDone(end, next);
        if (end > reduction) revert TooMany(count, reduction - first);
    }

    /// @dev Descriptor and operands, to the end of the evidence.
    function _readQuestion(
        Evidence memory e,
        Context calldata context,
        bytes calldata evidence
    ) private pure returns (IEvaluator.Question memory question) {
        uint256 start = Calldata.positionOf(evidence);
        bytes32 hash = ElementReader.readDescriptor(e, question, start);
        if (hash != context.descriptorHash) revert WrongDescriptor(hash, context.descriptorHash);
        question.element = context.element;
        question.bodyIsFloat = context.bodyIsFloat;
        OperandReader.readStage(e, context.operands, question, start);
        e.finish(evidence);
    }

    /// @dev A job that is open, of a claim that can still fall.
    function _requireJob(
        Claim calldata claim,
        Context calldata context,
        address beneficiary
    ) private view returns (JobId id, Job memory job, ClaimId claimId) {
        claimId = _requireUndecided(claim);
        id = _jobIdOf(claimId, keccak256(abi.encode(context)), beneficiary);
        job = _jobs[id];
        if (!job.isOpen) revert JobUnknown(id);
    }

    /// @dev Whether there is such a claim at all the book says when it falls.
    function _requireUndecided(Claim calldata claim) private view returns (ClaimId id) {
        id = claim.claimId(block.chainid, address(claimBook));
        Phase phase = claimBook.stateOf(id).phase;
        if (phase == Phase.FINAL || phase == Phase.FAULTED) revert ClaimDecided(id);
    }

    function _jobIdOf(
        ClaimId claimId,
        bytes32 contextHash,
        address beneficiary
    ) private view returns (JobId) {
        return toJobId(block.chainid, address(this), claimId, contextHash, beneficiary);
    }
}
