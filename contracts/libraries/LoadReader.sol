// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IReferee} from "../interfaces/IReferee.sol";
import {ByteLanes} from "./ByteLanes.sol";
import {Calldata} from "./Calldata.sol";
import {Kernel, KernelCodec, Load} from "./KernelCodec.sol";

/// @notice One load bound to one output element: what is left of its coordinates are the reduction axes.
struct Reader {
    /// For the error when something is not opened.
    uint256 tensor;
    uint256 dtype;
    /// log2 of the bytes of an element.
    uint256 shift;
    /// 32 raw bits.
    uint256 pad;
    /// The pad as it would stand in the tensor, repeated over 32 bytes.
    uint256 padBytes;
    /// The pad of a u8 or i8 load is an i32 and need not fit: then it cannot stand among the elements.
    bool padFits;
    /// Memory: the opened ranges of the tensor, a word each (IEvaluator.Question), positions counted from `base`;
    /// `rangesEnd` after the last; `range` the one read last, or one of no bytes.
    uint256 base;
    uint256 ranges;
    uint256 rangesEnd;
    uint256 range;
    /// Memory: the dims, `dimBytes` each (size, stride in elements, coordinate at the begin of the reduction, one
    /// coefficient per reduction axis, at least one); `dimsEnd` after the last.
    uint256 dims;
    uint256 dimsEnd;
    uint256 dimBytes;
    /// Memory: the record of the indexed dim, 0 when not indexed.
    uint256 indexedDim;
    /// Number of the load that indexes it.
    uint256 indexLoad;
    /// The index differs from k to k along the innermost axis, so every element has an address of its own.
    bool scattered;
    /// Reads the same element for every k.
    bool isConstant;
    /// Memory for the elements read and 32 bytes more, which may be overwritten; 0: their values are not asked for.
    uint256 to;
    /// Memory for a word per k that receives 1 where every coordinate lies in its dim, else 0; or 0: not asked for.
    uint256 inRange;
    /// Memory: value of the index load (i32 as 32 bits) for each k, `indexStep` (0 or 32) bytes apart.
    uint256 indices;
    uint256 indexStep;
}

/// @notice Consecutive k within one row of the innermost reduction axis.
struct Stretch {
    uint256 row;
    /// Position in the row of the first k.
    uint256 k;
    uint256 length;
    /// Elements: address of the first k, and from one k to the next; both mean something in [begin, end) only.
    uint256 flat;
    uint256 step;
    /// Every coordinate lies in its dim for the k numbered begin ≤ i < end of the stretch, and for no other.
    uint256 begin;
    uint256 end;
    /// Coordinates of the row.
    uint256[5] outer;
}

/// @title LoadReader: turns loads into bytes
/// @notice A stretch of consecutive k is read as one piece of memory that looks as if the elements had stood side by side
/// in the tensor: little-endian, pads filled in.
/// @dev Per row of the innermost axis a load is one affine sequence: an address at its begin, a step, and the interval of
/// positions in which every coordinate lies in its dim.
library LoadReader {
    uint256 private constant RANGE_BYTES = 32;

    /// @param position Memory: coordinates of the output element, one word each
    function bind(
        Kernel memory kernel,
        uint256 number,
        uint256 position
    ) internal pure returns (Reader memory reader) {
        // Proof for unchecked: of a kernel that is not void. Coordinates stay below 2^53, strides below 2^27.
        unchecked {
            Load memory load = kernel.loads[number];
            reader.tensor = load.tensor;
            reader.dtype = load.dtype;
            reader.shift = load.dtype <= KernelCodec.I32 ? 2 : 0;
            reader.pad = load.pad;
            (reader.padBytes, reader.padFits) = _padBytes(load);
            reader.isConstant = KernelCodec.isConstantOverReduction(kernel, load);
            uint256 inner = kernel.reduceAxes == 0 ? 1 : kernel.reduceAxes;
            reader.dimBytes = 32 * (3 + inner);
            uint256 bytesOfDims = reader.dimBytes * load.dimCount;
            uint256 dims;
            assembly ("memory-safe") {
                // Memory from the free pointer on may be dirty: coefficients are written only where they are not 0.
                dims := mload(0x40)
                mstore(0x40, add(dims, bytesOfDims))
                calldatacopy(dims, calldatasize(), bytesOfDims)
            }
            reader.dims = dims;
            reader.dimsEnd = dims + bytesOfDims;
            _bindDims(kernel, load, reader, position);
            if (load.indexedDim != KernelCodec.NOT_INDEXED) {
                reader.indexedDim = dims + load.indexedDim * reader.dimBytes;
                reader.indexLoad = load.indexLoad;
                reader.scattered = kernel.loads[load.indexLoad].movesInner;
            }
        }
    }

    function _bindDims(
        Kernel memory kernel,
        Load memory load,
        Reader memory reader,
        uint256 position
    ) private pure {
        unchecked {
            uint256 at = load.dims;
            uint256 shapeAxes = kernel.shapeAxes;
            uint256 dimBytes = reader.dimBytes;
            // The stride of the first dim is the product of all later sizes.
            uint256 stride = load.elements;
            for (uint256 dim = reader.dims; dim < reader.dimsEnd; dim += dimBytes) {
                assembly ("memory-safe") {
                    let head := calldataload(at)
                    let size := shr(224, head)
                    let base := signextend(3, shr(192, head))
                    let axes := and(shr(176, head), 0xffff)
                    at := add(at, 10)
                    stride := div(stride, size)
                    let axis := 0
                    for {} axes {
                        axes := shr(1, axes)
                        axis := add(axis, 1)
                    } {
                        if and(axes, 1) {
                            let coefficient := signextend(3, shr(224, calldataload(at)))
                            at := add(at, 4)
                            switch lt(axis, shapeAxes)
                            case 1 {
                                base := add(base, mul(coefficient, mload(add(position, shl(5, axis)))))
                            }
                            default {
                                mstore(add(add(dim, 96), shl(5, sub(axis, shapeAxes))), coefficient)
                            }
                        }
                    }
                    mstore(dim, size)
                    mstore(add(dim, 32), stride)
                    mstore(add(dim, 64), base)
                }
            }
        }
    }

    /// @dev Where a pad of u8 and i8 does not fit, its low byte stands in, and the reader says so.
    function _padBytes(Load memory load) private pure returns (uint256 word, bool fits) {
        uint256 pad = load.pad;
        if (load.dtype <= KernelCodec.I32) {
            return (ByteLanes.swap32(pad) * (type(uint256).max / 0xffffffff), true);
        }
        word = (pad & 0xff) * (type(uint256).max / 0xff);
        fits = ByteLanes.widen(pad & 0xff, load.dtype) == pad;
    }

    /// @notice Reads the elements of `count` consecutive k, beginning with `k`, to the memory the reader names.
    /// @param stretch Scratch
    function read(
        Kernel memory kernel,
        Reader memory reader,
        Stretch memory stretch,
        uint256 k,
        uint256 count
    ) internal pure {
        // Proof for unchecked: inner ≥ 1 and k + count ≤ 2^18 in a kernel that is not void.
        unchecked {
            uint256 to = reader.to;
            uint256 inRange = reader.inRange;
            uint256 indices = reader.indices;
            stretch.row = k / kernel.inner;
            stretch.k = k % kernel.inner;
            while (count != 0) {
                uint256 length = kernel.inner - stretch.k;
                if (length > count) length = count;
                if (reader.scattered) length = 1;
                stretch.length = length;
                if (reader.indexedDim != 0) {
                    uint256 dim = reader.indexedDim;
                    uint256 indexStep = reader.indexStep;
                    assembly ("memory-safe") {
                        // The indexed dim has no offset and no coefficients: its base is the index.
                        mstore(add(dim, 64), signextend(3, mload(indices)))
                        indices := add(indices, mul(indexStep, length))
                    }
                }
                _aim(kernel, reader, stretch);
                if (to != 0) {
                    _copy(reader, stretch, to);
                    to += length << reader.shift;
                }
                if (inRange != 0) inRange = _mark(stretch, inRange);
                count -= length;
                stretch.k += length;
                if (stretch.k == kernel.inner) {
                    stretch.k = 0;
                    ++stretch.row;
                }
            }
        }
    }

    /// @dev Sets address, step, begin and end of a stretch.
    function _aim(Kernel memory kernel, Reader memory reader, Stretch memory stretch) private pure {
        unchecked {
            uint256 coordinates;
            uint256 coordinatesEnd;
            if (kernel.reduceAxes > 1) {
                uint256 row = stretch.row;
                uint256[5] memory outer = stretch.outer;
                uint256 extent = kernel.extents + 4 * kernel.shapeAxes;
                for (uint256 axis = kernel.reduceAxes - 1; axis != 0;) {
                    --axis;
                    uint256 size = Calldata.u32(extent + 4 * axis);
                    outer[axis] = row % size;
                    row /= size;
                }
                assembly ("memory-safe") {
                    coordinates := outer
                }
                coordinatesEnd = coordinates + 32 * (kernel.reduceAxes - 1);
            }
            uint256 dim = reader.dims;
            uint256 dimsEnd = reader.dimsEnd;
            uint256 k = stretch.k;
            uint256 flat = 0;
            uint256 step = 0;
            uint256 begin = 0;
            uint256 end = stretch.length;
            assembly ("memory-safe") {
                for {} lt(dim, dimsEnd) {} {
                    let size := mload(dim)
                    let stride := mload(add(dim, 32))
                    let x := mload(add(dim, 64))
                    dim := add(dim, 96)
                    for {
                        let at := coordinates
                    } lt(at, coordinatesEnd) {
                        at := add(at, 32)
                    } {
                        x := add(x, mul(mload(at), mload(dim)))
                        dim := add(dim, 32)
                    }
                    let coefficient := mload(dim)
                    dim := add(dim, 32)
                    x := add(x, mul(coefficient, k))
                    flat := add(flat, mul(x, stride))
                    step := add(step, mul(coefficient, stride))
                    switch coefficient
                    case 0 {
                        // A negative coordinate is a huge unsigned one.
                        end := mul(end, lt(x, size))
                    }
                    default {
                        // inside = least i ≥ 0 with the coordinate x + coefficient · i beyond the near border,
                        // past = least i ≥ 0 with it beyond the far one; every division is of non-negative numbers.
                        let inside := 0
                        let past := 0
                        switch slt(coefficient, 0)
                        case 0 {
                            let up := sub(coefficient, 1)
                            if slt(x, 0) {
                                inside := div(sub(up, x), coefficient)
                            }
                            if slt(x, size) {
                                past := div(add(sub(size, x), up), coefficient)
                            }
                        }
                        default {
                            coefficient := sub(0, coefficient)
                            if iszero(slt(x, size)) {
                                inside := add(div(sub(x, size), coefficient), 1)
                            }
                            if iszero(slt(x, 0)) {
                                past := add(div(x, coefficient), 1)
                            }
                        }
                        if gt(inside, begin) {
                            begin := inside
                        }
                        if lt(past, end) {
                            end := past
                        }
                    }
                }
                if iszero(lt(begin, end)) {
                    begin := 0
                    end := 0
                }
            }
            stretch.flat = flat;
            stretch.step = step;
            stretch.begin = begin;
            stretch.end = end;
        }
    }

    /// @dev Writes front pads, elements, rear pads, in this order: whatever a 32-byte store writes beyond its part is
    /// overwritten by the next one, or lies in the 32 bytes of slack.
    function _copy(Reader memory reader, Stretch memory stretch, uint256 to) private pure {
        unchecked {
            uint256 shift = reader.shift;
            uint256 begin = stretch.begin;
            uint256 end = stretch.end;
            uint256 stop = to + (stretch.length << shift);
            if (begin != 0) to = _fill(to, to + (begin << shift), reader.padBytes);
            if (begin != end) {
                uint256 at = (stretch.flat + stretch.step * begin) << shift;
                uint256 count = end - begin;
                uint256 bytesToRead = count << shift;
                if (stretch.step == 1) {
                    uint256 from = _find(reader, at, bytesToRead);
                    assembly ("memory-safe") {
                        calldatacopy(to, from, bytesToRead)
                    }
                    to += bytesToRead;
                } else if (stretch.step == 0) {
                    uint256 from = _find(reader, at, 1 << shift);
                    uint256 element =
                        shift == 0
                            ? Calldata.u8(from) * (type(uint256).max / 0xff)
                            : Calldata.u32(from) * (type(uint256).max / 0xffffffff);
                    to = _fill(to, to + bytesToRead, element);
                } else {
                    uint256 step = stretch.step << shift;
                    uint256 size = 1 << shift;
                    for (; count != 0; --count) {
                        uint256 from = _find(reader, at, size);
                        assembly ("memory-safe") {
                            mstore(to, calldataload(from))
                        }
                        to += size;
                        at += step;
                    }
                }
            }
            if (to != stop) _fill(to, stop, reader.padBytes);
        }
    }

    /// @dev Up to 31 bytes after `end` are written too.
    function _fill(uint256 to, uint256 end, uint256 word) private pure returns (uint256) {
        assembly ("memory-safe") {
            for {} lt(to, end) {
                to := add(to, 32)
            } {
                mstore(to, word)
            }
        }
        return end;
    }

    /// @return The word after the last one written
    function _mark(Stretch memory stretch, uint256 inRange) private pure returns (uint256) {
        unchecked {
            uint256 begin = stretch.begin;
            uint256 width = stretch.end - begin;
            uint256 length = stretch.length;
            assembly ("memory-safe") {
                for {
                    let i := 0
                } lt(i, length) {
                    i := add(i, 1)
                } {
                    mstore(inRange, lt(sub(i, begin), width))
                    inRange := add(inRange, 32)
                }
            }
            return inRange;
        }
    }

    /// @param at First byte in the tensor
    /// @param length Bytes, ≥ 1; neighbouring ones, so they lie in one range: ranges never touch
    /// @return from Their calldata position
    function _find(Reader memory reader, uint256 at, uint256 length) private pure returns (uint256 from) {
        unchecked {
            uint256 range = reader.range;
            bool found;
            (found, from) = _within(range, at, length);
            if (!found) {
                // Most often the next one, where that is a range of the same tensor.
                range += RANGE_BYTES;
                if (range >= reader.ranges && range < reader.rangesEnd) {
                    (found, from) = _within(range, at, length);
                }
                if (!found) {
                    range = _search(reader, at);
                    (found, from) = _within(range, at, length);
                    if (!found) revert IReferee.MissingOperand(reader.tensor, at);
                }
                reader.range = range;
            }
            from += reader.base;
        }
    }

    /// @param range Memory position of a range
    /// @return found Whether the bytes lie in it
    /// @return from Their position after the base
    function _within(
        uint256 range,
        uint256 at,
        uint256 length
    ) private pure returns (bool found, uint256 from) {
        assembly ("memory-safe") {
            let word := mload(range)
            let offset := sub(at, shr(128, word))
            // offset + length ≤ bytes of the range, where a negative offset is greater than `at`.
            found := iszero(
                or(gt(offset, at), gt(add(offset, length), and(shr(64, word), 0xffffffffffffffff)))
            )
            from := add(and(word, 0xffffffffffffffff), offset)
        }
    }

    /// @return range The last one that begins at `at` or before
    function _search(Reader memory reader, uint256 at) private pure returns (uint256 range) {
        unchecked {
            uint256 ranges = reader.ranges;
            uint256 low = 0;
            uint256 high = (reader.rangesEnd - ranges) / RANGE_BYTES;
            assembly ("memory-safe") {
                // Ranges numbered below `low` begin at `at` or before, those from `high` on after it.
                for {} lt(low, high) {} {
                    let middle := shr(1, add(low, high))
                    switch gt(shr(128, mload(add(ranges, shl(5, middle)))), at)
                    case 0 {
                        low := add(middle, 1)
                    }
                    default {
                        high := middle
                    }
                }
            }
            if (low == 0) revert IReferee.MissingOperand(reader.tensor, at);
            return ranges + (low - 1) * RANGE_BYTES;
        }
    }
}
