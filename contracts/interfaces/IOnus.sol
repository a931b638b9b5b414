// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Onus: the wiring, and the one address to quote for a deployment
/// @notice Knows every part's address before the part exists, the hash of the only code that may stand there, and the
/// parameters. Parts read both from their creator while they are constructed and keep them as immutables. Nothing can
/// be set afterwards, by nobody.
interface IOnus {
    /// @param token ERC-20 in which stake and publisher bonds are held; moves exactly what is asked, never rebases
    /// @param guardian May pause new claims, nothing else; zero = nobody
    /// @param minLiability Wei of `token`, least liability of a claim, > 0
    /// @param inclusionDelay Seconds for which the chain may be censored
    /// @param work Seconds an honest party needs to find and build an answer or a proof
    /// @param minWindow Seconds, least window of a claim; at most 30 days
    /// @param clock Seconds, an operator's and a challenger's clock in a session
    /// @param clockExtension Seconds to which a turn is topped up
    /// @param proofTime Seconds after a session's last answer in which a proof may land
    /// @param exitDelay Seconds between a request to leave and leaving, for stake, models and publisher bonds
    /// @param keyNotice Seconds after a signer's revocation in which its receipts still count
    /// @param baseBond Wei of native currency, bond of a session when no other is open against the same operator, > 0
    /// @param delayRate Wei of native currency for each second that a session holds 10^18 wei of liability past the window
    /// @param answerGas Gas paid for an answer, whatever its length
    /// @param answerByteGas Gas paid for each byte of an answer
    /// @param closeGas Gas paid to whoever closes a session
    /// @param settleGas Gas paid to whoever settles a session, and as much again for each account that is owed something
    /// @param halfLife Seconds in which what a decided claim counts in a standing halves, > 0
    struct Parameters {
        address token;
        address guardian;
        uint96 minLiability;
        uint40 inclusionDelay;
        uint40 work;
        uint40 minWindow;
        uint40 clock;
        uint40 clockExtension;
        uint40 proofTime;
        uint40 exitDelay;
        uint40 keyNotice;
        uint96 baseBond;
        uint64 delayRate;
        uint32 answerGas;
        uint32 answerByteGas;
        uint32 closeGas;
        uint32 settleGas;
        uint40 halfLife;
    }

    /// @notice A part stands at its predicted address.
    /// @param index Its place in the order of creation
    event PartDeployed(uint256 indexed index, address indexed part);

    /// @notice The chain does not execute CLZ as EIP-7939 says.
    error ClzMissing(uint256 actual, uint256 expected);
    /// @notice `token` holds no code, or does not answer `balanceOf`.
    error NotAToken(address token);
    error LiabilityZero();
    error BaseBondZero();
    error HalfLifeZero();
    /// @notice All in seconds: the actual value, and the least it must be.
    error WindowTooShort(uint256 actual, uint256 least);
    error ClockTooShort(uint256 actual, uint256 least);
    error ProofTimeTooShort(uint256 actual, uint256 least);
    error ExitDelayTooShort(uint256 actual, uint256 least);
    /// @notice All in seconds: the actual value, and the most it may be.
    error WindowTooLong(uint256 actual, uint256 most);
    error ClockExtensionTooLong(uint256 actual, uint256 most);
    error KeyNoticeTooLong(uint256 actual, uint256 most);

    /// @notice Parts are created in order.
    error PartOutOfOrder(uint256 actual, uint256 expected);
    /// @notice Only the code fixed at construction may stand at a part's address.
    error WrongInitcode(uint256 index, bytes32 actual, bytes32 expected);
    /// @notice Creation failed, mostly for want of gas.
    error PartNotCreated(uint256 index);

    /// @notice Creates the part at `index`; anyone, in order. A part that stands already is left alone, so whoever
    /// comes second loses nothing.
    /// @param index 0-based place in the order of creation
    /// @param initcode Creation code without constructor arguments
    /// @return part Its address, the same that was predicted
    function deploy(uint256 index, bytes calldata initcode) external returns (address part);

    /// @return index Place of the next part to create; `partCount()` when the deployment is complete
    function nextPart() external view returns (uint256 index);

    /// @return Places in the order of creation, empty ones included
    function partCount() external view returns (uint256);

    /// @return part Address at `index`, before and after creation; zero = not part of this deployment
    /// @return initcodeHash Hash of the code that may create it
    function partAt(uint256 index) external view returns (address part, bytes32 initcodeHash);

    function parameters() external view returns (Parameters memory);

    /// @return Seconds from submission in which every claim with the least window is decided, when poked:
    /// minWindow + 2 × clock + 32 × clockExtension + proofTime. A theorem: nothing reads it after the constructor.
    function hardEnd() external view returns (uint40);

    function transcendental() external view returns (address);

    function evaluator() external view returns (address);

    function referee() external view returns (address);

    function modelRegistry() external view returns (address);

    function operatorRegistry() external view returns (address);

    function claimBook() external view returns (address);

    /// @return Zero in a deployment without it
    function workbench() external view returns (address);

    /// @return Zero in a deployment without it
    function inquiry() external view returns (address);

    /// @return Zero in a deployment without it
    function receiptCourt() external view returns (address);

    /// @return Zero in a deployment without it
    function standing() external view returns (address);

    /// @return Zero in a deployment without it
    function lineage() external view returns (address);
}
