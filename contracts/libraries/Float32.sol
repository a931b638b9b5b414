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
    uint256 private constant WORD = 0xffffffff;

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
            let ea := and(shr(23, a), 0xff)
            let eb := and(shr(23, b), 0xff)
            switch and(or(add(ea, 1), add(eb, 1)), 0x100)
            case 0 {
                // Signed significands with 64 spare bits below; exponent field 0 means exponent 1 without hidden bit.
                let x := shl(64, or(and(a, 0x7fffff), shl(23, gt(ea, 0))))
                let y := shl(64, or(and(b, 0x7fffff), shl(23, gt(eb, 0))))
                x := mul(x, sub(1, and(shr(30, a), 2)))
                y := mul(y, sub(1, and(shr(30, b), 2)))
                ea := or(ea, iszero(ea))
                eb := or(eb, iszero(eb))
                // Align to the larger exponent. Bits fall off only when the exponents differ by more than 64; then the
                // smaller value is under 2^-40 of the last place of the larger and its floor, 0 or -1, rounds alike.
                let e := xor(ea, mul(xor(ea, eb), lt(ea, eb)))
                x := add(sar(sub(e, ea), x), sar(sub(e, eb), y))
                switch x
                case 0 {
                    r := and(and(a, b), 0x80000000)
                }
                default {
                    y := sar(255, x)
                    x := sub(xor(x, y), y)
                    // d bits to drop: 24 remain, but the last place never goes below that of exponent 1.
                    let d := sub(232, clz(x))
                    let least := sub(65, e)
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
                    r := or(r, and(y, 0x80000000))
                }
            }
            default {
                r := 0x7fc00000
                if iszero(or(gt(and(a, 0x7fffffff), 0x7f800000), gt(and(b, 0x7fffffff), 0x7f800000))) {
                    switch eq(ea, 255)
                    case 0 {
                        r := b
                    }
                    default {
                        // a is infinite: the answer, unless b is the opposite infinity.
                        if or(lt(eb, 255), eq(a, b)) {
                            r := a
                        }
                    }
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
        bool done;
        assembly ("memory-safe") {
            let ea := and(shr(23, a), 0xff)
            let eb := and(shr(23, b), 0xff)
            if and(lt(sub(ea, 1), 254), lt(sub(eb, 1), 254)) {
                // Normal times normal: 47 or 48 bits, d = 23 or 24 of them to drop.
                let p := mul(or(and(a, 0x7fffff), 0x800000), or(and(b, 0x7fffff), 0x800000))
                let d := add(23, shr(47, p))
                let e := sub(add(add(ea, eb), d), 151)
                if lt(e, 254) {
                    done := 1
                    r := add(shl(23, e), shr(d, sub(add(p, shl(sub(d, 1), 1)), iszero(and(p, shl(d, 1))))))
                    r := or(and(xor(a, b), 0x80000000), r)
                }
            }
        }
        return done ? r : _mulSlow(a, b);
    }

    /// @return r round(a / b); x / 0 is infinite, 0 / 0 and infinity / infinity are NaN.
    function div(uint256 a, uint256 b) internal pure returns (uint256 r) {
        bool done;
        assembly ("memory-safe") {
            let ea := and(shr(23, a), 0xff)
            let eb := and(shr(23, b), 0xff)
            if and(lt(sub(ea, 1), 254), lt(sub(eb, 1), 254)) {
                let x := or(and(a, 0x7fffff), 0x800000)
                let y := or(and(b, 0x7fffff), 0x800000)
                let t := lt(x, y)
                let e := sub(add(ea, 126), add(eb, t))
                if lt(e, 254) {
                    done := 1
                    // 25 bits of quotient, one too many. There are no exact middles: an odd 25-bit q with q * y = x * 2^k
                    // would divide x < 2^24. So half up is nearest, whatever the remainder.
                    r := add(shl(23, e), shr(1, add(1, div(shl(add(24, t), x), y))))
                    r := or(and(xor(a, b), 0x80000000), r)
                }
            }
        }
        return done ? r : _divSlow(a, b);
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

    /// @return IEEE 754-2019 minimum: a NaN wins, -0 < +0.
    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNaN(a) || isNaN(b)) return NAN;
        return _key(a) < _key(b) ? a : b;
    }

    /// @return IEEE 754-2019 maximum: a NaN wins, -0 < +0.
    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNaN(a) || isNaN(b)) return NAN;
        return _key(a) < _key(b) ? b : a;
    }

    /// @return 1 iff a = b; -0 = +0, NaN equals nothing.
    function eq(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNaN(a) || isNaN(b)) return 0;
        return a == b || (a | b) & MAGNITUDE == 0 ? 1 : 0;
    }

    /// @return 1 iff a < b; 0 for any NaN.
    function lt(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNaN(a) || isNaN(b) || (a | b) & MAGNITUDE == 0) return 0;
        return _key(a) < _key(b) ? 1 : 0;
    }

    /// @return 1 iff a <= b; 0 for any NaN.
    function le(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNaN(a) || isNaN(b)) return 0;
        return _key(a) <= _key(b) || (a | b) & MAGNITUDE == 0 ? 1 : 0;
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
    /// @return The nearest binary32, ties to even.
    function fromInt32(uint256 x) internal pure returns (uint256) {
        unchecked {
            x &= WORD;
            return x >> 31 == 0 ? _round(0, x, 0) : _round(SIGN, 0x100000000 - x, 0);
        }
    }

    /// @return `a` truncated to i32 in the low 32 bits; out of range saturates, NaN gives 0.
    function toInt32(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            if (e < 127) return 0;
            bool negative = a >> 31 != 0;
            if (e > 157) return isNaN(a) ? 0 : negative ? 0x80000000 : 0x7fffffff;
            // m < 2^24 at 2^(e - 150): 24 bits of room above keep the integer part, at most 31 bits.
            uint256 magnitude = (((a & 0x7fffff) | 0x800000) << (e - 126)) >> 24;
            return negative ? 0x100000000 - magnitude : magnitude;
        }
    }

    /// @dev Exact for every pair of operands.
    function _mulSlow(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            uint256 sign = (a ^ b) & SIGN;
            if (isNaN(a) || isNaN(b)) return NAN;
            uint256 x = a & MAGNITUDE;
            uint256 y = b & MAGNITUDE;
            if (x == INFINITY || y == INFINITY) return x == 0 || y == 0 ? NAN : sign | INFINITY;
            if (x == 0 || y == 0) return sign;
            (uint256 m, uint256 e) = _finite(x);
            (uint256 n, uint256 f) = _finite(y);
            return _round(sign, m * n, int256(e + f) - 300);
        }
    }

    /// @dev Exact for every pair of operands.
    function _divSlow(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            uint256 sign = (a ^ b) & SIGN;
            if (isNaN(a) || isNaN(b)) return NAN;
            uint256 x = a & MAGNITUDE;
            uint256 y = b & MAGNITUDE;
            if (x == INFINITY) return y == INFINITY ? NAN : sign | INFINITY;
            if (y == 0) return x == 0 ? NAN : sign | INFINITY;
            if (x == 0 || y == INFINITY) return sign;
            (uint256 m, uint256 e) = _finite(x);
            (uint256 n, uint256 f) = _finite(y);
            // At least 2^76 / 2^24 bits of quotient; a remainder is kept as one more bit, so a middle is only seen
            // where it is exact.
            m <<= 76;
            uint256 quotient = (m / n) << 1;
            if (m % n != 0) quotient |= 1;
            return _round(sign, quotient, int256(e) - int256(f) - 77);
        }
    }

    /// @return m Significand, `magnitude` = m * 2^(e - 150).
    /// @return e Exponent, 1..254.
    function _finite(uint256 magnitude) private pure returns (uint256 m, uint256 e) {
        unchecked {
            e = magnitude >> 23;
            m = magnitude & 0x7fffff;
            if (e == 0) e = 1;
            else m |= 0x800000;
        }
    }

    /// @dev The slow exit of everything: the binary32 nearest to `magnitude * 2^e`, magnitude < 2^255, with its sign.
    function _round(uint256 sign, uint256 magnitude, int256 e) private pure returns (uint256 r) {
        assembly ("memory-safe") {
            r := sign
            if magnitude {
                // Normalised to bit 254, 231 bits go and 24 stay; more go where the last place would be under 2^-149.
                // When all 255 go and then some, the shifts give 0.
                let c := sub(clz(magnitude), 1)
                let x := shl(c, magnitude)
                e := sub(e, c)
                let d := 231
                let least := sub(sub(0, 149), e)
                if slt(d, least) {
                    d := least
                }
                x := add(
                    shr(d, sub(add(x, shl(sub(d, 1), 1)), iszero(and(x, shl(d, 1))))),
                    shl(23, sub(d, least))
                )
                if gt(x, 0x7f800000) {
                    x := 0x7f800000
                }
                r := or(r, x)
            }
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

    /// @dev Order of binary32 as unsigned integers, -0 just below +0; no meaning for NaN.
    function _key(uint256 a) private pure returns (uint256) {
        unchecked {
            return a ^ (a >> 31 == 0 ? SIGN : WORD);
        }
    }
}
