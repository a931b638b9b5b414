// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Kernel, KernelCodec, Load} from "./KernelCodec.sol";
import {KernelTypes} from "./KernelTypes.sol";
import {Tree} from "./Tree.sol";

/// @notice What the model's table says of one tensor.
struct TensorEntry {
    /// 1..2^27
    uint256 count;
    uint256 dtype;
}

using {elementShift, leaves} for TensorEntry global;

/// @return log2 of the bytes of one element
function elementShift(TensorEntry memory entry) pure returns (uint256) {
    return entry.dtype <= KernelCodec.I32 ? 2 : 0;
}

function leaves(TensorEntry memory entry) pure returns (uint256) {
    return Tree.leavesOf(entry.count << entry.elementShift());
}

/// @title KernelCheck: what a descriptor cannot show by itself: agreement with the table, and the static cost
library KernelCheck {
    // The table of docs/spec/program.md, "Static cost"; src/program/static-cost.ts has the same numbers.
    uint256 internal constant KERNEL_UNITS = 1_000_000;
    uint256 internal constant LEAF_UNITS = 12_500;
    uint256 internal constant NODE_UNITS = 2_000;
    uint256 internal constant ROW_UNITS = 3_000;
    uint256 internal constant ROW_DIM_UNITS = 1_000;
    uint256 internal constant STEP_UNITS = 900;
    uint256 internal constant MAX_UNITS = 1 << 27;

    /// @param kernel A decodable kernel
    /// @param id Its tensor id
    /// @param own Its table entry
    /// @param entries The table entry of each load's tensor; not looked at where the tensor is not earlier than `id`
    /// @return Whether the kernel is void
    /// @return bodyIsFloat If it is not: whether the body's value is f32, else it is i32
    function isVoid(
        Kernel memory kernel,
        uint256 id,
        TensorEntry memory own,
        TensorEntry[] memory entries
    ) internal pure returns (bool, bool bodyIsFloat) {
        if (!kernel.sound || kernel.elements != own.count || kernel.dtype != own.dtype) return (true, false);
        for (uint256 number = 0; number < kernel.loads.length; ++number) {
            Load memory load = kernel.loads[number];
            if (load.tensor >= id) return (true, false);
            TensorEntry memory entry = entries[number];
            if (load.dtype != entry.dtype || load.elements != entry.count) return (true, false);
        }
        bool isSound;
        (isSound, bodyIsFloat) = KernelTypes.typesOf(kernel);
        return (!isSound || cost(kernel, entries) > MAX_UNITS, bodyIsFloat);
    }

    /// @notice Static cost in units.
    /// @dev Of a sound kernel whose loads agree with the table: K ≤ 2^18, rows ≤ K, at most 128 instructions, so nothing
    /// comes near 2^64.
    function cost(Kernel memory kernel, TensorEntry[] memory entries) internal pure returns (uint256 total) {
        unchecked {
            uint256 reduction = kernel.reduction;
            uint256 rows = reduction / kernel.inner;
            total = KERNEL_UNITS + reduction * (STEP_UNITS + kernel.bodyUses.units);
            total += kernel.tailUses.units;
            for (uint256 number = 0; number < kernel.loads.length; ++number) {
                Load memory load = kernel.loads[number];
                total += _openingUnits(kernel, load, entries[number]);
                // An index that moves along the innermost axis makes every k a row of its own.
                bool isScattered =
                    load.indexedDim != KernelCodec.NOT_INDEXED && kernel.loads[load.indexLoad].movesInner;
                total += (isScattered ? reduction : rows) * (ROW_UNITS + ROW_DIM_UNITS * load.dimCount);
            }
        }
    }

    function _openingUnits(
        Kernel memory kernel,
        Load memory load,
        TensorEntry memory entry
    ) private pure returns (uint256) {
        unchecked {
            uint256 depth = Tree.depthOf(entry.leaves());
            uint256 one = LEAF_UNITS + depth * NODE_UNITS;
            if (KernelCodec.isConstantOverReduction(kernel, load)) return one;
            uint256 rows = kernel.reduction / kernel.inner;
            if (!load.movesInner) return rows * one;
            if (!load.inRuns) return kernel.reduction * one;
            // A run of b bytes touches at most floor((b + 126) / 128) + 1 leaves, and two siblings a level.
            uint256 touched = ((kernel.inner << entry.elementShift()) + 126) / 128 + 1;
            return rows * (touched * LEAF_UNITS + 2 * depth * NODE_UNITS);
        }
    }
}
