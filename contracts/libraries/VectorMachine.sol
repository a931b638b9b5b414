// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IReferee} from "../interfaces/IReferee.sol";
import {ITranscendental} from "../interfaces/ITranscendental.sol";
import {Calldata} from "./Calldata.sol";
import {Float32} from "./Float32.sol";
import {Instructions} from "./Instructions.sol";
import {Int32} from "./Int32.sol";
import {Memory} from "./Memory.sol";

/// @notice Values of consecutive k: words at `at`, `step` bytes apart; a step of 0 is one value for all k.
struct Vector {
    uint256 at;
    uint256 step;
}

/// @notice What an expression is evaluated over.
struct Machine {
    /// The deployed transcendental functions.
    ITranscendental transcendental;
    /// Values of `load j`, and of `in_range j`.
    Vector[8] loads;
    Vector[8] inRange;
    /// First k, and how many.
    uint256 k;
    uint256 count;
    /// Calldata position of the extents of the reduction axes, and how many axes there are of each kind.
    uint256 reduce;
    uint256 shapeAxes;
    uint256 reduceAxes;
    /// Memory: coordinates of the output element.
    uint256 position;
    /// Memory: one word, the value of `acc`.
    uint256 accumulator;
    /// Memory: places of the stack, `placeBytes` each, for what instructions make: vectors begin with the place,
    /// single values stand in its last word, so that neither overwrites the other while it is read.
    uint256 places;
    uint256 placeBytes;
    Vector[17] stack;
}

/// @title VectorMachine: the stack machine of `onus-1`, a stretch of consecutive k at a time
/// @notice An instruction is decoded once for the whole stretch. A value that does not depend on k (a constant, `acc`, a
/// load that stands still) is a single word, and what is computed from such values alone is computed once.
/// @dev Runs the expressions of kernels that are not void: opcodes, operands, types and the depth of the stack are
/// checked before (KernelCodec), nothing of it here.
library VectorMachine {
    /// @param at Calldata position of the expression
    /// @param end Position after it
    /// @return The value it leaves
    function run(Machine memory m, uint256 at, uint256 end) internal view returns (Vector memory) {
        // Proof for unchecked: positions, and a depth of 0..16.
        unchecked {
            uint256 depth = 0;
            while (at < end) {
                uint256 op = Calldata.u8(at++);
                if (op >= 0x30) {
                    if (op < Instructions.I32_NEG) {
                        --depth;
                        _mapTwo(m, depth, _integerOfTwo(op));
                    } else {
                        _mapOne(m, depth, _integerOfOne(op));
                    }
                } else if (op >= Instructions.F32_EXP) {
                    _mapTranscendental(m, depth, op);
                } else if (op >= Instructions.F32_SQRT) {
                    _mapOne(m, depth, _floatOfOne(op));
                } else if (op >= Instructions.F32_ADD) {
                    --depth;
                    _mapTwo(m, depth, _floatOfTwo(op));
                } else if (op >= Instructions.I2F) {
                    _mapOne(m, depth, op == Instructions.I2F ? Float32.fromInt32 : Float32.toInt32);
                } else if (op == Instructions.SELECT) {
                    depth -= 2;
                    _select(m, depth);
                } else {
                    _push(m, depth++, op, at);
                    at += (Instructions.OPERAND_BYTES >> (4 * op)) & 15;
                }
            }
            return m.stack[0];
        }
    }

    /// @dev Pushing copies no values: the stack names where they are.
    function _push(Machine memory m, uint256 depth, uint256 op, uint256 at) private pure {
        unchecked {
            Vector memory top = m.stack[depth];
            if (op == Instructions.LOAD || op == Instructions.IN_RANGE) {
                Vector memory vector =
                    op == Instructions.LOAD ? m.loads[Calldata.u8(at)] : m.inRange[Calldata.u8(at)];
                top.at = vector.at;
                top.step = vector.step;
                return;
            }
            top.step = 0;
            if (op == Instructions.ACC) {
                top.at = m.accumulator;
                return;
            }
            if (op == Instructions.INDEX) {
                uint256 axis = Calldata.u8(at);
                if (axis < m.shapeAxes) {
                    top.at = m.position + 32 * axis;
                    return;
                }
                top.at = _place(m, depth, 32);
                top.step = 32;
                _reductionIndex(m, axis - m.shapeAxes, top.at);
                return;
            }
            top.at = _place(m, depth, 0);
            Memory.store(top.at, Calldata.u32(at));
        }
    }

    /// @dev The coordinate along a reduction axis: k over the extents inside the axis, modulo its own.
    function _reductionIndex(Machine memory m, uint256 axis, uint256 to) private pure {
        unchecked {
            uint256 stride = 1;
            for (uint256 inner = m.reduceAxes - 1; inner > axis; --inner) {
                stride *= Calldata.u32(m.reduce + 4 * inner);
            }
            uint256 extent = Calldata.u32(m.reduce + 4 * axis);
            uint256 end = m.k + m.count;
            for (uint256 k = m.k; k < end; ++k) {
                Memory.store(to, (k / stride) % extent);
                to += 32;
            }
        }
    }

    function _mapOne(
        Machine memory m,
        uint256 depth,
        function(uint256) pure returns (uint256) f
    ) private pure {
        unchecked {
            Vector memory top = m.stack[depth - 1];
            uint256 from = top.at;
            uint256 step = top.step;
            uint256 to = _place(m, depth - 1, step);
            top.at = to;
            uint256 end = to + 32 * (step == 0 ? 1 : m.count);
            for (; to < end; to += 32) {
                Memory.store(to, f(Memory.load(from)));
                from += step;
            }
        }
    }

    /// @param depth Values left on the stack below the second operand
    function _mapTwo(
        Machine memory m,
        uint256 depth,
        function(uint256, uint256) pure returns (uint256) f
    ) private pure {
        unchecked {
            Vector memory a = m.stack[depth - 1];
            uint256 fromA = a.at;
            uint256 fromB = m.stack[depth].at;
            uint256 stepA = a.step;
            uint256 stepB = m.stack[depth].step;
            uint256 to = _place(m, depth - 1, stepA | stepB);
            a.at = to;
            a.step = stepA | stepB;
            // A vector may take the place of an operand: an element is read before it is written.
            uint256 end = to + 32 * (stepA | stepB == 0 ? 1 : m.count);
            for (; to < end; to += 32) {
                Memory.store(to, f(Memory.load(fromA), Memory.load(fromB)));
                fromA += stepA;
                fromB += stepB;
            }
        }
    }

    /// @param depth Values left on the stack below `a`
    function _select(Machine memory m, uint256 depth) private pure {
        unchecked {
            Vector memory c = m.stack[depth - 1];
            Vector memory a = m.stack[depth];
            Vector memory b = m.stack[depth + 1];
            uint256 steps = c.step | a.step | b.step;
            uint256 to = _place(m, depth - 1, steps);
            uint256 count = steps == 0 ? 1 : m.count;
            for (uint256 i = 0; i < count; ++i) {
                uint256 value =
                    Memory.load(c.at + i * c.step) != 0
                        ? Memory.load(a.at + i * a.step)
                        : Memory.load(b.at + i * b.step);
                Memory.store(to + 32 * i, value);
            }
            c.at = to;
            c.step = steps;
        }
    }

    function _mapTranscendental(Machine memory m, uint256 depth, uint256 op) private view {
        unchecked {
            Vector memory top = m.stack[depth - 1];
            uint256 from = top.at;
            uint256 step = top.step;
            uint256 to = _place(m, depth - 1, step);
            top.at = to;
            uint256 end = to + 32 * (step == 0 ? 1 : m.count);
            address target = address(m.transcendental);
            uint256 selector = uint32(ITranscendental.evaluate.selector);
            uint256 f = op - Instructions.F32_EXP;
            for (; to < end; to += 32) {
                uint256 value = Memory.load(from);
                bool answered;
                assembly ("memory-safe") {
                    // The call's arguments and its answer need no more than the scratch space and the free pointer's
                    // word, which is put back.
                    let free := mload(0x40)
                    mstore(0x24, value)
                    mstore(0x04, f)
                    mstore(0x00, shl(224, selector))
                    answered := staticcall(gas(), target, 0x00, 0x44, 0x00, 0x20)
                    answered := and(answered, eq(returndatasize(), 0x20))
                    mstore(0x40, free)
                    mstore(to, mload(0x00))
                }
                if (!answered) revert IReferee.TranscendentalFailed(op, value);
                from += step;
            }
        }
    }

    function _floatOfTwo(
        uint256 op
    ) private pure returns (function(uint256, uint256) pure returns (uint256)) {
        if (op == Instructions.F32_MUL) return Float32.mul;
        if (op == Instructions.F32_ADD) return Float32.add;
        if (op == Instructions.F32_SUB) return Float32.sub;
        if (op == Instructions.F32_DIV) return Float32.div;
        if (op == Instructions.F32_MIN) return Float32.min;
        if (op == Instructions.F32_MAX) return Float32.max;
        if (op == Instructions.F32_EQ) return Float32.eq;
        return op == Instructions.F32_LT ? Float32.lt : Float32.le;
    }

    function _floatOfOne(uint256 op) private pure returns (function(uint256) pure returns (uint256)) {
        if (op == Instructions.F32_SQRT) return Float32.sqrt;
        if (op == Instructions.F32_NEG) return Float32.neg;
        if (op == Instructions.F32_ABS) return Float32.abs;
        if (op == Instructions.F32_FLOOR) return Float32.floor;
        if (op == Instructions.F32_CEIL) return Float32.ceil;
        return op == Instructions.F32_RINT ? Float32.rint : Float32.trunc;
    }

    function _integerOfTwo(
        uint256 op
    ) private pure returns (function(uint256, uint256) pure returns (uint256)) {
        if (op < Instructions.I32_XOR) {
            if (op == Instructions.I32_ADD) return Int32.add;
            if (op == Instructions.I32_SUB) return Int32.sub;
            if (op == Instructions.I32_MUL) return Int32.mul;
            if (op == Instructions.I32_DIV) return Int32.div;
            if (op == Instructions.I32_MOD) return Int32.mod;
            if (op == Instructions.I32_MIN) return Int32.min;
            if (op == Instructions.I32_MAX) return Int32.max;
            return op == Instructions.I32_AND ? Int32.and : Int32.or;
        }
        if (op == Instructions.I32_XOR) return Int32.xor;
        if (op == Instructions.I32_SHL) return Int32.shl;
        if (op == Instructions.I32_SHR) return Int32.shr;
        if (op == Instructions.I32_SAR) return Int32.sar;
        if (op == Instructions.I32_EQ) return Int32.eq;
        return op == Instructions.I32_LT ? Int32.lt : Int32.le;
    }

    function _integerOfOne(uint256 op) private pure returns (function(uint256) pure returns (uint256)) {
        if (op == Instructions.I32_NEG) return Int32.neg;
        return op == Instructions.I32_ABS ? Int32.abs : Int32.not;
    }

    /// @param step 0 for a single value
    function _place(Machine memory m, uint256 depth, uint256 step) private pure returns (uint256) {
        unchecked {
            uint256 place = m.places + depth * m.placeBytes;
            return step == 0 ? place + m.placeBytes - 32 : place;
        }
    }
}
