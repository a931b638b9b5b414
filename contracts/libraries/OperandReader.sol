// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IEvaluator} from "../interfaces/IEvaluator.sol";
import {IReferee} from "../interfaces/IReferee.sol";
import {IWorkbench} from "../interfaces/IWorkbench.sol";
import {Artifact} from "../types/Artifact.sol";
import {ByteLanes} from "./ByteLanes.sol";
import {Calldata} from "./Calldata.sol";
import {Evidence, EvidenceReader} from "./EvidenceReader.sol";
import {Kernel, KernelCodec, Load} from "./KernelCodec.sol";
import {TensorEntry} from "./KernelCheck.sol";
import {NodeRange, toNodeRange, Tree} from "./Tree.sol";

/// @notice An element in dispute.
struct Disputed {
    /// Index in the program.
    uint256 kernelIndex;
    /// The kernel's tensor.
    uint256 id;
    /// Row-major index in the kernel's tensor.
    uint256 element;
    bytes32 descriptorHash;
    Kernel kernel;
    /// Table entry of the kernel's tensor.
    TensorEntry own;
    /// Table entry of each load's tensor; empty where that is not earlier than the kernel's.
    TensorEntry[] entries;
    /// The element as it is committed: 32 bits, or 8; and what the opened leaf in which it stands leads to.
    uint256 committed;
    bytes32 root;
    bool isVoid;
}

/// @notice The opened tensors that stand in one list: of ascending tensors those numbered begin ≤ i < end.
struct Part {
    uint256 begin;
    uint256 end;
    /// The tensor that is the list's first item.
    uint256 first;
    /// Of the list.
    uint256 depth;
}

/// @notice An opened tensor: what errors call it, what it must lead to, and what positions in the evidence count from.
struct Source {
    uint256 tensor;
    bytes32 root;
    uint256 depth;
    uint256 start;
}

/// @title OperandReader: the tensors behind one kernel, from evidence
library OperandReader {
    using EvidenceReader for Evidence;

    /// @notice The table entries of a kernel and of its loads' tensors.
    function readEntries(Evidence memory e, Disputed memory d) internal pure {
        Kernel memory kernel = d.kernel;
        uint256[] memory tensors = _tensorsOf(kernel, d.id, type(uint256).max);
        uint256 count = tensors.length - 1;
        TensorEntry[] memory opened = e.readTable(tensors);
        d.own = opened[count];
        TensorEntry[] memory entries = new TensorEntry[](kernel.loads.length);
        for (uint256 number = 0; number < entries.length; ++number) {
            uint256 tensor = kernel.loads[number].tensor;
            for (uint256 i = 0; i < count; ++i) {
                if (tensors[i] == tensor) entries[number] = opened[i];
            }
        }
        d.entries = entries;
    }

    /// @notice The trace item of a void kernel, which is all there is to open.
    function readOwnRoot(Evidence memory e, Disputed memory d, bytes32 traceRoot) internal pure {
        (bytes32 item, bytes32 list) = e.readItem(d.kernelIndex, e.artifact.kernelDepth());
        if (item != d.root) revert IReferee.WrongClaimedLeaf(d.root, item);
        if (list != traceRoot) revert IReferee.WrongTrace(list, traceRoot);
    }

    /// @notice Mask, roots and leaves of the operands of a kernel that is not void.
    /// @param question Receives the opened ranges, their positions counted from `start`
    function readOperands(
        Evidence memory e,
        Disputed memory d,
        bytes32 traceRoot,
        IEvaluator.Question memory question,
        uint256 start
    ) internal pure {
        (uint256[] memory tensors, IWorkbench.Operand[] memory operands) = readRoots(e, d, traceRoot);
        question.operands = new IEvaluator.Opened[](d.kernel.loads.length);
        for (uint256 i = 0; i < operands.length; ++i) {
            uint256 count = e.u16();
            if (count == 0) revert IReferee.RangesMissing(tensors[i]);
            _readLeaves(e, question, Source(tensors[i], operands[i].root, operands[i].depth, start), count);
            _giveToLoads(question, operands[i].loads, count);
        }
    }

    /// @notice The leaves that a stage reads, and the tail: of any operand none, too.
    /// @param operands Of the job
    /// @param question Receives the opened ranges, their positions counted from `start`
    function readStage(
        Evidence memory e,
        IWorkbench.Operand[] memory operands,
        IEvaluator.Question memory question,
        uint256 start
    ) internal pure {
        question.operands = new IEvaluator.Opened[](KernelCodec.MAX_LOADS);
        for (uint256 i = 0; i < operands.length; ++i) {
            uint256 count = e.u16();
            if (count == 0) continue;
            _readLeaves(e, question, Source(i, operands[i].root, operands[i].depth, start), count);
            _giveToLoads(question, operands[i].loads, count);
        }
    }

    /// @notice Mask and roots of the operands of a kernel that is not void.
    /// @return tensors Ascending, the kernel's own last
    /// @return operands Those that the mask opens, in the same order
    function readRoots(
        Evidence memory e,
        Disputed memory d,
        bytes32 traceRoot
    ) internal pure returns (uint256[] memory tensors, IWorkbench.Operand[] memory operands) {
        uint256 mask = e.u8();
        uint256 loads = d.kernel.loads.length;
        if (mask >> loads != 0) revert IReferee.UnknownLoad(mask, loads);
        tensors = _tensorsOf(d.kernel, d.id, mask);
        bytes32[] memory roots = _readRoots(e, d, tensors, traceRoot);
        operands = new IWorkbench.Operand[](tensors.length - 1);
        for (uint256 i = 0; i < operands.length; ++i) {
            _fillOperand(operands[i], d, tensors[i]);
            operands[i].root = roots[i];
        }
    }

    /// @dev Which loads name a tensor, and how deep its tree is.
    function _fillOperand(IWorkbench.Operand memory operand, Disputed memory d, uint256 tensor) private pure {
        // Proof for unchecked: at most 8 loads.
        unchecked {
            Load[] memory loads = d.kernel.loads;
            uint256 bits = 0;
            uint256 one = 0;
            for (uint256 number = loads.length; number != 0;) {
                --number;
                if (loads[number].tensor != tensor) continue;
                bits |= 1 << number;
                one = number;
            }
            operand.loads = uint8(bits);
            // A tensor has at most 2^22 leaves.
            operand.depth = uint8(Tree.depthOf(d.entries[one].leaves()));
        }
    }

    /// @param at Calldata position of an element
    /// @return value As it is stored: 32 bits, or 8
    function elementAt(uint256 at, TensorEntry memory entry) internal pure returns (uint256 value) {
        if (entry.elementShift() == 0) return Calldata.u8(at);
        return ByteLanes.swap32(Calldata.u32(at));
    }

    /// @param at Calldata position
    /// @param length Bytes, ≤ 128
    function isZero(uint256 at, uint256 length) internal pure returns (bool zero) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, at, length)
            // Zeros behind, so that whole words can be looked at.
            calldatacopy(add(scratch, length), calldatasize(), 128)
            zero := iszero(
                or(
                    or(mload(scratch), mload(add(scratch, 0x20))),
                    or(mload(add(scratch, 0x40)), mload(add(scratch, 0x60)))
                )
            )
        }
    }

    /// @notice The node at `level` over absent positions alone.
    /// @param leaf The absent node of level 0
    function absentNode(uint256 level, bytes32 leaf) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            node := leaf
            for {} level {
                level := sub(level, 1)
            } {
                mstore(0x00, node)
                mstore(0x20, node)
                node := keccak256(0x00, 0x40)
            }
        }
    }

    /// @dev Distinct tensors below `id` of the loads whose bit in `mask` is set, ascending; `id` last.
    function _tensorsOf(
        Kernel memory kernel,
        uint256 id,
        uint256 mask
    ) private pure returns (uint256[] memory tensors) {
        tensors = new uint256[](kernel.loads.length + 1);
        uint256 count = 0;
        for (uint256 number = 0; number < kernel.loads.length; ++number) {
            uint256 tensor = kernel.loads[number].tensor;
            if (tensor >= id || (mask >> number) & 1 == 0) continue;
            uint256 at = 0;
            while (at < count && tensors[at] < tensor) ++at;
            if (at < count && tensors[at] == tensor) continue;
            for (uint256 i = count; i > at; --i) tensors[i] = tensors[i - 1];
            tensors[at] = tensor;
            ++count;
        }
        tensors[count++] = id;
        assembly ("memory-safe") {
            mstore(tensors, count)
        }
    }

    /// @dev The roots of the opened tensors, each from the list that it stands in; the kernel's own is compared.
    /// @param tensors Ascending, the kernel's own last
    function _readRoots(
        Evidence memory e,
        Disputed memory d,
        uint256[] memory tensors,
        bytes32 traceRoot
    ) private pure returns (bytes32[] memory roots) {
        Artifact memory artifact = e.artifact;
        roots = new bytes32[](tensors.length);
        Part memory inputs = Part(0, _countBelow(tensors, artifact.inputCount), 0, artifact.inputDepth());
        Part memory weights = Part(inputs.end, 0, artifact.inputCount, artifact.weightDepth());
        weights.end = _countBelow(tensors, artifact.kernelTensor(0));
        Part memory kernels = Part(
            weights.end,
            tensors.length,
            artifact.kernelTensor(0),
            artifact.kernelDepth()
        );

        bytes32 list = _readPart(e, tensors, roots, kernels);
        if (list != traceRoot) revert IReferee.WrongTrace(list, traceRoot);
        bytes32 own = roots[roots.length - 1];
        if (own != d.root) revert IReferee.WrongClaimedLeaf(d.root, own);
        if (weights.begin != weights.end) {
            list = _readPart(e, tensors, roots, weights);
            if (list != artifact.weightsRoot) revert IReferee.WrongWeights(list, artifact.weightsRoot);
        }
        if (inputs.end != 0) {
            list = _readPart(e, tensors, roots, inputs);
            if (list != e.record.inputRoot) revert IReferee.WrongInputs(list, e.record.inputRoot);
        }
    }

    function _readPart(
        Evidence memory e,
        uint256[] memory tensors,
        bytes32[] memory roots,
        Part memory part
    ) private pure returns (bytes32 list) {
        uint256 begin = part.begin;
        uint256[] memory indices = new uint256[](part.end - begin);
        for (uint256 i = 0; i < indices.length; ++i) indices[i] = tensors[begin + i] - part.first;
        bytes32[] memory items;
        (items, list) = e.readItems(indices, part.depth);
        for (uint256 i = 0; i < items.length; ++i) roots[begin + i] = items[i];
    }

    function _countBelow(uint256[] memory tensors, uint256 bound) private pure returns (uint256 count) {
        while (count < tensors.length && tensors[count] < bound) ++count;
    }

    /// @dev Ranges of leaves of one tensor, proven against its root and added to those of the question.
    function _readLeaves(
        Evidence memory e,
        IEvaluator.Question memory question,
        Source memory source,
        uint256 count
    ) private pure {
        NodeRange[] memory nodes = new NodeRange[](count);
        uint256 begin = question.ranges.length;
        question.ranges = _longer(question.ranges, count);
        _readHeads(e, source.tensor, nodes, question.ranges, begin, source.start);
        bytes32 root;
        (root, e.at) = Tree.leafRanges(nodes, source.depth, e.at);
        if (root != source.root) revert IReferee.WrongOperand(source.tensor, root, source.root);
    }

    /// @dev The last `count` ranges are those of the tensor that these loads name.
    function _giveToLoads(IEvaluator.Question memory question, uint256 loads, uint256 count) private pure {
        // Proof for unchecked: `count` of them were just added.
        unchecked {
            uint256 end = question.ranges.length;
            IEvaluator.Opened memory opened = IEvaluator.Opened(end - count, end);
            IEvaluator.Opened[] memory operands = question.operands;
            for (uint256 number = 0; loads != 0; ++number) {
                if (loads & 1 != 0) operands[number] = opened;
                loads >>= 1;
            }
        }
    }

    /// @dev The heads of ranges: first leaf and leaves.
    /// @param ranges Receives from number `begin` on what the heads say, positions in the evidence counted from `start`
    function _readHeads(
        Evidence memory e,
        uint256 tensor,
        NodeRange[] memory nodes,
        uint256[] memory ranges,
        uint256 begin,
        uint256 start
    ) private pure {
        // Proof for unchecked: at most 2^16 ranges, their numbers below 2^32; no sum comes near 2^64.
        unchecked {
            uint256 count = nodes.length;
            // The leaves begin after the heads of all ranges.
            uint256 leavesAt = e.at + 8 * count - start;
            uint256 least = 0;
            for (uint256 i = 0; i < count; ++i) {
                uint256 first = e.u32();
                uint256 leaves = e.u32();
                if (first < least) revert IReferee.RangesTouch(tensor, first, least);
                least = first + leaves + 1;
                nodes[i] = toNodeRange(first, leaves);
                uint256 length = leaves * Tree.LEAF_BYTES;
                ranges[begin + i] = ((first * Tree.LEAF_BYTES) << 128) | (length << 64) | leavesAt;
                leavesAt += length;
            }
        }
    }

    /// @return longer The given ranges, and `more` to be filled
    function _longer(uint256[] memory ranges, uint256 more) private pure returns (uint256[] memory longer) {
        uint256 length = ranges.length;
        longer = new uint256[](length + more);
        assembly ("memory-safe") {
            mcopy(add(longer, 0x20), add(ranges, 0x20), shl(5, length))
        }
    }
}
