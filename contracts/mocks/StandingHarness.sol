// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {DecayedSum, growthOf} from "../types/DecayedSum.sol";

/// @title Plays whole histories of a decayed sum in one call, hundreds at a time.
contract StandingHarness {
    /// @param amounts Each < 2^136
    /// @param times Unix seconds, when each counts from; none after `now_`
    struct History {
        uint40 halfLife;
        uint40 now_;
        uint256[] amounts;
        uint40[] times;
    }

    mapping(uint256 history => DecayedSum) private _sums;

    /// @dev Called, never sent: what it writes is forgotten.
    function play(History[] calldata histories) external returns (uint256[] memory values) {
        values = new uint256[](histories.length);
        for (uint256 i = 0; i < histories.length; ++i) {
            History calldata history = histories[i];
            for (uint256 j = 0; j < history.amounts.length; ++j) {
                _sums[i].add(history.amounts[j], history.times[j], history.halfLife);
            }
            values[i] = _sums[i].valueAt(history.now_, history.halfLife);
        }
    }

    /// @param halfLife Seconds; times 0..halfLife - 1 fall into the first half-life
    function growths(
        uint40[] calldata times,
        uint40 halfLife
    ) external pure returns (uint256[] memory factors) {
        factors = new uint256[](times.length);
        for (uint256 i = 0; i < times.length; ++i) (, , factors[i]) = growthOf(times[i], halfLife);
    }
}
