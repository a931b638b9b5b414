// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IEEE 754 binary32, round to nearest even, subnormals kept
/// @notice Every value is the 32 bits of a binary32 in the low end of a word; the upper 224 bits are zero on the way
/// in and on the way out. Results that are not a number are `NAN`; only `neg` and `abs` hand a NaN on with its sign bit
/// changed, which no instruction can observe.
/// @dev In comments, `e` is the biased exponent field (0..255) and `m` the significand with its hidden bit, so that a
/// finite value is `m * 2^(max(e, 1) - 150)`.
///
/// Rounding to nearest even appears everywhere in one shape. To drop the low `d >= 1` bits of `x`:
///
///     (x + 2^(d-1) - [bit d of x is 0]) >> d
///
/// Adding half rounds up at and above the middle; taking one away when the kept part is even lets the exact middle fall
/// back, and nothing else, because only there is the sum a multiple of 2^d.
///
/// A rounded significand is joined to its exponent by addition, `((e - 1) << 23) + m`: the hidden bit of `m` raises the
/// field to `e`, a subnormal leaves it at 0, and a significand that rounded up to 2^24 carries into the next exponent,
/// up to and including infinity.
library Float32 {
    uint256 internal constant NAN = 0x7fc00000;
    uint256 internal constant INFINITY = 0x7f800000;
    uint256 internal constant ONE = 0x3f800000;
    uint256 private constant SIGN = 0x80000000;
    uint256 private constant MAGNITUDE = 0x7fffffff;

    /// @return 1 or 0 as a bool: whether `a` is any NaN.
    function isNaN(uint256 a) internal pure returns (bool) {
        return a & MAGNITUDE > INFINITY;
    }

    /// @return `a`, or `NAN` when it is any NaN: the form in which values are stored.
    function canonical(uint256 a) internal pure returns (uint256) {
        return isNaN(a) ? NAN : a;
    }

    function neg(uint256 a) internal pure returns (uint256) {
        return a ^ SIGN;
    }

    function abs(uint256 a) internal pure returns (uint256) {
        return a & MAGNITUDE;
    }

    /// @return r round(a + b). A sum of opposite values is +0; only (-0) + (-0) is -0.
    function add(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            // The larger magnitude first: its sign is the sum's, and it is the NaN or the infinity if there is one.
            r := mul(xor(a, b), lt(and(a, 0x7fffffff), and(b, 0x7fffffff)))
            a := xor(a, r)
            b := xor(b, r)
            let ea := and(shr(23, a), 0xff)
            switch eq(ea, 255)
            case 0 {
                // Significands with 64 spare bits below; exponent field 0 means exponent 1 without hidden bit.
                let eb := and(shr(23, b), 0xff)
                let x := shl(64, or(and(a, 0x7fffff), shl(23, gt(ea, 0))))
                let y := shl(64, or(and(b, 0x7fffff), shl(23, gt(eb, 0))))
                ea := or(ea, iszero(ea))
                // Bits of y fall off only when it is under 2^-40 of the last place of x, where neither they nor what is
                // left of y can move the result.
                y := shr(sub(ea, or(eb, iszero(eb))), y)
                x := add(x, mul(y, sub(1, and(shr(30, xor(a, b)), 2))))
                switch x
                case 0 {
                    r := and(and(a, b), 0x80000000)
                }
                default {
                    // d bits to drop: 24 remain, but the last place never goes below that of exponent 1. Two exponents
                    // apart or more, x keeps its bit 85; closer, its lowest set bit is 63 or above: d is positive.
                    let d := sub(232, clz(x))
                    let least := sub(65, ea)
                    if slt(d, least) {
                        d := least
                    }
                    r := add(
                        shr(d, sub(add(x, shl(sub(d, 1), 1)), iszero(and(x, shl(d, 1))))),
                        shl(23, sub(d, least))
                    )
                    if gt(r, 0x7f800000) {
                        r := 0x7f800000
                    }
                    r := or(r, and(a, 0x80000000))
                }
            }
            default {
                // a is infinite or NaN: it is the answer, unless b is the opposite infinity.
                r := a
                if or(gt(and(a, 0x7fffffff), 0x7f800000), eq(xor(a, b), 0x80000000)) {
                    r := 0x7fc00000
                }
            }
        }
    }

    /// @return round(a - b)
    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        return add(a, b ^ SIGN);
    }

    /// @return r round(a * b)
    function mul(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            let ea := and(shr(23, a), 0xff)
            let eb := and(shr(23, b), 0xff)
            r := and(xor(a, b), 0x80000000)
            switch and(or(add(ea, 1), add(eb, 1)), 0x100)
            case 0 {
                // The exact product of the significands with 64 spare bits below; it is 0 or has 65 to 112 bits.
                let p := mul(
                    or(and(a, 0x7fffff), shl(23, gt(ea, 0))),
                    shl(64, or(and(b, 0x7fffff), shl(23, gt(eb, 0))))
                )
                if p {
                    // p * 2^(ea + eb - 364), exponent field 0 counting as 1: at least as many bits go as leave 2^-149.
                    let least := sub(sub(215, or(ea, iszero(ea))), or(eb, iszero(eb)))
                    let d := sub(232, clz(p))
                    if slt(d, least) {
                        d := least
                    }
                    p := add(
                        shr(d, sub(add(p, shl(sub(d, 1), 1)), iszero(and(p, shl(d, 1))))),
                        shl(23, sub(d, least))
                    )
                    if gt(p, 0x7f800000) {
                        p := 0x7f800000
                    }
                    r := or(r, p)
                }
            }
            default {
                a := and(a, 0x7fffffff)
                b := and(b, 0x7fffffff)
                r := or(r, 0x7f800000)
                // NaN, or infinity times zero.
                if or(or(gt(a, 0x7f800000), gt(b, 0x7f800000)), or(iszero(a), iszero(b))) {
                    r := 0x7fc00000
                }
            }
        }
    }

    /// @return r round(a / b); x / 0 is infinite, 0 / 0 and infinity / infinity are NaN.
    function div(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            let ea := and(shr(23, a), 0xff)
            let eb := and(shr(23, b), 0xff)
            r := and(xor(a, b), 0x80000000)
            a := and(a, 0x7fffffff)
            b := and(b, 0x7fffffff)
            switch or(or(iszero(a), iszero(b)), and(or(add(ea, 1), add(eb, 1)), 0x100))
            case 0 {
                // Both significands to 24 bits; a subnormal's exponent goes to 0 and below. a = x * 2^(ea - 150).
                let x := or(and(a, 0x7fffff), shl(23, gt(ea, 0)))
                let y := or(and(b, 0x7fffff), shl(23, gt(eb, 0)))
                let c := sub(clz(x), 232)
                x := shl(c, x)
                ea := sub(or(ea, iszero(ea)), c)
                c := sub(clz(y), 232)
                y := shl(c, y)
                eb := sub(or(eb, iszero(eb)), c)
                // 26 bits of quotient and one that says whether a remainder is left, so that a middle is only seen where it
                // is exact. x < y needs one shift more and one exponent less.
                c := lt(x, y)
                x := shl(add(25, c), x)
                let q := or(shl(1, div(x, y)), gt(mod(x, y), 0))
                // Three bits to drop give exponent field e; more where that is not positive.
                let e := sub(add(sub(ea, eb), 127), c)
                let d := 3
                if slt(e, 1) {
                    d := sub(4, e)
                    e := 1
                }
                q := add(
                    shr(d, sub(add(q, shl(sub(d, 1), 1)), iszero(and(q, shl(d, 1))))),
                    shl(23, sub(e, 1))
                )
                if gt(q, 0x7f800000) {
                    q := 0x7f800000
                }
                r := or(r, q)
            }
            default {
                switch or(
                    or(gt(a, 0x7f800000), gt(b, 0x7f800000)),
                    and(eq(a, b), or(iszero(a), eq(a, 0x7f800000)))
                )
                case 0 {
                    // One operand is 0 or infinite, or one is each: infinite if a is infinite or b is 0, else 0.
                    r := or(r, mul(0x7f800000, or(eq(a, 0x7f800000), iszero(b))))
                }
                default {
                    r := 0x7fc00000
                }
            }
        }
    }

    /// @return r round(sqrt(a)); sqrt(-0) = -0, and NaN below it.
    function sqrt(uint256 a) internal pure returns (uint256 r) {
        unchecked {
            if (a & MAGNITUDE == 0 || a == INFINITY) return a;
            if (a > INFINITY) return NAN;
        }
        assembly ("memory-safe") {
            let m := and(a, 0x7fffff)
            let e := shr(23, a)
            switch e
            case 0 {
                // Subnormal: normalise, the exponent goes to 0 and below.
                let c := sub(clz(m), 232)
                m := shl(c, m)
                e := sub(1, c)
            }
            default {
                m := or(m, 0x800000)
            }
            // a = v * 2^(e - 150 - s) with an even exponent and v in [2^48, 2^50): the root has 25 bits, one too many.
            let s := sub(26, and(e, 1))
            let v := shl(s, m)
            // First guess: the line that errs least over [1, 4), by 4.2 %. Each Newton step squares and halves the error:
            // 9e-4, 4e-7, 8e-14, which is under 2^-18 of a unit. An integer Newton step never ends below floor(sqrt(v)),
            // so the result is that or one more.
            let g := add(div(v, 0x3000000), 0xb55555)
            g := shr(1, add(g, div(v, g)))
            g := shr(1, add(g, div(v, g)))
            g := shr(1, add(g, div(v, g)))
            g := sub(g, gt(mul(g, g), v))
            // No exact middles: v is even, the square of an odd root is not. Half up is nearest.
            r := add(shr(1, add(g, 1)), shl(23, shr(1, sub(add(e, 150), s))))
        }
    }

    /// @return r IEEE 754-2019 minimum: a NaN wins, -0 < +0.
    function min(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            let x := and(a, 0x7fffffff)
            let y := and(b, 0x7fffffff)
            r := 0x7fc00000
            if iszero(or(gt(x, 0x7f800000), gt(y, 0x7f800000))) {
                // Magnitudes, the negative ones complemented: ordered as signed words, -0 = -1 below +0 = 0.
                x := xor(x, sub(0, shr(31, a)))
                y := xor(y, sub(0, shr(31, b)))
                r := xor(b, mul(xor(a, b), slt(x, y)))
            }
        }
    }

    /// @return r IEEE 754-2019 maximum: a NaN wins, -0 < +0.
    function max(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            let x := and(a, 0x7fffffff)
            let y := and(b, 0x7fffffff)
            r := 0x7fc00000
            if iszero(or(gt(x, 0x7f800000), gt(y, 0x7f800000))) {
                x := xor(x, sub(0, shr(31, a)))
                y := xor(y, sub(0, shr(31, b)))
                r := xor(b, mul(xor(a, b), sgt(x, y)))
            }
        }
    }

    /// @return r 1 iff a = b; -0 = +0, NaN equals nothing.
    function eq(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            // Equal bits that are not a NaN, or two zeros.
            r := or(and(eq(a, b), lt(and(a, 0x7fffffff), 0x7f800001)), iszero(and(or(a, b), 0x7fffffff)))
        }
    }

    /// @return r 1 iff a < b; 0 for any NaN.
    function lt(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            let x := and(a, 0x7fffffff)
            let y := and(b, 0x7fffffff)
            let ordered := and(lt(x, 0x7f800001), lt(y, 0x7f800001))
            // Magnitudes with their signs as integers: both zeros are 0.
            x := mul(x, sub(1, and(shr(30, a), 2)))
            y := mul(y, sub(1, and(shr(30, b), 2)))
            r := and(ordered, slt(x, y))
        }
    }

    /// @return r 1 iff a <= b; 0 for any NaN.
    function le(uint256 a, uint256 b) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            let x := and(a, 0x7fffffff)
            let y := and(b, 0x7fffffff)
            let ordered := and(lt(x, 0x7f800001), lt(y, 0x7f800001))
            x := mul(x, sub(1, and(shr(30, a), 2)))
            y := mul(y, sub(1, and(shr(30, b), 2)))
            r := and(ordered, iszero(sgt(x, y)))
        }
    }

    /// @return The largest integer not above `a`; the sign of a zero is kept.
    function floor(uint256 a) internal pure returns (uint256) {
        return _towards(a, a >> 31);
    }

    /// @return The smallest integer not below `a`; above -1 and below 0 it is -0.
    function ceil(uint256 a) internal pure returns (uint256) {
        return _towards(a, (a >> 31) ^ 1);
    }

    /// @return The integer nearest to zero from `a`, with its sign.
    function trunc(uint256 a) internal pure returns (uint256) {
        return _towards(a, 0);
    }

    /// @return The nearest integer, ties to even; the sign of a zero is kept.
    function rint(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            if (e > 149) return canonical(a);
            if (e < 127) return (a & SIGN) | (a & MAGNITUDE > 0x3f000000 ? ONE : 0);
            // Bit 150 - e is the unit. At e = 127 that is the last bit of the exponent field, 1 as the hidden bit is.
            uint256 unit = 1 << (150 - e);
            uint256 even = a & unit == 0 ? 1 : 0;
            return (a + (unit >> 1) - even) & ~(unit - 1);
        }
    }

    /// @param x i32 in the low 32 bits, two's complement; higher bits are ignored.
    /// @return r The nearest binary32, ties to even.
    function fromInt32(uint256 x) internal pure returns (uint256 r) {
        assembly ("memory-safe") {
            x := signextend(3, x)
            if x {
                let sign := sar(255, x)
                // Shifted up, so that there are always bits to drop: 32 for an integer of 24 bits, exponent field 150.
                x := shl(32, sub(xor(x, sign), sign))
                let d := sub(232, clz(x))
                r := add(
                    shr(d, sub(add(x, shl(sub(d, 1), 1)), iszero(and(x, shl(d, 1))))),
                    shl(23, add(d, 117))
                )
                r := or(r, and(sign, 0x80000000))
            }
        }
    }

    /// @return `a` truncated to i32 in the low 32 bits; out of range saturates, NaN gives 0.
    function toInt32(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            if (e < 127) return 0;
            bool negative = a >> 31 != 0;
            if (e > 157)
                return
                    isNaN(a)
                        ? 0
                        : negative
                            ? 0x80000000
                            : 0x7fffffff;
            // m < 2^24 at 2^(e - 150): 24 bits of room above keep the integer part, at most 31 bits.
            uint256 magnitude = (((a & 0x7fffff) | 0x800000) << (e - 126)) >> 24;
            return negative ? 0x100000000 - magnitude : magnitude;
        }
    }

    /// @dev Drops the fraction of `a`, moving away from zero if there is one and `away` is 1.
    function _towards(uint256 a, uint256 away) private pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            if (e > 149) return canonical(a);
            if (e < 127) return (a & SIGN) | (away == 1 && a & MAGNITUDE != 0 ? ONE : 0);
            // Adding the fraction's mask carries into the integer part, and on into the exponent, unless the fraction is 0.
            uint256 mask = (1 << (150 - e)) - 1;
            return (a + mask * away) & ~mask;
        }
    }
}
