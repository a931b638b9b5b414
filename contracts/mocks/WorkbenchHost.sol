// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IClaimBook} from "../interfaces/IClaimBook.sol";
import {IWorkbench} from "../interfaces/IWorkbench.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {Fault} from "../types/Fault.sol";
import {JobId} from "../types/Job.sol";
import {Phase} from "../types/Phase.sol";
import {CreatePart} from "./CreatePart.sol";

/// @title Stands in for the parts around a workbench: creates it, and is its claim book, model registry and inquiry
contract WorkbenchHost {
    address public workbench;
    address public evaluator;
    address public transcendental;
    address public inquiry;

    /// @notice What is asked of a real book: as it is told.
    mapping(ClaimId => Phase) public phaseOf;
    mapping(ClaimId => mapping(uint256 recordIndex => bytes32)) public statedTrace;

    event Faulted(ClaimId indexed claimId, Fault kind, address beneficiary);

    constructor(address transcendental_) {
        transcendental = transcendental_;
        inquiry = address(this);
    }

    /// @dev A part reads its creator while it is constructed.
    function deploy(bytes calldata evaluatorCode, bytes calldata workbenchCode) external {
        evaluator = CreatePart.create(evaluatorCode);
        workbench = CreatePart.create(workbenchCode);
    }

    function setPhase(ClaimId id, Phase phase) external {
        phaseOf[id] = phase;
    }

    function stateTrace(ClaimId id, uint256 recordIndex, bytes32 root) external {
        statedTrace[id][recordIndex] = root;
    }

    function setInquiry(address inquiry_) external {
        inquiry = inquiry_;
    }

    function claimBook() external view returns (address) {
        return address(this);
    }

    function modelRegistry() external view returns (address) {
        return address(this);
    }

    function idOf(Claim calldata claim) public view returns (ClaimId) {
        return claim.claimId(block.chainid, address(this));
    }

    function stateOf(ClaimId id) external view returns (IClaimBook.ClaimState memory state) {
        state.phase = phaseOf[id];
    }

    function fault(Claim calldata claim, Fault kind, address beneficiary) external {
        ClaimId id = idOf(claim);
        phaseOf[id] = Phase.FAULTED;
        emit Faulted(id, kind, beneficiary);
    }

    /// @notice What a part answers to each call, whatever it does: nothing is kept.
    function tryEach(
        address to,
        bytes[] calldata calls
    ) external returns (bool[] memory done, bytes[] memory answers) {
        done = new bool[](calls.length);
        answers = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) (done[i], answers[i]) = to.call(calls[i]);
    }

    /// @param gas What the call is given
    function tryGiven(address to, bytes calldata words, uint256 gas) external returns (bool done) {
        (done, ) = to.call{gas: gas}(words);
    }

    /// @notice The job after each of these calls, undone in between.
    /// @param gas What the call is given
    function tryWithGas(
        address to,
        bytes calldata words,
        JobId job,
        uint256[] calldata gas
    ) external returns (IWorkbench.Job[] memory jobs) {
        jobs = new IWorkbench.Job[](gas.length);
        for (uint256 i = 0; i < gas.length; ++i) {
            try this.tryOnce(to, words, job, gas[i]) {} catch (bytes memory answer) {
                jobs[i] = abi.decode(answer, (IWorkbench.Job));
            }
        }
    }

    /// @dev Reverts with what the job is then.
    function tryOnce(address to, bytes calldata words, JobId job, uint256 gas) external {
        (bool done, ) = to.call{gas: gas}(words);
        IWorkbench.Job memory made = IWorkbench(to).jobOf(job);
        bytes memory answer = abi.encode(made);
        // A call that fails leaves nothing behind.
        assert(done || made.next == 0);
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }
}
