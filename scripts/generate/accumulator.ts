/**
 * Writes `contracts/libraries/Accumulator.sol`: the state machine by hand, its eight lanes unrolled.
 * The argument behind every constant is in `docs/decisions/0008-accumulator.md`; the names are the same there.
 */
import { writeFileSync } from "node:fs";

import { formatted } from "./formatted.js";
import type { Generator } from "./generators.js";

const TARGET = "contracts/libraries/Accumulator.sol";

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const power = (exponent: number): bigint => 1n << BigInt(exponent);
/** The same 32-bit pattern in all eight lanes of a word. */
const lanes = (pattern: number): string => `0x${pattern.toString(16).padStart(8, "0").repeat(8)}`;
/** The same 64-bit pattern in all four wide lanes of a word. */
const wideLanes = (pattern: bigint): string => `0x${pattern.toString(16).padStart(16, "0").repeat(4)}`;

/** Exponent fields the fast block takes, both ends included (a zero operand is welcome too): 2^-51 to 2^50. */
const LEAST_FIELD = 76;
const GREATEST_FIELD = 176;
/** Units: a product `p * 2^(e - 302)` is added as `p * 2^204 >> (unit - e)`; 2^-150 and 2^-110. */
const FINE = 356;
const COARSE = 396;

const EXPONENT = lanes(0x7f800000);
const SIGN = lanes(0x80000000);
const MAGNITUDE = lanes(0x7fffffff);
const FRACTION = lanes(0x007fffff);
/** `shr(clz(x), PLACE)` is the unit of the last of 24 places of x. */
const PLACE = hex(power(232));
/** Bit c is set if a sum with c leading zeros stays in its unit: coarse from 2^59 and below 2^127; fine, not(31), below 2^101. */
const COARSE_WINDOW_VALUE = power(87) - power(19);
/** Added to a magnitude: bit 31 tells whether the exponent field is at least LEAST_FIELD, above GREATEST_FIELD. */
const AT_LEAST = lanes(0x80000000 - LEAST_FIELD * 2 ** 23);
const ABOVE = lanes(0x80000000 - (GREATEST_FIELD + 1) * 2 ** 23);

const swapBytes = (word: string): string => `
                ${word} := or(shl(8, and(${word}, ${lanes(0x00ff00ff)})), and(shr(8, ${word}), ${lanes(0x00ff00ff)}))
                ${word} := or(shl(16, and(${word}, ${lanes(0x0000ffff)})), and(shr(16, ${word}), ${lanes(0x0000ffff)}))`;

/** x to the nearest multiple of q, ties to even; two's complement, q a power of two of at least 2 (or 0 for x = 0). */
const toNearest = (x: string, q: string): string =>
  `and(sub(add(${x}, shr(1, ${q})), iszero(and(${x}, ${q}))), sub(0, ${q}))`;

/** Two 64-bit products from 128-bit halves that hold one operand in bits 0..31 and another in bits 64..95. */
const twoProducts = (shift: number): string => {
  const mask = hex(0xffffffffn | (0xffffffffn << 64n));
  const half = (word: string): string => `and(${shift === 0 ? word : `shr(${shift}, ${word})`}, ${mask})`;
  return `and(mul(${half("ma")}, ${half("mb")}), ${hex((power(64) - 1n) | ((power(64) - 1n) << 128n))})`;
};

const roundProducts = (word: string): string => `
                        {
                            let high := and(shr(24, ${word}), ${wideLanes(power(24))})
                            let q := add(high, ${wideLanes(power(24))})
                            ${word} := and(
                                sub(add(${word}, shr(1, q)), shr(24, and(not(${word}), q))),
                                sub(${wideLanes(power(64) - power(24))}, high)
                            )
                        }`;

/** Where the fast block keeps the product of lane j (lane 7 is the first element): pairs 2,3 and 4,5 change places. */
const fastSlot = (lane: number): number => [0, 1, 4, 5, 2, 3, 6, 7][lane]!;

const fastLane = (element: number): string => {
  const slot = 32 * fastSlot(7 - element);
  const product = slot === 224 ? "sar(224, wa)" : `signextend(3, ${slot === 0 ? "wa" : `shr(${slot}, wa)`})`;
  return `
                    {
                        let t := add(acc, shl(byte(${4 * element + 3}, wb), ${product}))
                        let q := shr(clz(xor(t, sar(255, t))), ${PLACE})
                        acc := ${toNearest("t", "q")}
                    }`;
};

const anyLane = (element: number): string => {
  const shift = 32 * (7 - element);
  const at = (word: string): string => (shift === 0 ? word : `shr(${shift}, ${word})`);
  return `
                    {
                        let s := and(${at("ma")}, 0x1ff)
                        let t := mul(${shift === 224 ? "sar(224, wa)" : `signextend(3, ${at("wa")})`}, and(${at("wb")}, 0x3ffffff))
                        let q := shr(clz(or(xor(t, sar(255, t)), shl(sub(152, s), 0x1000000))), ${PLACE})
                        t := ${toNearest("t", "q")}
                        s := sub(unit, s)
                        if slt(s, 16) {
                            if slt(s, sub(unit, 380)) {
                                if or(slt(s, sub(unit, 381)), gt(add(t, ${hex(power(49) - 1n)}), ${hex(power(50) - 2n)})) {
                                    acc := 0
                                    unit := slt(t, 0)
                                    mb := ${element + 1}
                                    break
                                }
                            }
                            let k := sub(${COARSE}, unit)
                            acc := sar(k, acc)
                            s := add(s, k)
                            unit := ${COARSE}
                            window := ${hex(COARSE_WINDOW_VALUE)}
                        }
                        t := add(acc, sar(s, shl(204, t)))
                        s := clz(or(xor(t, sar(255, t)), 0x1000000))
                        q := shr(s, ${PLACE})
                        acc := ${toNearest("t", "q")}
                        if iszero(and(shr(s, window), 1)) {
                            switch gt(s, 86)
                            case 0 {
                                acc := sar(sub(${COARSE}, unit), acc)
                                unit := ${COARSE}
                                window := ${hex(COARSE_WINDOW_VALUE)}
                                if gt(add(acc, ${hex(power(238) - 1n)}), ${hex(power(239) - 2n)}) {
                                    unit := slt(acc, 0)
                                    acc := 0
                                    mb := ${element + 1}
                                    break
                                }
                            }
                            default {
                                acc := shl(40, acc)
                                unit := ${FINE}
                                window := not(31)
                            }
                        }
                    }`;
};

const ELEMENTS = [0, 1, 2, 3, 4, 5, 6, 7];

const text = `// SPDX-License-Identifier: MIT
// Generated by scripts/generate/accumulator.ts: change that, then run \`tsx scripts/generate/accumulator.ts\`.
pragma solidity ^0.8.34;

/// @title The f32 sum of products, one by one: acc = round(acc + round(a * b)), for any values
/// @notice Runs are little-endian binary32 in calldata, given by absolute byte offsets. Bytes at or beyond the end of
/// calldata read as zero, so a run of padding zeros is a run at \`msg.data.length\`. What lies behind the n-th element has
/// no influence. Results equal \`Float32.add(acc, Float32.mul(a, b))\` element by element, bit for bit.
/// @dev Why each step is exact, and the worst path counted: docs/decisions/0008-accumulator.md. In short: a finite accumulator
/// is an integer multiple of 2^-150 (fine) or, when it is large, of 2^-110 (coarse); eight elements are decoded at once;
/// an infinite one only waits for a NaN or the opposite infinity.
library Accumulator {
    /// @param acc The accumulator in units of 2^-150 or 2^-110, rounded to binary32, two's complement; 0 if not finite.
    /// @param unit ${FINE}: 2^-150 · ${COARSE}: 2^-110 · 0: +infinity · 1: -infinity · 2: NaN.
    struct State {
        int256 acc;
        uint256 unit;
    }

    uint256 private constant FINE = ${FINE};
    uint256 private constant COARSE = ${COARSE};
    uint256 private constant NAN = 2;

    /// @param bits Where to start, a binary32. No sum that starts at +0 is ever -0; a -0 given here becomes +0.
    function open(uint256 bits) internal pure returns (State memory state) {
        unchecked {
            uint256 e = (bits >> 23) & 0xff;
            uint256 m = bits & 0x7fffff;
            if (e == 255) {
                state.unit = m != 0 ? NAN : bits >> 31;
                return state;
            }
            if (e == 0) e = 1;
            else m |= 0x800000;
            // m * 2^(e - 150), m < 2^24: fine below 2^101.
            state.unit = e > 227 ? COARSE : FINE;
            int256 acc = int256(m << (e > 227 ? e - 40 : e));
            state.acc = bits >> 31 == 0 ? acc : -acc;
        }
    }

    /// @return bits The accumulator as a binary32; a NaN is 0x7fc00000.
    function close(State memory state) internal pure returns (uint256 bits) {
        unchecked {
            if (state.unit < NAN) return 0x7f800000 | (state.unit << 31);
            if (state.unit == NAN) return 0x7fc00000;
            uint256 magnitude = uint256(state.acc < 0 ? -state.acc : state.acc);
            // d places below the significand: at least one, because the last place is never under two units.
            uint256 d;
            assembly ("memory-safe") {
                d := sub(232, clz(or(magnitude, 0x1000000)))
            }
            bits = ((d - 1) << 23) + (magnitude >> d);
            if (state.unit == COARSE) bits += 40 << 23;
            if (state.acc < 0) bits |= 0x80000000;
        }
    }

    /// @notice acc = round(acc + round(a_i * b_i)) for i = 0..n-1.
    /// @param pa Calldata offset of a_0.
    /// @param pb Calldata offset of b_0.
    /// @param n Elements in each run; any number.
    function run(State memory state, uint256 pa, uint256 pb, uint256 n) internal pure {
        _run(state, pa, pb, n, 0, 0);
    }

    /// @notice acc = round(acc + round(a_i * factor)) for i = 0..n-1; factor 1 (0x3f800000) sums the run.
    /// @param factor A binary32.
    function scale(State memory state, uint256 factor, uint256 pa, uint256 n) internal pure {
        _run(state, pa, msg.data.length, n, 0, _everywhere(factor));
    }

    /// @notice acc = round(acc + round(a * b)), n times.
    /// @param a A binary32; likewise b.
    function multiply(State memory state, uint256 a, uint256 b, uint256 n) internal pure {
        _run(state, msg.data.length, msg.data.length, n, _everywhere(a), _everywhere(b));
    }

    /// @return The binary32 as little-endian bytes in all eight lanes.
    function _everywhere(uint256 bits) private pure returns (uint256) {
        unchecked {
            bits = ((bits & 0xff00ff) << 8) | ((bits >> 8) & 0xff00ff);
            return (((bits << 16) | (bits >> 16)) & 0xffffffff) * ${lanes(1)};
        }
    }

    /// @dev \`fillA\` and \`fillB\` are OR-ed to what is loaded, so that a constant operand is a run beyond the calldata.
    function _run(State memory state, uint256 pa, uint256 pb, uint256 n, uint256 fillA, uint256 fillB) private pure {
        assembly ("memory-safe") {
            mstore(0x00, fillA)
            mstore(0x20, fillB)
            // From here on n is the end of the first run and pb its distance to the second.
            n := add(pa, shl(2, n))
            pb := sub(pb, pa)
            let unit := mload(add(state, 0x20))
            let window := not(31)
            if eq(unit, ${COARSE}) {
                window := ${hex(COARSE_WINDOW_VALUE)}
            }
            let acc := mload(state)

            for {} 1 {} {
                let wa := or(calldataload(pa), mload(0x00))
                let wb := or(calldataload(add(pa, pb)), mload(0x20))
                if slt(sub(n, pa), 32) {
                    // The last, shorter block: the rest of it becomes +0 * +0, which changes nothing.
                    if iszero(slt(pa, n)) {
                        break
                    }
                    let k := shl(3, sub(32, sub(n, pa)))
                    wa := shl(k, shr(k, wa))
                    wb := shl(k, shr(k, wb))
                }
                // Little-endian bytes into place, eight lanes at a time.${swapBytes("wa")}${swapBytes("wb")}
                let ma := and(wa, ${MAGNITUDE})
                let mb := and(wb, ${MAGNITUDE})
                // Bit 31 of each lane: is the exponent field at least ${LEAST_FIELD}? Bits 30..23: the field minus ${LEAST_FIELD}, if so.
                let ua := add(ma, ${AT_LEAST})
                let ub := add(mb, ${AT_LEAST})

                // Fast block, if every operand is 0 or of a field in ${LEAST_FIELD}..${GREATEST_FIELD}: bit 31 is set in a lane above that, or below it
                // (bit 31 of u clear) but not zero (bit 31 of m + 0x7fffffff set). And if the unit is fine, the accumulator
                // under 2^101 and a multiple of 2^-126, as all products then are: no sum can need subnormal rounding.
                if iszero(
                    or(
                        or(
                            and(
                                or(
                                    or(add(ma, ${ABOVE}), xor(ua, add(ma, ${MAGNITUDE}))),
                                    or(add(mb, ${ABOVE}), xor(ub, add(mb, ${MAGNITUDE})))
                                ),
                                ${SIGN}
                            ),
                            shr(252, add(acc, ${hex(power(251))}))
                        ),
                        or(and(acc, 0xffffff), xor(unit, ${FINE}))
                    )
                ) {
                    // Exponents as shift counts: (field a - ${LEAST_FIELD}) + (field b - ${LEAST_FIELD}) + 25, under 256 where the product is not 0.
                    // Signs: set where the product is negative and not 0; the two middle pairs of lanes change places, as in
                    // the packed products below.
                    {
                        let sign := and(and(xor(wa, wb), and(ua, ub)), ${SIGN})
                        let swap := and(xor(sign, shr(64, sign)), ${hex(0x8000000080000000n << 64n)})
                        sign := xor(sign, mul(swap, ${hex(power(64) + 1n)}))
                        // Significands, the hidden bit set where the field is not 0; b's doubled, so that products are even.
                        ma := or(and(wa, ${FRACTION}), shr(8, and(ua, ${SIGN})))
                        mb := shl(1, or(and(wb, ${FRACTION}), shr(8, and(ub, ${SIGN}))))
                        wb := add(shr(23, add(and(ua, ${EXPONENT}), and(ub, ${EXPONENT}))), ${lanes(25)})
                        // Two products per MUL: (x + y 2^64)(u + v 2^64) = xu + cross 2^64 + yv 2^128. Two words of four wide
                        // lanes: wa has elements of lanes 0, 4, 2, 6 from the bottom, ma those of 1, 5, 3, 7.
                        wa := or(${twoProducts(0)}, shl(64, ${twoProducts(128)}))
                        ma := or(${twoProducts(32)}, shl(64, ${twoProducts(160)}))
                        // Round all to 24 places: a product in [2^47, 2^49) has its last place q at bit 24, or 25 if bit 48 is
                        // set. Half is added, and where bit q is clear 1 or 2 taken away, which even products cannot tell
                        // from 1.${roundProducts("wa")}${roundProducts("ma")}
                        // All are multiples of 2^24: eight lanes of 32 bits hold them, then negated where they should be.
                        wa := or(shr(24, wa), shl(8, ma))
                        sign := shr(31, sign)
                        wa := add(xor(wa, mul(sign, 0xffffffff)), sign)
                    }
                    // One by one: shift into units, add, round to 24 places.${ELEMENTS.map(fastLane).join("")}
                    pa := add(pa, 32)
                    continue
                }

                if lt(unit, 2) {
                    // Infinite: only NaN and the opposite infinity matter, element by element.
                    for { let left := 8 } left { left := sub(left, 1) } {
                        let x := shr(224, ma)
                        let y := shr(224, mb)
                        let opposite := xor(shr(255, xor(wa, wb)), unit)
                        switch or(gt(x, 0x7f7fffff), gt(y, 0x7f7fffff))
                        case 0 {
                            // Finite operands overflow if their fields give 2^128 or more, or half that and the significands
                            // at least 2 (2 - 2^-24, the middle, rounds up to it). Fields of 381 in sum are not subnormal.
                            if opposite {
                                let e := add(shr(23, x), shr(23, y))
                                if gt(e, 380) {
                                    x := or(and(x, 0x7fffff), 0x800000)
                                    y := or(and(y, 0x7fffff), 0x800000)
                                    if or(gt(e, 381), gt(mul(x, y), ${hex(power(47) - power(22) - 1n)})) {
                                        unit := 2
                                    }
                                }
                            }
                        }
                        default {
                            // NaN operand, infinity times zero, or infinity of the other sign.
                            if or(opposite, or(or(gt(x, 0x7f800000), gt(y, 0x7f800000)), or(iszero(x), iszero(y)))) {
                                unit := 2
                            }
                        }
                        ma := shl(32, ma)
                        mb := shl(32, mb)
                        wa := shl(32, wa)
                        wb := shl(32, wb)
                    }
                    pa := add(pa, 32)
                    continue
                }
                if eq(unit, 2) {
                    break
                }

                // The first element with an infinite or NaN operand, 8 if none: those before it are summed now, the rest of
                // the block becomes +0 * +0.
                ub := shr(5, clz(and(or(add(ma, ${lanes(0x00800000)}), add(mb, ${lanes(0x00800000)})), ${SIGN})))
                if lt(ub, 8) {
                    if iszero(ub) {
                        // It comes first: the accumulator is finite, so the product is the sum.
                        acc := 0
                        unit := shr(255, xor(wa, wb))
                        ma := shr(224, ma)
                        mb := shr(224, mb)
                        if or(or(gt(ma, 0x7f800000), gt(mb, 0x7f800000)), or(iszero(ma), iszero(mb))) {
                            unit := 2
                        }
                        pa := add(pa, 4)
                        continue
                    }
                    let k := sub(256, shl(5, ub))
                    wa := shl(k, shr(k, wa))
                    wb := shl(k, shr(k, wb))
                }

                // Any finite operands. Exponent field 0 counts as exponent 1 without hidden bit: field + 1 - hidden.
                {
                    let ea := and(wa, ${EXPONENT})
                    let eb := and(wb, ${EXPONENT})
                    let ha := shr(8, and(add(ea, ${EXPONENT}), ${SIGN}))
                    let hb := shr(8, and(add(eb, ${EXPONENT}), ${SIGN}))
                    // Sums of two exponents, 9 bits each.
                    ma := shr(23, sub(add(add(ea, eb), ${lanes(0x01000000)}), add(ha, hb)))
                    // a's significands, negated where the product is negative and a is not 0 (which could not carry).
                    mb := or(and(wa, ${FRACTION}), ha)
                    ua := shr(31, and(and(xor(wa, wb), add(mb, ${MAGNITUDE})), ${SIGN}))
                    wa := add(xor(mb, mul(ua, 0xffffffff)), ua)
                    // b's times 4, so that the last place of a product is never under 2.
                    wb := shl(2, or(and(wb, ${FRACTION}), hb))
                }
                mb := ub
                // Per element: product, rounded to 24 places or to 2^-149 whichever is coarser; into units; sum, rounded alike.
                for {} 1 {} {${ELEMENTS.map(anyLane).join("")}
                    break
                }
                pa := add(pa, shl(2, mb))
            }
            mstore(state, acc)
            mstore(add(state, 0x20), unit)
        }
    }
}
`;

export const generator: Generator = {
  name: "accumulator",
  outputs: [TARGET],
  run: async () => {
    writeFileSync(TARGET, await formatted(text, TARGET));
  },
};
