// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IEvaluator} from "../interfaces/IEvaluator.sol";
import {IReferee} from "../interfaces/IReferee.sol";
import {Calldata} from "./Calldata.sol";
import {Evidence, EvidenceReader} from "./EvidenceReader.sol";
import {KernelCheck, TensorEntry} from "./KernelCheck.sol";
import {KernelCodec, Load} from "./KernelCodec.sol";
import {Disputed, OperandReader} from "./OperandReader.sol";
import {Tree} from "./Tree.sol";

/// @title ElementReader: an element in dispute, from evidence
/// @notice What a verdict in one transaction and one in stages have in common: everything but the operands.
library ElementReader {
    using EvidenceReader for Evidence;

    /// @notice Kernel, element, descriptor, table entries and the claimed leaf, and whether the kernel is void. That the
    /// leaf's tensor is the one committed is shown by what is read next (`OperandReader`).
    /// @param e RECORD and MODEL are read
    /// @param question Receives all but the operands, positions in the evidence counted from `start`
    function read(
        Evidence memory e,
        IEvaluator.Question memory question,
        uint256 start
    ) internal pure returns (Disputed memory d) {
        d.kernelIndex = e.u32();
        d.element = e.u32();
        if (d.kernelIndex >= e.artifact.kernelCount) {
            revert IReferee.KernelOutOfRange(d.kernelIndex, e.artifact.kernelCount);
        }
        d.id = e.artifact.kernelTensor(d.kernelIndex);
        question.element = d.element;
        bytes32 hash = readDescriptor(e, question, start);
        bytes32 root = e.readPath(hash, d.kernelIndex, e.artifact.kernelDepth());
        if (root != e.artifact.programRoot) revert IReferee.WrongDescriptor(root, e.artifact.programRoot);
        d.descriptorHash = hash;

        bool decodable;
        (decodable, d.kernel) = KernelCodec.decode(start + question.descriptorAt, question.descriptorLength);
        // An undecodable descriptor has no loads.
        if (!decodable) d.kernel.loads = new Load[](0);
        OperandReader.readEntries(e, d);
        if (d.element >= d.own.count) revert IReferee.ElementOutOfRange(d.element, d.own.count);
        (d.committed, d.root) = _readElement(e, d.own, d.element);
        d.isVoid = true;
        if (decodable)
            (d.isVoid, question.bodyIsFloat) = KernelCheck.isVoid(d.kernel, d.id, d.own, d.entries);
    }

    /// @notice A descriptor's length and bytes.
    /// @param question Receives where it stands, counted from `start`
    function readDescriptor(
        Evidence memory e,
        IEvaluator.Question memory question,
        uint256 start
    ) internal pure returns (bytes32 hash) {
        uint256 length = e.u16();
        if (length > KernelCodec.MAX_DESCRIPTOR_BYTES) {
            revert IReferee.DescriptorTooLong(length, KernelCodec.MAX_DESCRIPTOR_BYTES);
        }
        question.descriptorAt = e.at - start;
        question.descriptorLength = length;
        hash = Calldata.hash(e.at, length);
        e.at += length;
    }

    /// @return committed The element as it is stored
    /// @return root Of the tensor whose leaf was read
    function _readElement(
        Evidence memory e,
        TensorEntry memory own,
        uint256 element
    ) private pure returns (uint256 committed, bytes32 root) {
        uint256 byteAt = element << own.elementShift();
        uint256 at;
        (at, root) = e.readLeaf(byteAt / Tree.LEAF_BYTES, Tree.depthOf(own.leaves()));
        committed = OperandReader.elementAt(at + (byteAt % Tree.LEAF_BYTES), own);
    }
}
