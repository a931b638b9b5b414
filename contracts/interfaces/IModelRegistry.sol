// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Artifact, ArtifactId} from "../types/Artifact.sol";
import {ModelId} from "../types/Model.sol";

/// @title ModelRegistry: who published which artifact, and the bond behind it
/// @notice Content is immutable. A bond is optional, held in the stake token, and answers for the artifact alone: no
/// claim's verdict depends on it.
interface IModelRegistry {
    /// @param publisher Zero = never published
    /// @param retiredAt Unix seconds; 0 = not retired
    /// @param refusedFrom Active seconds (`IClaimBook.activeSeconds`) from which claims are refused; 0 = not retired
    struct Model {
        address publisher; //    20 bytes ┐
        uint40 retiredAt; //      5 bytes │ one slot
        uint40 refusedFrom; //    5 bytes ┘
    }

    /// @param superseded The publisher's model this one follows, or zero
    /// @param uri Where the artifact may be found; a hint
    event ModelPublished(
        ModelId indexed modelId,
        address indexed publisher,
        ArtifactId indexed artifactId,
        ModelId superseded,
        Artifact artifact,
        string uri
    );
    /// @param refusedFrom Active seconds
    event ModelRetired(ModelId indexed modelId, uint40 retiredAt, uint40 refusedFrom);
    event BondDeposited(ModelId indexed modelId, address indexed from, uint96 amount);
    event BondWithdrawn(ModelId indexed modelId, address indexed publisher, uint96 amount);
    /// @param asker Who may pull `askerShare`
    event BondSlashed(ModelId indexed modelId, address indexed asker, uint96 askerShare, uint96 burned);
    event BondSharePulled(address indexed asker, uint256 amount);
    event BondsBurned(uint256 amount);

    error KernelCountOutOfRange(uint256 actual, uint256 least, uint256 most);
    error WeightCountOutOfRange(uint256 actual, uint256 most);
    error InputCountOutOfRange(uint256 actual, uint256 most);
    error OutputCountOutOfRange(uint256 actual, uint256 least, uint256 most);
    error ModelAlreadyPublished(ModelId modelId);
    error ModelUnknown(ModelId modelId);
    /// @notice Active seconds: now, and from when claims are refused.
    error ModelIsRetired(ModelId modelId, uint256 actual, uint256 refusedFrom);
    error ModelAlreadyRetired(ModelId modelId, uint40 retiredAt);
    error ModelNotRetired(ModelId modelId);
    error ModelAlreadySuperseded(ModelId modelId, ModelId successor);
    error NotPublisher(ModelId modelId, address actual, address expected);
    error NotInquiry(address actual, address expected);
    /// @notice Unix seconds: now, and from when the bond may leave.
    error BondNotReady(uint256 actual, uint256 readyAt);
    error NothingToMove();

    /// @notice Publishes an artifact under the caller's name.
    /// @param superseded Zero, or a model of the same publisher that nothing follows yet
    function publish(
        Artifact calldata artifact,
        ModelId superseded,
        string calldata uri
    ) external returns (ModelId modelId);

    /// @notice Refuses new claims after the exit delay, counted in active seconds. Publisher only, for good.
    function retire(ModelId modelId) external;

    /// @notice Adds to a model's bond, until it is retired. Anyone; it belongs to the publisher.
    /// @param amount Wei of the stake token, > 0
    function depositBond(ModelId modelId, uint96 amount) external;

    /// @notice The whole bond leaves, `exitDelay` seconds after retirement. Publisher only. Counted in plain seconds: a
    /// pause admits no new claims, so it holds no bond either.
    function withdrawBond(ModelId modelId) external;

    /// @notice The publisher stayed silent: half (rounded up) is burned, half is the asker's. Inquiry only, which opens
    /// a question only while all its clocks end before the bond may leave.
    /// @param asker Not zero
    function slashBond(ModelId modelId, address asker) external;

    /// @notice Sends an asker everything it has won. Anyone.
    function pullBondShare(address asker) external;

    /// @notice Sends the burned halves where nobody can spend them. Anyone.
    function burnBonds() external;

    /// @notice Reverts unless claims may be made on the model. Reads one slot.
    /// @param activeSeconds Now, as `IClaimBook.activeSeconds` has it
    function requireClaimable(ModelId modelId, uint40 activeSeconds) external view;

    function idOf(
        address publisher,
        ArtifactId artifactId,
        ModelId superseded
    ) external view returns (ModelId);

    function modelOf(ModelId modelId) external view returns (Model memory);

    /// @return The model that follows, or zero
    function successorOf(ModelId modelId) external view returns (ModelId);

    /// @return Wei
    function bondOf(ModelId modelId) external view returns (uint96);

    /// @return Wei an asker may pull
    function bondShareOf(address asker) external view returns (uint256);

    /// @return Wei waiting to be burned
    function burnableBonds() external view returns (uint256);
}
