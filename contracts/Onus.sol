// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IOnus} from "./interfaces/IOnus.sol";
import {Create} from "./libraries/Create.sol";

/// @title Onus
/// @dev Parts name each other, so their addresses must be known before they exist: they are those of this contract's
/// creations 1, 2, 3 …, which depend on nothing but its own address. Each part is a transaction of its own, because all
/// together would not fit under the gas cap. Creation is open to everybody: only the code fixed here is accepted, at
/// the only place it can go to, so doing somebody else's step is doing him a favour.
contract Onus is IOnus {
    uint256 internal constant TRANSCENDENTAL = 0;
    uint256 internal constant EVALUATOR = 1;
    uint256 internal constant REFEREE = 2;
    uint256 internal constant MODEL_REGISTRY = 3;
    uint256 internal constant OPERATOR_REGISTRY = 4;
    uint256 internal constant CLAIM_BOOK = 5;
    uint256 internal constant WORKBENCH = 6;
    uint256 internal constant INQUIRY = 7;
    uint256 internal constant RECEIPT_COURT = 8;
    uint256 internal constant STANDING = 9;
    uint256 internal constant LINEAGE = 10;
    uint256 internal constant PARTS = 11;

    uint256 internal constant MAX_WINDOW = 30 days;
    /// @dev Two per round of a session, and a session has 16 rounds.
    uint256 internal constant EXTENSIONS = 32;

    struct Part {
        address at;
        bytes32 initcodeHash;
    }

    /// @inheritdoc IOnus
    uint40 public immutable hardEnd;
    /// @inheritdoc IOnus
    uint256 public nextPart;

    Parameters private _parameters;
    Part[PARTS] private _parts;

    /// @param initcodeHashes In the order of the constants above; zero = not part of this deployment
    constructor(Parameters memory given, bytes32[11] memory initcodeHashes) {
        // The block's time is no constant, so the opcode is executed here and not by the compiler.
        uint256 word = block.timestamp;
        uint256 zeros = Create.leadingZeros(word);
        if (word >> (255 - zeros) != 1) revert ClzMissing(zeros, _leadingZerosOf(word));

        hardEnd = _checkTimes(given);
        if (given.minLiability == 0) revert LiabilityZero();
        if (given.baseBond == 0) revert BaseBondZero();
        if (given.halfLife == 0) revert HalfLifeZero();
        _checkToken(given.token);
        _parameters = given;

        uint256 nonce = 1;
        for (uint256 i = 0; i < PARTS; ++i) {
            if (initcodeHashes[i] == 0) continue;
            _parts[i] = Part({at: Create.addressOf(address(this), nonce), initcodeHash: initcodeHashes[i]});
            ++nonce;
        }
        nextPart = _skipEmpty(0);
    }

    /// @inheritdoc IOnus
    function deploy(uint256 index, bytes calldata initcode) external returns (address part) {
        uint256 next = nextPart;
        if (index < next) return _parts[index].at;
        if (index != next || next == PARTS) revert PartOutOfOrder(index, next);
        bytes32 expected = _parts[index].initcodeHash;
        bytes32 actual = keccak256(initcode);
        if (actual != expected) revert WrongInitcode(index, actual, expected);

        nextPart = _skipEmpty(index + 1);
        part = _parts[index].at;
        emit PartDeployed(index, part);
        // A constructor of these parts reads this contract and calls nothing else, so the order above is free of risk.
        if (Create.create(initcode) != part) revert PartNotCreated(index);
    }

    /// @inheritdoc IOnus
    function partCount() external pure returns (uint256) {
        return PARTS;
    }

    /// @inheritdoc IOnus
    function partAt(uint256 index) external view returns (address, bytes32) {
        return (_parts[index].at, _parts[index].initcodeHash);
    }

    /// @inheritdoc IOnus
    function parameters() external view returns (Parameters memory) {
        return _parameters;
    }

    /// @inheritdoc IOnus
    function transcendental() external view returns (address) {
        return _parts[TRANSCENDENTAL].at;
    }

    /// @inheritdoc IOnus
    function evaluator() external view returns (address) {
        return _parts[EVALUATOR].at;
    }

    /// @inheritdoc IOnus
    function referee() external view returns (address) {
        return _parts[REFEREE].at;
    }

    /// @inheritdoc IOnus
    function modelRegistry() external view returns (address) {
        return _parts[MODEL_REGISTRY].at;
    }

    /// @inheritdoc IOnus
    function operatorRegistry() external view returns (address) {
        return _parts[OPERATOR_REGISTRY].at;
    }

    /// @inheritdoc IOnus
    function claimBook() external view returns (address) {
        return _parts[CLAIM_BOOK].at;
    }

    /// @inheritdoc IOnus
    function workbench() external view returns (address) {
        return _parts[WORKBENCH].at;
    }

    /// @inheritdoc IOnus
    function inquiry() external view returns (address) {
        return _parts[INQUIRY].at;
    }

    /// @inheritdoc IOnus
    function receiptCourt() external view returns (address) {
        return _parts[RECEIPT_COURT].at;
    }

    /// @inheritdoc IOnus
    function standing() external view returns (address) {
        return _parts[STANDING].at;
    }

    /// @inheritdoc IOnus
    function lineage() external view returns (address) {
        return _parts[LINEAGE].at;
    }

    function _skipEmpty(uint256 index) private view returns (uint256) {
        while (index < PARTS && _parts[index].initcodeHash == 0) ++index;
        return index;
    }

    /// @dev Sums of a few uint40 fit a uint256; the result fits a uint40 because it is at most `exitDelay`.
    function _checkTimes(Parameters memory given) private pure returns (uint40) {
        uint256 reaction = uint256(given.inclusionDelay) + given.work;
        if (given.minWindow < reaction) revert WindowTooShort(given.minWindow, reaction);
        if (given.minWindow > MAX_WINDOW) revert WindowTooLong(given.minWindow, MAX_WINDOW);
        if (given.clock < reaction) revert ClockTooShort(given.clock, reaction);
        if (given.proofTime < reaction) revert ProofTimeTooShort(given.proofTime, reaction);
        uint256 mostExtension = given.clock / 2;
        if (given.clockExtension > mostExtension)
            revert ClockExtensionTooLong(given.clockExtension, mostExtension);
        uint256 end =
            uint256(given.minWindow) +
                2 * uint256(given.clock) +
                EXTENSIONS * given.clockExtension +
                given.proofTime;
        if (given.exitDelay < end) revert ExitDelayTooShort(given.exitDelay, end);
        // A receipt is presented within exitDelay / 2 of being issued: a longer notice would outlive all of them.
        uint256 mostNotice = given.exitDelay / 2;
        if (given.keyNotice > mostNotice) revert KeyNoticeTooLong(given.keyNotice, mostNotice);
        return uint40(end);
    }

    /// @dev Fees and rebasing show only when tokens move: deposits check their own balances.
    function _checkToken(address token) private view {
        if (token.code.length == 0) revert NotAToken(token);
        (bool answered, bytes memory answer) = token.staticcall(
            abi.encodeCall(IERC20.balanceOf, (address(this)))
        );
        if (!answered || answer.length != 32) revert NotAToken(token);
    }

    function _leadingZerosOf(uint256 word) private pure returns (uint256 zeros) {
        for (zeros = 256; word != 0; word >>= 1) --zeros;
    }
}
