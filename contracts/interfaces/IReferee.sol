// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim} from "../types/Claim.sol";
import {Fault} from "../types/Fault.sol";
import {ModelId} from "../types/Model.sol";
import {IClaimBook} from "./IClaimBook.sol";
import {IEvaluator} from "./IEvaluator.sol";
import {IModelRegistry} from "./IModelRegistry.sol";

/// @title Referee: is what a claim says wrong?
/// @notice Recomputes one element of one kernel from operands opened against the claim, and checks the other faults that
/// evidence proves. Evidence is laid out in docs/spec/faults.md. Everything that is not a proof reverts: evidence that is
/// incomplete, of another claim, or right about a claim that is right.
interface IReferee {
    /// @notice The first byte of evidence names no fault that evidence proves.
    error UnknownFault(uint256 kind);
    /// @notice Evidence is shorter than what it says of itself, in bytes.
    error EvidenceTooShort(uint256 actual, uint256 expected);
    /// @notice Bytes after the last field, in bytes.
    error TrailingEvidence(uint256 actual, uint256 expected);

    /// @notice The opened record does not lead to the claim's list; roots.
    error WrongRecord(bytes32 actual, bytes32 expected);
    error RecordOutOfRange(uint256 index, uint256 count);
    error WrongModel(ModelId actual, ModelId expected);
    /// @notice The record leaves its trace to be stated when asked, and nobody stated it.
    error TraceNotStated();

    error KernelOutOfRange(uint256 kernel, uint256 count);
    error ElementOutOfRange(uint256 element, uint256 count);
    error DescriptorTooLong(uint256 actual, uint256 most);
    /// @notice Roots: of the program, of the tensor table, of the kernel's committed tensor, of the trace list, of the
    /// weights list, of the input list, of an operand.
    error WrongDescriptor(bytes32 actual, bytes32 expected);
    error WrongTable(bytes32 actual, bytes32 expected);
    error WrongClaimedLeaf(bytes32 actual, bytes32 expected);
    error WrongTrace(bytes32 actual, bytes32 expected);
    error WrongWeights(bytes32 actual, bytes32 expected);
    error WrongInputs(bytes32 actual, bytes32 expected);
    /// @param tensor Its id; on the workbench, which sees no ids, its number in the job's context
    error WrongOperand(uint256 tensor, bytes32 actual, bytes32 expected);
    /// @notice A bit of the mask names a load that the kernel does not have.
    error UnknownLoad(uint256 mask, uint256 loads);
    error RangesMissing(uint256 tensor);
    /// @notice Ranges of leaves are ascending, and between any two of them a leaf is left out.
    error RangesTouch(uint256 tensor, uint256 first, uint256 least);
    /// @notice An element that is read was not opened.
    /// @param byteAt Position in the tensor, in bytes
    error MissingOperand(uint256 tensor, uint256 byteAt);
    /// @notice The transcendental functions did not answer, for want of gas.
    /// @param op Opcode
    /// @param value Its operand
    error TranscendentalFailed(uint256 op, uint256 value);
    /// @notice The committed element is what the kernel makes of its operands.
    /// @param value As stored: 32 bits, or 8 of u8 and i8
    error ElementAgrees(uint256 kernel, uint256 element, uint256 value);

    error OutputOutOfRange(uint256 output, uint256 count);
    error WrongOutputs(bytes32 actual, bytes32 expected);
    error OutputAgrees(uint256 output, bytes32 root);

    error UnknownList(uint256 list);
    error TensorOutOfRange(uint256 list, uint256 index, uint256 count);
    error WrongLeaf(bytes32 actual, bytes32 expected);
    error PaddingAgrees(uint256 list, uint256 index);

    error UnknownPlace(uint256 list, uint256 inside);
    error LevelOutOfRange(uint256 level, uint256 depth);
    /// @notice Something is present below the node.
    error NodeNotAbsent(uint256 position, uint256 count);
    error WrongNode(bytes32 actual, bytes32 expected);
    error AbsentNodeAgrees(uint256 level, uint256 index);

    /// @notice Judges evidence against a claim, which need not exist.
    /// @return The fault proven; everything else reverts
    function judge(Claim calldata claim, bytes calldata evidence) external view returns (Fault);

    /// @notice Judges, and makes the claim FAULTED. Anyone, while the claim is OPEN or CONTESTED.
    /// @param beneficiary Who may pull floor(30 %) of the liability
    function convict(Claim calldata claim, bytes calldata evidence, address beneficiary) external;

    function claimBook() external view returns (IClaimBook);

    function modelRegistry() external view returns (IModelRegistry);

    function evaluator() external view returns (IEvaluator);

    /// @return Where a trace is stated on demand; zero = records must state theirs
    function inquiry() external view returns (address);
}
