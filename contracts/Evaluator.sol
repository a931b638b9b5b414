// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Reductions} from "./Reductions.sol";
import {IEvaluator} from "./interfaces/IEvaluator.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IReductions} from "./interfaces/IReductions.sol";
import {ITranscendental} from "./interfaces/ITranscendental.sol";
import {ByteLanes} from "./libraries/ByteLanes.sol";
import {Calldata} from "./libraries/Calldata.sol";
import {Float32} from "./libraries/Float32.sol";
import {Instructions} from "./libraries/Instructions.sol";
import {Int32} from "./libraries/Int32.sol";
import {Kernel, KernelCodec, Load, Uses} from "./libraries/KernelCodec.sol";
import {LoadReader, Reader, Stretch} from "./libraries/LoadReader.sol";
import {Memory} from "./libraries/Memory.sol";
import {Machine, Vector, VectorMachine} from "./libraries/VectorMachine.sol";

/// @notice One element under evaluation.
struct Evaluation {
    Kernel kernel;
    /// Whether the body's value is f32.
    bool bodyIsFloat;
    /// By load: opened ranges of its tensor, numbered.
    IEvaluator.Opened[] operands;
    /// Memory: the ranges as the question gives them, and before them one of no bytes.
    uint256 ranges;
    /// Calldata position that the positions of ranges count from.
    uint256 base;
    Reader[] readers;
    Machine machine;
    Stretch stretch;
    /// The k to reduce: first ≤ k < end.
    uint256 first;
    uint256 end;
    /// Bit j: the value of load j is asked for, whether it is in range is.
    uint256 data;
    uint256 marks;
    /// Of arg reducers: the best value so far, which the k after 0 must beat. The accumulator itself is `machine.accumulator`.
    uint256 best;
    /// Values on their way to the reductions.
    bytes packed;
}

/// @notice The two operands of a product, and their elements on their way to the reductions.
struct Product {
    Reader a;
    Reader b;
    bytes runA;
    bytes runB;
}

/// @title Evaluator
/// @dev A contract of its own because it and the referee do not fit one (docs/decisions/0007-referee-parts.md).
contract Evaluator is IEvaluator {
    /// @dev k evaluated together by the machine: enough to make decoding an instruction cheap, few enough to keep memory so.
    uint256 private constant STRETCH = 128;
    /// @dev k handed to the reductions together.
    uint256 private constant RUN = 2_048;
    /// @dev Fewer values are added faster here than there.
    uint256 private constant PACKED = 16;
    uint256 private constant RANGE_BYTES = 32;
    uint256 private constant MAX_STACK = 16;

    /// @inheritdoc IEvaluator
    ITranscendental public immutable transcendental;
    /// @inheritdoc IEvaluator
    IReductions public immutable reductions;

    constructor() {
        transcendental = ITranscendental(IOnus(msg.sender).transcendental());
        reductions = new Reductions();
    }

    /// @inheritdoc IEvaluator
    function evaluate(Question calldata question, bytes calldata evidence) external view returns (uint256) {
        Evaluation memory e;
        _begin(e, question, evidence);
        e.end = e.kernel.reduction;
        _reduceAll(e);
        return _conclude(e);
    }

    /// @inheritdoc IEvaluator
    function reduce(
        Question calldata question,
        uint256 from,
        uint256 count,
        Partial calldata partial_,
        bytes calldata evidence
    ) external view returns (Partial memory) {
        Evaluation memory e;
        _begin(e, question, evidence);
        e.first = from;
        e.end = from + count;
        e.best = partial_.best;
        Memory.store(e.machine.accumulator, partial_.accumulator);
        _reduceAll(e);
        return Partial(Memory.load(e.machine.accumulator), e.best);
    }

    /// @inheritdoc IEvaluator
    function conclude(
        Question calldata question,
        uint256 accumulator,
        bytes calldata evidence
    ) external view returns (uint256) {
        Evaluation memory e;
        _begin(e, question, evidence);
        Memory.store(e.machine.accumulator, accumulator);
        return _conclude(e);
    }

    function _begin(Evaluation memory e, Question calldata question, bytes calldata evidence) private view {
        uint256 base = Calldata.positionOf(evidence);
        e.base = base;
        (, e.kernel) = KernelCodec.decode(base + question.descriptorAt, question.descriptorLength);
        e.bodyIsFloat = question.bodyIsFloat;
        e.operands = question.operands;
        e.ranges = _copyRanges(question.ranges);
        Kernel memory kernel = e.kernel;
        e.readers = new Reader[](kernel.loads.length);
        Machine memory m = e.machine;
        m.transcendental = transcendental;
        m.shapeAxes = kernel.shapeAxes;
        m.reduceAxes = kernel.reduceAxes;
        m.reduce = kernel.extents + 4 * kernel.shapeAxes;
        m.position = _unravel(kernel, question.element);
        m.accumulator = Memory.allocate(32);
        Memory.store(m.accumulator, 0);
    }

    /// @dev The tail, over the accumulator. No k but the first is asked for, and it was not fetched before: `first` is 0.
    function _conclude(Evaluation memory e) private view returns (uint256) {
        Kernel memory kernel = e.kernel;
        _prepare(e, kernel.tailUses, 1);
        _fetch(e, 0, 1);
        Vector memory result = VectorMachine.run(e.machine, kernel.tail, kernel.end);
        return _stored(Memory.load(result.at), kernel.dtype);
    }

    /// @return ranges Memory: a range of no bytes, then the given ones
    function _copyRanges(uint256[] calldata given) private pure returns (uint256 ranges) {
        uint256 length = RANGE_BYTES * given.length;
        ranges = Memory.allocate(RANGE_BYTES + length);
        Memory.store(ranges, 0);
        Memory.copyIn(ranges + RANGE_BYTES, Calldata.positionOf(given), length);
    }

    /// @return position Memory: coordinates of the element, a word each
    function _unravel(Kernel memory kernel, uint256 element) private pure returns (uint256 position) {
        // Proof for unchecked: extents are not 0.
        unchecked {
            position = Memory.allocate(32 * kernel.shapeAxes);
            for (uint256 axis = kernel.shapeAxes; axis != 0;) {
                --axis;
                uint256 extent = Calldata.u32(kernel.extents + 4 * axis);
                Memory.store(position + 32 * axis, element % extent);
                element /= extent;
            }
        }
    }

    function _stored(uint256 value, uint256 dtype) private pure returns (uint256) {
        if (dtype == KernelCodec.F32) return Float32.canonical(value);
        if (dtype == KernelCodec.U8) return Int32.toU8(value);
        return dtype == KernelCodec.I8 ? Int32.toI8(value) : value;
    }

    /// @dev The body for every k that is to be reduced, a stretch at a time, and the reducer over its values.
    function _reduceAll(Evaluation memory e) private view {
        // Proof for unchecked: first < end ≤ 2^18.
        unchecked {
            if (_sumProducts(e)) return;
            Kernel memory kernel = e.kernel;
            uint256 end = e.end;
            uint256 capacity = _capacityOf(e, STRETCH);
            _prepare(e, kernel.bodyUses, capacity);
            for (uint256 k = e.first; k < end; k += capacity) {
                uint256 count = end - k;
                if (count > capacity) count = capacity;
                _fetch(e, k, count);
                Vector memory values = VectorMachine.run(e.machine, kernel.body, kernel.tail);
                _reduce(e, values.at, values.step, k, count);
            }
        }
    }

    /// @return How many k to take together: all of them, or `most`
    function _capacityOf(Evaluation memory e, uint256 most) private pure returns (uint256) {
        unchecked {
            uint256 count = e.end - e.first;
            return count < most ? count : most;
        }
    }

    /// @dev Memory for the loads and the stack of one expression, and the loads bound to this element.
    /// @param capacity Most k of a stretch
    function _prepare(Evaluation memory e, Uses memory uses, uint256 capacity) private pure {
        unchecked {
            uint256 data = uses.loads;
            uint256 marks = uses.inRange;
            Kernel memory kernel = e.kernel;
            // Whoever asks for a load asks for its index. Index loads are not indexed themselves.
            for (uint256 number = 0; number < kernel.loads.length; ++number) {
                uint256 index = kernel.loads[number].indexLoad;
                if (((data | marks) >> number) & 1 != 0 && index != KernelCodec.NOT_INDEXED)
                    data |= 1 << index;
            }
            e.data = data;
            e.marks = marks;
            for (uint256 number = 0; number < kernel.loads.length; ++number) {
                if (((data | marks) >> number) & 1 != 0) _prepareLoad(e, number, capacity);
            }
            // One word more for a single value.
            e.machine.placeBytes = 32 * capacity + 32;
            // The stack is no deeper than there are pushes, and never deeper than its limit.
            uint256 places = uses.pushes < MAX_STACK ? uses.pushes : MAX_STACK;
            e.machine.places = Memory.allocate(places * e.machine.placeBytes);
        }
    }

    function _prepareLoad(Evaluation memory e, uint256 number, uint256 capacity) private pure {
        unchecked {
            Machine memory m = e.machine;
            Reader memory reader = _bind(e, number);
            uint256 step = 32;
            if (reader.isConstant) {
                capacity = 1;
                step = 0;
            }
            bool wanted = (e.data >> number) & 1 != 0;
            if (wanted) {
                reader.to = Memory.allocate((capacity << reader.shift) + 32);
                // Spread by eights.
                m.loads[number].at = Memory.allocate(32 * capacity + 224);
                m.loads[number].step = step;
            }
            if ((e.marks >> number) & 1 != 0 || (wanted && !reader.padFits)) {
                reader.inRange = Memory.allocate(32 * capacity);
                m.inRange[number].at = reader.inRange;
                m.inRange[number].step = step;
            }
        }
    }

    function _bind(Evaluation memory e, uint256 number) private pure returns (Reader memory reader) {
        reader = LoadReader.bind(e.kernel, number, e.machine.position);
        reader.base = e.base;
        reader.range = e.ranges;
        reader.ranges = e.ranges + RANGE_BYTES * (1 + e.operands[number].begin);
        reader.rangesEnd = e.ranges + RANGE_BYTES * (1 + e.operands[number].end);
        if (reader.indexedDim != 0) {
            reader.indices = e.machine.loads[reader.indexLoad].at;
            reader.indexStep = e.machine.loads[reader.indexLoad].step;
        }
        e.readers[number] = reader;
    }

    /// @dev Values of all prepared loads for `count` k from `k` on; loads that stand still are read with the first only.
    function _fetch(Evaluation memory e, uint256 k, uint256 count) private pure {
        unchecked {
            Machine memory m = e.machine;
            m.k = k;
            m.count = count;
            for (uint256 number = 0; number < e.readers.length; ++number) {
                if (((e.data | e.marks) >> number) & 1 == 0) continue;
                Reader memory reader = e.readers[number];
                if (reader.isConstant && k != e.first) continue;
                uint256 values = reader.isConstant ? 1 : count;
                LoadReader.read(e.kernel, reader, e.stretch, k, values);
                if (reader.to == 0) continue;
                ByteLanes.spread(reader.to, m.loads[number].at, values, reader.dtype);
                if (!reader.padFits) _patch(reader, m.loads[number].at, values);
            }
        }
    }

    /// @dev Puts pads that do not fit their dtype in their places.
    function _patch(Reader memory reader, uint256 at, uint256 count) private pure {
        unchecked {
            for (uint256 i = 0; i < 32 * count; i += 32) {
                if (Memory.load(reader.inRange + i) == 0) Memory.store(at + i, reader.pad);
            }
        }
    }

    /// @dev Combines `count` values, `step` bytes apart, into the accumulator.
    function _reduce(Evaluation memory e, uint256 at, uint256 step, uint256 k, uint256 count) private view {
        unchecked {
            uint256 reducer = e.kernel.reducer;
            if (reducer >= KernelCodec.REDUCER_ARGMAX) {
                _reduceArg(e, at, step, k, count);
                return;
            }
            uint256 accumulator = Memory.load(e.machine.accumulator);
            if (reducer == KernelCodec.REDUCER_NONE) {
                accumulator = Memory.load(at);
            } else {
                // Sums start at +0; the others at the first value, which is neutral when it meets itself.
                if (k == 0 && reducer != KernelCodec.REDUCER_SUM) accumulator = Memory.load(at);
                bool isFloat = e.bodyIsFloat;
                function(uint256, uint256) pure returns (uint256) f;
                if (isFloat && step != 0 && count >= PACKED) {
                    accumulator = _reducePacked(e, accumulator, at, count);
                    count = 0;
                }
                if (reducer == KernelCodec.REDUCER_SUM) f = isFloat ? Float32.add : Int32.add;
                else if (reducer == KernelCodec.REDUCER_MAX) f = isFloat ? Float32.max : Int32.max;
                else f = isFloat ? Float32.min : Int32.min;
                for (; count != 0; --count) {
                    accumulator = f(accumulator, Memory.load(at));
                    at += step;
                }
            }
            Memory.store(e.machine.accumulator, accumulator);
        }
    }

    /// @dev The first best wins, -0 equals +0, and the first NaN is never beaten.
    function _reduceArg(
        Evaluation memory e,
        uint256 at,
        uint256 step,
        uint256 k,
        uint256 count
    ) private pure {
        unchecked {
            bool isFloat = e.bodyIsFloat;
            bool isMax = e.kernel.reducer == KernelCodec.REDUCER_ARGMAX;
            uint256 best = e.best;
            if (k == 0) best = Memory.load(at);
            for (uint256 end = k + count; k < end; ++k) {
                uint256 value = Memory.load(at);
                at += step;
                uint256 beats;
                if (!isFloat) beats = isMax ? Int32.lt(best, value) : Int32.lt(value, best);
                else if (Float32.isNaN(best)) break;
                else if (Float32.isNaN(value)) beats = 1;
                else beats = isMax ? Float32.lt(best, value) : Float32.lt(value, best);
                if (beats != 0) {
                    best = value;
                    Memory.store(e.machine.accumulator, k);
                }
            }
            e.best = best;
        }
    }

    /// @dev `SUM of load a · load b`, in f32 or in bytes: the reductions take both operands as they stand in the tensors.
    /// @return Whether the body was such a product
    function _sumProducts(Evaluation memory e) private view returns (bool) {
        unchecked {
            Kernel memory kernel = e.kernel;
            if (kernel.reducer != KernelCodec.REDUCER_SUM || kernel.tail - kernel.body != 5) return false;
            uint256 body = Calldata.u32(kernel.body);
            uint256 op = Calldata.u8(kernel.body + 4);
            if (body & 0xff00ff00 != (Instructions.LOAD << 24) | (Instructions.LOAD << 8)) return false;
            if (op != Instructions.F32_MUL && op != Instructions.I32_MUL) return false;
            uint256 a = (body >> 16) & 0xff;
            uint256 b = body & 0xff;
            if (!_standsAsBytes(kernel, a) || !_standsAsBytes(kernel, b)) return false;

            Product memory p;
            uint256 capacity = _capacityOf(e, RUN);
            (p.a, p.runA) = _prepareRun(e, a, capacity);
            (p.b, p.runB) = a == b ? (p.a, p.runA) : _prepareRun(e, b, capacity);
            if (!p.a.padFits || !p.b.padFits) return false;
            uint256 accumulator = Memory.load(e.machine.accumulator);
            for (uint256 k = e.first; k < e.end; k += capacity) {
                uint256 count = e.end - k;
                if (count > capacity) count = capacity;
                _fetchRun(e, p.a, p.runA, k, count);
                if (a != b) _fetchRun(e, p.b, p.runB, k, count);
                accumulator = _addProducts(p, accumulator);
            }
            Memory.store(e.machine.accumulator, accumulator);
            return true;
        }
    }

    function _addProducts(Product memory p, uint256 accumulator) private view returns (uint256) {
        if (p.a.dtype == KernelCodec.F32) return reductions.floatDot(accumulator, p.runA, p.runB);
        bool signedA = p.a.dtype == KernelCodec.I8;
        bool signedB = p.b.dtype == KernelCodec.I8;
        return reductions.integerDot(accumulator, p.runA, p.runB, signedA, signedB);
    }

    /// @dev An i32 has no reduction of its own, and an indexed load needs the values of its index first.
    function _standsAsBytes(Kernel memory kernel, uint256 number) private pure returns (bool) {
        Load memory load = kernel.loads[number];
        return load.dtype != KernelCodec.I32 && load.indexedDim == KernelCodec.NOT_INDEXED;
    }

    function _prepareRun(
        Evaluation memory e,
        uint256 number,
        uint256 capacity
    ) private pure returns (Reader memory reader, bytes memory run) {
        unchecked {
            reader = _bind(e, number);
            uint256 length = capacity << reader.shift;
            uint256 at = Memory.allocate(length + 64);
            run = Memory.asBytes(at);
            Memory.setLength(run, length);
            reader.to = at + 32;
        }
    }

    function _fetchRun(
        Evaluation memory e,
        Reader memory reader,
        bytes memory run,
        uint256 k,
        uint256 count
    ) private pure {
        LoadReader.read(e.kernel, reader, e.stretch, k, count);
        Memory.setLength(run, count << reader.shift);
    }

    /// @dev Many f32 values of the machine: packed as a tensor, then summed or compared like one.
    function _reducePacked(
        Evaluation memory e,
        uint256 accumulator,
        uint256 at,
        uint256 count
    ) private view returns (uint256) {
        bytes memory run = e.packed;
        if (run.length == 0) {
            // The first stretch is the longest.
            run = new bytes(4 * count + 28);
            e.packed = run;
        }
        Memory.setLength(run, 4 * count);
        ByteLanes.pack(at, run, count);
        if (e.kernel.reducer == KernelCodec.REDUCER_SUM) return reductions.floatSum(accumulator, run);
        return
            e.kernel.reducer == KernelCodec.REDUCER_MAX
                ? reductions.floatMax(accumulator, run)
                : reductions.floatMin(accumulator, run);
    }
}
