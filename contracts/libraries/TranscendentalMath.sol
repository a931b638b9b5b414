// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {
    LN2_Q100,
    LN2_Q96,
    ONE_OVER_LN2_Q96,
    TWO_OVER_PI_HIGH,
    TWO_OVER_PI_LOW,
    TranscendentalPolynomials as Polynomials
} from "./TranscendentalPolynomials.sol";

/// @title EXP, LOG, TANH, ERF, SIN and COS on binary32, correctly rounded.
/// @notice Every function takes the bits of a binary32 value (below 2^32, which nobody checks here) and returns the bits
/// of the binary32 nearest to the true value; NaN is 0x7fc00000. Total: no argument reverts.
/// @dev Signed fixed point throughout; Qn is a number times 2^n. Each function approximates the true value with a
/// relative error smaller than the smallest relative distance of any of its values to a rounding boundary, so that
/// rounding the approximation is rounding the value; ties cannot occur. The bounds, next to the distances that an
/// exhaustive run established: docs/spec/transcendental.md.
/// `unchecked` everywhere: the range of every product stands beside it; quotients have positive divisors.
library TranscendentalMath {
    uint256 private constant NAN = 0x7fc00000;
    uint256 private constant INFINITY = 0x7f800000;
    uint256 private constant ONE = 0x3f800000;
    uint256 private constant SIGN = 0x80000000;

    /// @notice e^x. @param bits binary32 @return binary32
    function exp(uint256 bits) internal pure returns (uint256) {
        unchecked {
            uint256 field = (bits >> 23) & 0xff;
            // Not 102 <= field <= 133, in one comparison.
            if (field - 102 > 31) {
                // |x| < 2^-25 is too near to zero to leave 1; |x| >= 128 is beyond every result.
                if (field < 102) return ONE;
                if (bits & 0x7fffffff > INFINITY) return NAN;
                return bits < SIGN ? INFINITY : 0;
            }
            int256 x = int256(((bits & 0x7fffff) | 0x800000) << (field - 54)); // Q96, < 2^103
            if (bits >= SIGN) x = -x;
            (int256 k, int256 even, int256 odd) = exponential(x);
            // e^x = 2^k * quotient, 0.7 < quotient < 1.42.
            uint256 result = _roundGradually(
                (uint256(even + odd) << 100) / uint256(even - odd),
                uint256(100 - k)
            );
            return result > INFINITY ? INFINITY : result;
        }
    }

    /// @notice The natural logarithm. @param bits binary32 @return binary32
    function log(uint256 bits) internal pure returns (uint256) {
        unchecked {
            // Zero, infinity, negative numbers, NaN: not 0 < bits < INFINITY, in one comparison.
            if (bits - 1 >= INFINITY - 1) {
                if (bits == INFINITY) return INFINITY;
                return bits & 0x7fffffff == 0 ? 0xff800000 : NAN;
            }
            if (bits == ONE) return 0;
            int256 e = int256(bits >> 23);
            uint256 m = bits & 0x7fffff;
            if (e == 0) {
                uint256 shift = _leadingZeros(m) - 232;
                m <<= shift;
                e = 1 - int256(shift);
            } else {
                m |= 0x800000;
            }
            // x = m / unit * 2^e with m / unit in [sqrt(1/2), sqrt 2]; ln(m / unit) = 2 atanh(s), |s| < 0.1716.
            uint256 unit = 0x800000;
            e -= 127;
            if (m > 0xb504f3) {
                unit = 0x1000000;
                e += 1;
            }
            int256 s = (int256(m - unit) << 100) / int256(m + unit); // Q100
            int256 value = e * LN2_Q100 + ((s * Polynomials.log((s * s) >> 100)) >> 100);
            return value < 0 ? SIGN | _round(uint256(-value), 100) : _round(uint256(value), 100);
        }
    }

    /// @notice The hyperbolic tangent. @param bits binary32 @return binary32
    function tanh(uint256 bits) internal pure returns (uint256) {
        unchecked {
            uint256 magnitude = bits & 0x7fffffff;
            // |x| < 2^-12: x^3 / 3 is less than |x| / 2^25, half of the least distance between neighbours.
            if (magnitude < 0x39800000) return bits;
            uint256 sign = bits & SIGN;
            // |x| >= 9.5: 1 - tanh 9.5 < 2^-26.
            if (magnitude >= 0x41180000) return magnitude > INFINITY ? NAN : sign | ONE;
            // e^2x = 2^k * (even + odd) / (even - odd), 0 <= k <= 28, even and odd below 2^117.
            (int256 k, int256 even, int256 odd) = exponential(
                int256(((magnitude & 0x7fffff) | 0x800000) << ((magnitude >> 23) - 53))
            );
            uint256 numerator = uint256(even + odd) << uint256(k);
            uint256 denominator = uint256(even - odd);
            return sign | _round(((numerator - denominator) << 100) / (numerator + denominator), 100);
        }
    }

    /// @notice The error function. @param bits binary32 @return binary32
    function erf(uint256 bits) internal pure returns (uint256) {
        unchecked {
            uint256 magnitude = bits & 0x7fffffff;
            uint256 sign = bits & SIGN;
            // |x| >= 4: 1 - erf 4 < 2^-25.
            if (magnitude >= 0x40800000) return magnitude > INFINITY ? NAN : sign | ONE;
            uint256 field = magnitude >> 23;
            uint256 m = magnitude & 0x7fffff;
            if (field < 125) {
                if (magnitude == 0) return bits;
                if (field == 0) field = 1;
                else m |= 0x800000;
                // |x| = m * 2^(field - 150) < 1/4; its square in Q100 vanishes for most of the range.
                uint256 z = ((m * m) << 48) >> (2 * (124 - field));
                return sign | _roundGradually(m * uint256(Polynomials.erfNearZero(int256(z))), 250 - field);
            }
            uint256 x = (m | 0x800000) << (field - 125); // Q25, in [1/4, 4)
            uint256 piece = x >> 23;
            int256 t = int256(x) - int256((2 * piece + 1) << 22);
            return sign | _round(uint256(Polynomials.erf(piece, t)), 189);
        }
    }

    /// @notice The sine of an angle in radians. @param bits binary32 @return binary32
    function sin(uint256 bits) internal pure returns (uint256) {
        unchecked {
            uint256 magnitude = bits & 0x7fffffff;
            // |x| < 2^-12: x^3 / 6 is less than |x| / 2^25, half of the least distance between neighbours.
            if (magnitude < 0x39800000) return bits;
            if (magnitude >= INFINITY) return NAN;
            return (bits & SIGN) ^ _sine(magnitude, 0);
        }
    }

    /// @notice The cosine of an angle in radians. @param bits binary32 @return binary32
    function cos(uint256 bits) internal pure returns (uint256) {
        unchecked {
            uint256 magnitude = bits & 0x7fffffff;
            // |x| < 2^-12: 1 - cos x < 2^-25.
            if (magnitude < 0x39800000) return ONE;
            if (magnitude >= INFINITY) return NAN;
            return _sine(magnitude, 1);
        }
    }

    /// @dev e^x = 2^k * (even + odd) / (even - odd).
    /// The quotient is the Padé approximant of order [6/6] of e^r, r = x - k ln 2, |r| < 0.3467: its coefficients are
    /// integers, and both halves of the fraction share their even and odd parts.
    /// @param x Q96, |x| < 2^103 @return k @return even Q96, below 2^117 @return odd Q96, |odd| below 2^115
    function exponential(int256 x) internal pure returns (int256 k, int256 even, int256 odd) {
        unchecked {
            // Adding one half (Q192) before cutting off rounds to the nearest k.
            k = (x * ONE_OVER_LN2_Q96 + (1 << 191)) >> 192;
            int256 r = x - k * LN2_Q96;
            int256 z = (r * r) >> 96;
            even = ((z + (840 << 96)) * z) >> 96;
            even = (((even + (75600 << 96)) * z) >> 96) + (665280 << 96);
            odd = ((z + (240 << 96)) * z) >> 96;
            odd = ((odd + (7920 << 96)) * 42 * r) >> 96;
        }
    }

    /// @dev sin(x + quarters * pi/2) for x >= 2^-12. Multiplied modulo 2^256, the significand and 2/pi (in Q254, its
    /// binary point moved by the exponent) leave the angle in quarter turns modulo 4: whole turns overflow away.
    /// What 2/pi lacks behind 2^-254 is less than one unit, times the significand less than 2^-230.
    /// @param magnitude bits of x @param quarters 0 for sin, 1 for cos
    function _sine(uint256 magnitude, uint256 quarters) private pure returns (uint256) {
        unchecked {
            uint256 shift = (magnitude >> 23) - 115; // 0 for x = 2^-12 * 1.f, at most 139
            uint256 angle =
                ((magnitude & 0x7fffff) | 0x800000) *
                    ((TWO_OVER_PI_HIGH << shift) | (TWO_OVER_PI_LOW >> (256 - shift)));
            // The nearest quarter, and what is left of the angle, in [-1/2, 1/2): Q256 first, then Q120.
            uint256 quadrant = ((angle + (1 << 253)) >> 254) + quarters;
            int256 f = int256(angle << 2) >> 136;
            int256 z = (f * f) >> 120;
            uint256 sign = (quadrant & 2) << 30;
            if (quadrant & 1 != 0) return sign | _round(uint256(Polynomials.cosine(z)), 120);
            int256 value = f * Polynomials.sine(z);
            // sin is odd in f. Q240, |value| < 2^240.
            return
                value < 0 ? (SIGN ^ sign) | _round(uint256(-value), 240) : sign | _round(uint256(value), 240);
        }
    }

    /// @dev The binary32 nearest to value / 2^scale, which must be positive and in the range of the normal numbers.
    /// Halves round up, which no caller can tell from ties to even.
    function _round(uint256 value, uint256 scale) private pure returns (uint256) {
        unchecked {
            uint256 length = 256 - _leadingZeros(value);
            // 25 bits, of which the last decides. The hidden bit adds the 1 that the exponent lacks; a carry adds another.
            return ((length + 125 - scale) << 23) + (((value >> (length - 25)) + 1) >> 1);
        }
    }

    /// @dev As `_round`, but a result below the normal numbers keeps fewer bits, down to none.
    /// @param scale modulo 2^256: below zero for values above 2^256
    function _roundGradually(uint256 value, uint256 scale) private pure returns (uint256) {
        unchecked {
            uint256 length = 256 - _leadingZeros(value);
            int256 exponent = int256(length + 125 - scale);
            uint256 cut = length - 25;
            if (exponent < 0) {
                cut += uint256(-exponent);
                exponent = 0;
            }
            return (uint256(exponent) << 23) + (((value >> cut) + 1) >> 1);
        }
    }

    /// @dev Zero bits above the highest one; 256 for zero.
    function _leadingZeros(uint256 value) private pure returns (uint256 count) {
        assembly ("memory-safe") {
            count := clz(value)
        }
    }
}
