// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IReferee} from "../interfaces/IReferee.sol";
import {Claim} from "../types/Claim.sol";
import {Fault} from "../types/Fault.sol";
import {CreatePart} from "./CreatePart.sol";

/// @title Stands in for the parts around a referee: creates it, and is its claim book and model registry
contract RefereeHost {
    IReferee public referee;
    address public transcendental;
    address public evaluator;
    address public inquiry;

    /// @dev A claim's slot and the numbers that a verdict moves: as much writing as a real book does.
    mapping(bytes32 claimHash => uint256) private _decidedAt;
    mapping(address operator => uint256) private _lost;

    event Faulted(bytes32 claimHash, Fault kind, address beneficiary);

    constructor(address transcendental_) {
        transcendental = transcendental_;
    }

    /// @dev A part reads its creator while it is constructed.
    function deploy(bytes calldata evaluatorCode, bytes calldata refereeCode) external {
        evaluator = CreatePart.create(evaluatorCode);
        referee = IReferee(CreatePart.create(refereeCode));
    }

    function claimBook() external view returns (address) {
        return address(this);
    }

    function modelRegistry() external view returns (address) {
        return address(this);
    }

    function fault(Claim calldata claim, Fault kind, address beneficiary) external {
        bytes32 claimHash = keccak256(abi.encode(claim));
        _decidedAt[claimHash] = block.timestamp;
        _lost[claim.operator] += claim.liability;
        emit Faulted(claimHash, kind, beneficiary);
    }

    /// @notice What `judge` answers, or what it reverts with, for many pieces of evidence at once.
    function judgeEach(
        Claim[] calldata claims,
        bytes[] calldata evidence
    ) external view returns (bool[] memory convicted, bytes[] memory answers, uint256[] memory gas) {
        convicted = new bool[](claims.length);
        answers = new bytes[](claims.length);
        gas = new uint256[](claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            bytes memory call = abi.encodeCall(IReferee.judge, (claims[i], evidence[i]));
            uint256 before = gasleft();
            (convicted[i], answers[i]) = address(referee).staticcall(call);
            gas[i] = before - gasleft();
        }
    }
}
