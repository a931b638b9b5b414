// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Binary32 arithmetic without assembly and without tricks
/// @notice Tests only: the plain twin of `Float32` and of the runs. Loops, branches and checked arithmetic.
library PlainFloat32 {
    uint256 internal constant NAN = 0x7fc00000;

    /// @dev A finite value is (-1)^negative * m * 2^e.
    struct Parts {
        bool nan;
        bool infinite;
        bool negative;
        uint256 m;
        int256 e;
    }

    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        Parts memory x = _parts(a);
        Parts memory y = _parts(b);
        if (x.nan || y.nan) return NAN;
        if (x.infinite && y.infinite) return x.negative == y.negative ? a : NAN;
        if (x.infinite) return a;
        if (y.infinite) return b;
        if (x.m == 0 && y.m == 0) return x.negative && y.negative ? 0x80000000 : 0;
        if (x.m == 0) return b;
        if (y.m == 0) return a;
        if (x.e < y.e) (x, y) = (y, x);
        // So far below that only its sign and not being 0 can matter.
        if (x.e - y.e > 100) (y.m, y.e) = (1, x.e - 100);
        int256 p = int256(x.m << uint256(x.e - y.e));
        int256 q = int256(y.m);
        int256 sum = (x.negative ? -p : p) + (y.negative ? -q : q);
        return sum < 0 ? _nearest(true, uint256(-sum), y.e) : _nearest(false, uint256(sum), y.e);
    }

    function mul(uint256 a, uint256 b) internal pure returns (uint256) {
        Parts memory x = _parts(a);
        Parts memory y = _parts(b);
        bool negative = x.negative != y.negative;
        if (x.nan || y.nan) return NAN;
        if (x.infinite || y.infinite) {
            if ((!x.infinite && x.m == 0) || (!y.infinite && y.m == 0)) return NAN;
            return _infinity(negative);
        }
        return _nearest(negative, x.m * y.m, x.e + y.e);
    }

    function div(uint256 a, uint256 b) internal pure returns (uint256) {
        Parts memory x = _parts(a);
        Parts memory y = _parts(b);
        bool negative = x.negative != y.negative;
        if (x.nan || y.nan || (x.infinite && y.infinite)) return NAN;
        if (x.infinite) return _infinity(negative);
        if (y.infinite) return _nearest(negative, 0, 0);
        if (y.m == 0) return x.m == 0 ? NAN : _infinity(negative);
        uint256 quotient = ((x.m << 80) / y.m) * 2;
        if ((x.m << 80) % y.m != 0) quotient += 1;
        return _nearest(negative, quotient, x.e - y.e - 81);
    }

    function sqrt(uint256 a) internal pure returns (uint256) {
        Parts memory x = _parts(a);
        if (x.nan) return NAN;
        if (!x.infinite && x.m == 0) return a;
        if (x.negative) return NAN;
        if (x.infinite) return a;
        uint256 v = x.m << 60;
        int256 e = x.e - 60;
        if (e % 2 != 0) {
            v *= 2;
            e -= 1;
        }
        // The root by bisection.
        uint256 low = 0;
        uint256 high = 1 << 43;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (middle * middle <= v) low = middle;
            else high = middle;
        }
        return _nearest(false, low * low == v ? 2 * low : 2 * low + 1, e / 2 - 1);
    }

    /// @return 1 iff a < b.
    function lt(uint256 a, uint256 b) internal pure returns (uint256) {
        Parts memory x = _parts(a);
        Parts memory y = _parts(b);
        if (x.nan || y.nan) return 0;
        int256 p = int256(a & 0x7fffffff);
        int256 q = int256(b & 0x7fffffff);
        return (x.negative ? -p : p) < (y.negative ? -q : q) ? 1 : 0;
    }

    /// @return acc after adding n products of little-endian values at calldata offsets `pa` and `pb`, one by one.
    function dot(
        uint256 acc,
        bytes calldata data,
        uint256 pa,
        uint256 pb,
        uint256 n
    ) internal pure returns (uint256) {
        for (uint256 i = 0; i < n; ++i) acc = add(acc, mul(_at(data, pa + 4 * i), _at(data, pb + 4 * i)));
        return acc;
    }

    /// @return The exact wrapping i32 sum of products of bytes.
    function integerDot(
        bytes calldata data,
        uint256 n,
        bool signedA,
        bool signedB
    ) internal pure returns (uint256) {
        int256 total = 0;
        for (uint256 i = 0; i < n; ++i) {
            int256 x = signedA ? int256(int8(uint8(data[i]))) : int256(uint256(uint8(data[i])));
            int256 y = signedB ? int256(int8(uint8(data[n + i]))) : int256(uint256(uint8(data[n + i])));
            total += x * y;
        }
        return uint256(total) & 0xffffffff;
    }

    function _at(bytes calldata data, uint256 p) private pure returns (uint256) {
        return
            uint256(uint8(data[p])) |
            (uint256(uint8(data[p + 1])) << 8) |
            (uint256(uint8(data[p + 2])) << 16) |
            (uint256(uint8(data[p + 3])) << 24);
    }

    function _parts(uint256 a) private pure returns (Parts memory x) {
        uint256 field = (a >> 23) & 0xff;
        x.negative = a >> 31 == 1;
        x.m = a & 0x7fffff;
        if (field == 255) {
            x.nan = x.m != 0;
            x.infinite = x.m == 0;
        } else if (field == 0) {
            x.e = -149;
        } else {
            x.m += 0x800000;
            x.e = int256(field) - 150;
        }
    }

    function _infinity(bool negative) private pure returns (uint256) {
        return negative ? 0xff800000 : 0x7f800000;
    }

    /// @return r The binary32 nearest to m * 2^e.
    function _nearest(bool negative, uint256 m, int256 e) private pure returns (uint256 r) {
        uint256 length = 0;
        while (m >> length != 0) length += 1;
        // The place of the last bit kept.
        int256 last = e + int256(length) - 24;
        if (last < -149) last = -149;
        if (last <= e) {
            m <<= uint256(e - last);
        } else if (last - e > int256(length)) {
            m = 0;
        } else {
            uint256 d = uint256(last - e);
            uint256 rest = m & ((1 << d) - 1);
            uint256 half = 1 << (d - 1);
            m >>= d;
            if (rest > half || (rest == half && m % 2 == 1)) m += 1;
        }
        if (m == 0x1000000) (m, last) = (0x800000, last + 1);
        if (m < 0x800000) r = m;
        else if (last + 150 >= 255) r = 0x7f800000;
        else r = (uint256(last + 150) << 23) + (m - 0x800000);
        if (negative) r += 0x80000000;
    }
}
