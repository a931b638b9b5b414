// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @notice A sum whose terms halve with every half-life. Each term is grown to one reference time, the end of the era it
/// falls into, and what is kept are plain sums of integers: so the order of additions never shows, not in the last bit,
/// and a term that comes late counts as it would have in time.
struct DecayedSum {
    mapping(uint256 era => uint256 grown) eras;
}

using {add, valueAt} for DecayedSum global;

/// @dev A term has at most 136 bits (96 of wei, 40 of seconds), its growth 61 + 47: 12 bits are left to add them up in.
uint256 constant ERA_HALF_LIVES = 48;
/// @dev What is older has halved 96 times at least, and reads as nothing.
uint256 constant ERAS_READ = 3;
/// @dev ln 2 × 10^18, rounded down.
uint256 constant LN2_WAD = 693_147_180_559_945_309;

/// @param amount The term at `time`, < 2^136
/// @param time Unix seconds
/// @param halfLife Seconds, > 0, the same for the whole life of the sum
function add(DecayedSum storage sum, uint256 amount, uint40 time, uint40 halfLife) {
    (uint256 era, uint256 doublings, uint256 growth) = growthOf(time, halfLife);
    sum.eras[era] += amount * growth * (1 << doublings);
}

/// @param time Unix seconds, none of the terms is younger
/// @return The sum of `amount × 2^(-age / halfLife)`, to within 10^-17 of it and 1, in units of the amounts
function valueAt(DecayedSum storage sum, uint40 time, uint40 halfLife) view returns (uint256) {
    (uint256 era, uint256 halvings, uint256 growth) = growthOf(time, halfLife);
    uint256 grown = 0;
    for (uint256 read = 0; read < ERAS_READ && read <= era; ++read) {
        grown += sum.eras[era - read] >> halvings;
        halvings += ERA_HALF_LIVES;
    }
    return grown / growth;
}

/// @dev 2^(time / halfLife) in three parts: the era, whole half-lives in it (0..47), and the rest as a factor.
/// @return era
/// @return doublings
/// @return growth × 10^18, in [1, 2), off by less than 4 in the last place: up to 2 for the argument, rounded down, up to 2
/// for solady's `expWad` (test/properties/standing.test.ts)
function growthOf(
    uint40 time,
    uint40 halfLife
) pure returns (uint256 era, uint256 doublings, uint256 growth) {
    uint256 halfLives = time / halfLife;
    era = halfLives / ERA_HALF_LIVES;
    doublings = halfLives % ERA_HALF_LIVES;
    // Below ln 2 × 10^18, so that the cast and the result are positive.
    uint256 exponent = ((time % halfLife) * LN2_WAD) / halfLife;
    growth = uint256(FixedPointMathLib.expWad(int256(exponent)));
}
