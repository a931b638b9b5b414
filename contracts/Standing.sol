// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {IStanding} from "./interfaces/IStanding.sol";
import {Claim, ClaimId} from "./types/Claim.sol";
import {DecayedSum} from "./types/DecayedSum.sol";
import {ModelId} from "./types/Model.sol";
import {Phase} from "./types/Phase.sol";

/// @title Standing
/// @dev A part that only reads the others. Were it called from a verdict, whatever is wrong with it could stand in the
/// verdict's way.
contract Standing is IStanding {
    IClaimBook public immutable claimBook;
    /// @inheritdoc IStanding
    uint40 public immutable halfLife;

    struct Account {
        DecayedSum finalized;
        DecayedSum faulted;
    }

    mapping(address operator => Account) private _operators;
    mapping(ModelId modelId => Account) private _models;
    /// @inheritdoc IStanding
    mapping(ClaimId claimId => bool) public isNoted;

    constructor() {
        IOnus onus = IOnus(msg.sender);
        claimBook = IClaimBook(onus.claimBook());
        halfLife = onus.parameters().halfLife;
    }

    /// @inheritdoc IStanding
    function note(Claim calldata claim) external {
        ClaimId id = claimBook.idOf(claim);
        IClaimBook.ClaimState memory state = claimBook.stateOf(id);
        bool isFinal = state.phase == Phase.FINAL;
        if (!isFinal && state.phase != Phase.FAULTED) revert ClaimUndecided(id);
        if (isNoted[id]) revert ClaimAlreadyNoted(id);

        uint256 counted = state.decidedAt - state.submittedAt;
        if (!isFinal && counted < claim.window) counted = claim.window;
        uint256 weight = claim.liability * counted;
        isNoted[id] = true;
        _add(_operators[claim.operator], isFinal, weight, state.decidedAt);
        _add(_models[claim.modelId], isFinal, weight, state.decidedAt);
        emit ClaimNoted(id, claim.operator, claim.modelId, isFinal, weight, state.decidedAt);
    }

    /// @inheritdoc IStanding
    function standingOf(address operator) external view returns (Sums memory) {
        return _read(_operators[operator]);
    }

    /// @inheritdoc IStanding
    function standingOfModel(ModelId modelId) external view returns (Sums memory) {
        return _read(_models[modelId]);
    }

    function _add(Account storage account, bool isFinal, uint256 weight, uint40 decidedAt) private {
        if (isFinal) account.finalized.add(weight, decidedAt, halfLife);
        else account.faulted.add(weight, decidedAt, halfLife);
    }

    function _read(Account storage account) private view returns (Sums memory) {
        // Fits until the year 36812.
        uint40 now_ = uint40(block.timestamp);
        return
            Sums({
                finalized: account.finalized.valueAt(now_, halfLife),
                faulted: account.faulted.valueAt(now_, halfLife)
            });
    }
}
