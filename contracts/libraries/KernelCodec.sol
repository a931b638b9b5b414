// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Calldata} from "./Calldata.sol";
import {Instructions} from "./Instructions.sol";

/// @notice A kernel as its descriptor tells it (docs/spec/program.md). Positions are calldata positions; nothing of the
/// descriptor is copied but what the checks and the evaluation ask for again and again.
struct Kernel {
    /// False: void for one of the spec's reasons 2 to 4, 7 and 8, which the descriptor alone shows.
    bool sound;
    uint256 shapeAxes;
    uint256 reduceAxes;
    uint256 reducer;
    uint256 dtype;
    /// Position of the extents, u32 each, `shape` then `reduce`.
    uint256 extents;
    /// Product of `shape`.
    uint256 elements;
    /// Product of `reduce`: K.
    uint256 reduction;
    /// Extent of the innermost reduction axis, 1 if there is none: L.
    uint256 inner;
    /// Position of the body; the tail begins where it ends.
    uint256 body;
    uint256 tail;
    /// Position after the tail.
    uint256 end;
    Uses bodyUses;
    Uses tailUses;
    Load[] loads;
}

/// @notice What an expression asks for.
struct Uses {
    /// Static cost of one execution, in units.
    uint256 units;
    /// Bit j: there is a `load j`, or an `in_range j`.
    uint256 loads;
    uint256 inRange;
    /// Instructions that push without taking: the stack is never deeper.
    uint256 pushes;
}

/// @notice One load of a kernel.
struct Load {
    uint256 tensor;
    uint256 dtype;
    /// 32 raw bits.
    uint256 pad;
    uint256 dimCount;
    /// Position of the first dim.
    uint256 dims;
    /// 255: not indexed.
    uint256 indexedDim;
    uint256 indexLoad;
    /// Product of the sizes.
    uint256 elements;
    /// Bit i set: a coordinate depends on axis i, output axes first; the index load's axes included.
    uint256 axes;
    /// Along the innermost reduction axis: does a coordinate move (the index load's included), and if so, is it the last
    /// one alone, by ±1?
    bool movesInner;
    bool inRuns;
}

/// @title KernelCodec: reads descriptors
/// @notice Total: every byte string of at most 8,192 bytes either reads as a kernel or is undecodable, in bounded gas.
/// @dev All loops are bounded by counts that are checked before (14 axes, 8 loads of 8 dims, 128 instructions), so reading
/// on beyond the descriptor is harmless: the position never moves back, and only a kernel that ends exactly where the
/// descriptor does is accepted. Products cannot overflow: eight factors below 2^32 stay below 2^256.
library KernelCodec {
    uint256 internal constant MAX_DESCRIPTOR_BYTES = 8_192;
    uint256 internal constant MAX_LOADS = 8;
    uint256 internal constant NOT_INDEXED = 255;

    uint256 internal constant REDUCER_NONE = 0;
    uint256 internal constant REDUCER_SUM = 1;
    uint256 internal constant REDUCER_MAX = 2;
    uint256 internal constant REDUCER_MIN = 3;
    uint256 internal constant REDUCER_ARGMAX = 4;
    uint256 internal constant REDUCER_ARGMIN = 5;

    uint256 internal constant F32 = 0;
    uint256 internal constant I32 = 1;
    uint256 internal constant U8 = 2;
    uint256 internal constant I8 = 3;

    uint256 private constant MAX_ELEMENTS = 1 << 27;
    uint256 private constant MAX_REDUCTION = 1 << 18;
    uint256 private constant MAX_COEFFICIENT = 1 << 25;

    /// @param at Calldata position of the descriptor
    /// @param length Its bytes
    /// @return decodable False: the bytes are not the encoding of any kernel, and `kernel` means nothing
    function decode(uint256 at, uint256 length) internal pure returns (bool decodable, Kernel memory kernel) {
        // Proof for unchecked: positions and counts are far below 2^64; products are bounded as said above.
        unchecked {
            uint256 last = at + length;
            uint256 loads = Calldata.u8(at + 2);
            kernel.shapeAxes = Calldata.u8(at);
            kernel.reduceAxes = Calldata.u8(at + 1);
            kernel.reducer = Calldata.u8(at + 3);
            kernel.dtype = Calldata.u8(at + 4);
            kernel.extents = at + 7;
            if (kernel.shapeAxes - 1 > 7 || kernel.reduceAxes > 6 || loads > MAX_LOADS)
                return (false, kernel);
            if (kernel.reducer > REDUCER_ARGMIN || kernel.dtype > I8) return (false, kernel);
            uint256 bodyLength = Calldata.u8(at + 5);
            uint256 tailLength = Calldata.u8(at + 6);
            if (bodyLength - 1 > 63 || tailLength - 1 > 63) return (false, kernel);

            kernel.sound = true;
            at = _readExtents(kernel);
            kernel.loads = new Load[](loads);
            for (uint256 number = 0; number < loads; ++number) {
                at = _readLoad(kernel, number, at);
                if (at == 0) return (false, kernel);
            }
            kernel.body = at;
            at = _scan(at, bodyLength, kernel.bodyUses);
            if (at == 0) return (false, kernel);
            kernel.tail = at;
            at = _scan(at, tailLength, kernel.tailUses);
            if (at != last) return (false, kernel);
            kernel.end = at;
            return (true, kernel);
        }
    }

    /// @notice Whether a load reads the same element for every k.
    function isConstantOverReduction(Kernel memory kernel, Load memory load) internal pure returns (bool) {
        return load.axes >> kernel.shapeAxes == 0;
    }

    function _readExtents(Kernel memory kernel) private pure returns (uint256 at) {
        unchecked {
            at = kernel.extents;
            uint256 elements = 1;
            for (uint256 shapeEnd = at + 4 * kernel.shapeAxes; at < shapeEnd; at += 4)
                elements *= Calldata.u32(at);
            uint256 reduction = 1;
            uint256 inner = 1;
            for (uint256 reduceEnd = at + 4 * kernel.reduceAxes; at < reduceEnd; at += 4) {
                inner = Calldata.u32(at);
                reduction *= inner;
            }
            kernel.elements = elements;
            kernel.reduction = reduction;
            kernel.inner = inner;
            // An extent of 0 makes its product 0.
            if (elements - 1 >= MAX_ELEMENTS || reduction - 1 >= MAX_REDUCTION) kernel.sound = false;
            if (kernel.reducer == REDUCER_NONE && kernel.reduceAxes != 0) kernel.sound = false;
        }
    }

    /// @return The position after the load, 0 if it is undecodable
    function _readLoad(Kernel memory kernel, uint256 number, uint256 at) private pure returns (uint256) {
        unchecked {
            Load memory load = kernel.loads[number];
            load.tensor = Calldata.u32(at);
            load.dtype = Calldata.u8(at + 4);
            load.dimCount = Calldata.u8(at + 5);
            load.indexedDim = Calldata.u8(at + 6);
            load.indexLoad = Calldata.u8(at + 7);
            load.pad = Calldata.u32(at + 8);
            load.dims = at + 12;
            if (load.dtype > I8 || load.dimCount - 1 > 7) return 0;
            if ((load.indexedDim == NOT_INDEXED) != (load.indexLoad == NOT_INDEXED)) return 0;
            at = _readDims(kernel, load);
            if (at != 0 && load.indexedDim != NOT_INDEXED) {
                if (load.indexedDim >= load.dimCount || load.indexLoad >= number) {
                    kernel.sound = false;
                } else {
                    Load memory index = kernel.loads[load.indexLoad];
                    if (index.dtype == F32 || index.indexedDim != NOT_INDEXED) kernel.sound = false;
                    load.axes |= index.axes;
                    if (index.movesInner) {
                        load.movesInner = true;
                        load.inRuns = false;
                    }
                }
            }
            return at;
        }
    }

    function _readDims(Kernel memory kernel, Load memory load) private pure returns (uint256 at) {
        unchecked {
            at = load.dims;
            uint256 axes = kernel.shapeAxes + kernel.reduceAxes;
            uint256 elements = 1;
            uint256 depends = 0;
            // Dims that move along the innermost axis, counted; the last dim by ±1 counts nothing.
            uint256 others = 0;
            for (uint256 dim = 0; dim < load.dimCount; ++dim) {
                elements *= Calldata.u32(at);
                uint256 offset = Calldata.u32(at + 4);
                uint256 mask = Calldata.u16(at + 8);
                at += 10;
                if (mask >> axes != 0) return 0;
                if (offset == 1 << 31) kernel.sound = false;
                if (dim == load.indexedDim && offset | mask != 0) kernel.sound = false;
                depends |= mask;
                uint256 magnitude = 0;
                for (uint256 rest = mask; rest != 0; rest &= rest - 1) {
                    magnitude = Calldata.u32(at);
                    at += 4;
                    if (magnitude == 0) return 0;
                    if (magnitude >> 31 != 0) magnitude = (1 << 32) - magnitude;
                    if (magnitude > MAX_COEFFICIENT) kernel.sound = false;
                }
                // The innermost axis is the last one, so its coefficient, if any, was read last.
                if (kernel.reduceAxes != 0 && mask >> (axes - 1) != 0) {
                    load.movesInner = true;
                    if (dim + 1 != load.dimCount || magnitude != 1) ++others;
                }
            }
            load.elements = elements;
            load.axes = depends;
            load.inRuns = load.movesInner && others == 0;
            if (elements == 0) kernel.sound = false;
        }
    }

    /// @dev Opcodes and operands alone.
    /// @return The position after `length` instructions, 0 if one is undecodable
    function _scan(uint256 at, uint256 length, Uses memory uses) private pure returns (uint256) {
        uint256 units = 0;
        uint256 pushes = 0;
        uint256 loads = 0;
        uint256 inRange = 0;
        // Locals, because assembly reads constants of its own library only.
        uint256 known = Instructions.KNOWN;
        uint256 operandBytes = Instructions.OPERAND_BYTES;
        uint256 units00 = Instructions.UNITS_00;
        uint256 units20 = Instructions.UNITS_20;
        uint256 units40 = Instructions.UNITS_40;
        assembly ("memory-safe") {
            for {} length {
                length := sub(length, 1)
            } {
                let op := byte(0, calldataload(at))
                if iszero(and(shr(op, known), 1)) {
                    at := 0
                    break
                }
                at := add(at, 1)
                switch shr(5, op)
                case 0 {
                    units := add(units, byte(op, units00))
                }
                case 1 {
                    units := add(units, byte(sub(op, 0x20), units20))
                }
                default {
                    units := add(units, byte(sub(op, 0x40), units40))
                }
                // Up to in_range an instruction pushes a value and may have an operand.
                if lt(op, 6) {
                    pushes := add(pushes, 1)
                    let bit := shl(byte(0, calldataload(at)), 1)
                    switch op
                    case 2 {
                        loads := or(loads, bit)
                    }
                    case 5 {
                        inRange := or(inRange, bit)
                    }
                    at := add(at, and(shr(shl(2, op), operandBytes), 15))
                }
            }
        }
        uses.units = units * Instructions.UNIT;
        uses.pushes = pushes;
        uses.loads = loads;
        uses.inRange = inRange;
        return at;
    }
}
