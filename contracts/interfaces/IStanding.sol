// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId} from "../types/Model.sol";

/// @title Standing: what an operator and a model have stood for, and how it ended
/// @notice Every decided claim counts once, with what it had at stake: wei of liability times seconds. It halves with
/// every half-life. A finalized claim counts the seconds from submission to FINAL; a faulted one as many, and at least
/// its window: catching a lie quickly must not make it small. Nothing else counts: no receipt, no bond, no opinion.
/// @dev Nothing here is read or written by a verdict: whoever cares for a standing notes its claims.
interface IStanding {
    /// @param finalized Wei × seconds, decayed to now, of claims that became FINAL
    /// @param faulted Wei × seconds, decayed to now, of claims that became FAULTED
    struct Sums {
        uint256 finalized;
        uint256 faulted;
    }

    /// @param isFinal FINAL, else FAULTED
    /// @param weight Wei × seconds, at `decidedAt`
    /// @param decidedAt Unix seconds, from which the weight decays, however late it was noted
    event ClaimNoted(
        ClaimId indexed claimId,
        address indexed operator,
        ModelId indexed modelId,
        bool isFinal,
        uint256 weight,
        uint40 decidedAt
    );

    /// @notice Unknown, OPEN or CONTESTED.
    error ClaimUndecided(ClaimId claimId);
    error ClaimAlreadyNoted(ClaimId claimId);

    /// @notice Adds a decided claim to the sums of its operator and of its model. Anyone, once a claim, at any time and in
    /// any order: the result is the same to the last bit.
    function note(Claim calldata claim) external;

    /// @return Decayed to this block's time. Off by less than 10^-17 of the sum and 1 wei × second; what was decided
    /// more than 96 half-lives ago may read as nothing
    function standingOf(address operator) external view returns (Sums memory);

    /// @return As `standingOf`, of all claims on a model
    function standingOfModel(ModelId modelId) external view returns (Sums memory);

    function isNoted(ClaimId claimId) external view returns (bool);

    /// @return Seconds
    function halfLife() external view returns (uint40);
}
