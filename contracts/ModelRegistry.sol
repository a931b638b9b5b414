// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IClaimBook} from "./interfaces/IClaimBook.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IOnus} from "./interfaces/IOnus.sol";
import {StakeToken} from "./libraries/StakeToken.sol";
import {Artifact, ArtifactId, MAX_INPUTS, MAX_KERNELS, MAX_OUTPUTS, MAX_WEIGHTS} from "./types/Artifact.sol";
import {ModelId, toModelId} from "./types/Model.sol";

/// @title ModelRegistry
/// @dev Nothing but counts is validated: every program means something, be it zeros, so none can be registered in which
/// a lie could not be proven.
contract ModelRegistry is IModelRegistry {
    using StakeToken for IERC20;

    IERC20 public immutable token;
    IClaimBook public immutable claimBook;
    /// @notice Zero in a deployment without it.
    address public immutable inquiry;
    /// @notice Seconds.
    uint40 public immutable exitDelay;

    mapping(ModelId => Model) private _models;
    mapping(ModelId => ModelId) private _successors;
    mapping(ModelId => uint96) private _bonds;
    mapping(address asker => uint256) private _bondShares;
    /// @inheritdoc IModelRegistry
    uint256 public burnableBonds;
    /// @notice Wei this contract answers for: bonds, askers' shares, what waits to be burned.
    uint256 public totalHeld;

    constructor() {
        IOnus onus = IOnus(msg.sender);
        IOnus.Parameters memory given = onus.parameters();
        token = IERC20(given.token);
        exitDelay = given.exitDelay;
        claimBook = IClaimBook(onus.claimBook());
        inquiry = onus.inquiry();
    }

    /// @inheritdoc IModelRegistry
    function publish(
        Artifact calldata artifact,
        ModelId superseded,
        string calldata uri
    ) external returns (ModelId modelId) {
        _checkCounts(artifact);
        Artifact memory copy = artifact;
        ArtifactId artifactId = copy.artifactId();
        modelId = idOf(msg.sender, artifactId, superseded);
        if (_models[modelId].publisher != address(0)) revert ModelAlreadyPublished(modelId);
        if (!superseded.isZero()) {
            _requirePublisher(superseded);
            if (!_successors[superseded].isZero()) {
                revert ModelAlreadySuperseded(superseded, _successors[superseded]);
            }
            _successors[superseded] = modelId;
        }
        _models[modelId].publisher = msg.sender;
        emit ModelPublished(modelId, msg.sender, artifactId, superseded, artifact, uri);
    }

    /// @inheritdoc IModelRegistry
    function retire(ModelId modelId) external {
        Model storage model = _requirePublisher(modelId);
        if (model.retiredAt != 0) revert ModelAlreadyRetired(modelId, model.retiredAt);
        uint40 now_ = uint40(block.timestamp);
        model.retiredAt = now_;
        model.refusedFrom = claimBook.activeSeconds(now_) + exitDelay;
        emit ModelRetired(modelId, now_, model.refusedFrom);
    }

    /// @inheritdoc IModelRegistry
    function depositBond(ModelId modelId, uint96 amount) external {
        Model storage model = _models[modelId];
        if (model.publisher == address(0)) revert ModelUnknown(modelId);
        if (model.retiredAt != 0) revert ModelAlreadyRetired(modelId, model.retiredAt);
        if (amount == 0) revert NothingToMove();
        token.collect(totalHeld, amount);
        _bonds[modelId] += amount;
        totalHeld += amount;
        emit BondDeposited(modelId, msg.sender, amount);
    }

    /// @inheritdoc IModelRegistry
    function withdrawBond(ModelId modelId) external {
        Model storage model = _requirePublisher(modelId);
        if (model.retiredAt == 0) revert ModelNotRetired(modelId);
        uint256 readyAt = uint256(model.retiredAt) + exitDelay;
        if (block.timestamp < readyAt) revert BondNotReady(block.timestamp, readyAt);
        uint96 amount = _bonds[modelId];
        if (amount == 0) revert NothingToMove();
        _bonds[modelId] = 0;
        totalHeld -= amount;
        emit BondWithdrawn(modelId, msg.sender, amount);
        token.send(msg.sender, amount);
    }

    /// @inheritdoc IModelRegistry
    function slashBond(ModelId modelId, address asker) external {
        if (msg.sender != inquiry) revert NotInquiry(msg.sender, inquiry);
        uint96 amount = _bonds[modelId];
        uint96 askerShare = amount / 2;
        uint96 burned = amount - askerShare;
        _bonds[modelId] = 0;
        _bondShares[asker] += askerShare;
        burnableBonds += burned;
        emit BondSlashed(modelId, asker, askerShare, burned);
    }

    /// @inheritdoc IModelRegistry
    function pullBondShare(address asker) external {
        uint256 amount = _bondShares[asker];
        if (amount == 0) revert NothingToMove();
        _bondShares[asker] = 0;
        totalHeld -= amount;
        emit BondSharePulled(asker, amount);
        token.send(asker, amount);
    }

    /// @inheritdoc IModelRegistry
    function burnBonds() external {
        uint256 amount = burnableBonds;
        if (amount == 0) revert NothingToMove();
        burnableBonds = 0;
        totalHeld -= amount;
        emit BondsBurned(amount);
        token.discard(amount);
    }

    /// @inheritdoc IModelRegistry
    function requireClaimable(ModelId modelId, uint40 activeSeconds) external view {
        Model storage model = _models[modelId];
        if (model.publisher == address(0)) revert ModelUnknown(modelId);
        uint40 refusedFrom = model.refusedFrom;
        if (refusedFrom != 0 && activeSeconds >= refusedFrom) {
            revert ModelIsRetired(modelId, activeSeconds, refusedFrom);
        }
    }

    /// @inheritdoc IModelRegistry
    function idOf(
        address publisher,
        ArtifactId artifactId,
        ModelId superseded
    ) public view returns (ModelId) {
        return toModelId(block.chainid, address(this), publisher, artifactId, superseded);
    }

    /// @inheritdoc IModelRegistry
    function modelOf(ModelId modelId) external view returns (Model memory) {
        return _models[modelId];
    }

    /// @inheritdoc IModelRegistry
    function successorOf(ModelId modelId) external view returns (ModelId) {
        return _successors[modelId];
    }

    /// @inheritdoc IModelRegistry
    function bondOf(ModelId modelId) external view returns (uint96) {
        return _bonds[modelId];
    }

    /// @inheritdoc IModelRegistry
    function bondShareOf(address asker) external view returns (uint256) {
        return _bondShares[asker];
    }

    function _requirePublisher(ModelId modelId) private view returns (Model storage model) {
        model = _models[modelId];
        if (model.publisher == address(0)) revert ModelUnknown(modelId);
        if (model.publisher != msg.sender) revert NotPublisher(modelId, msg.sender, model.publisher);
    }

    function _checkCounts(Artifact calldata artifact) private pure {
        uint256 kernels = artifact.kernelCount;
        if (kernels == 0 || kernels > MAX_KERNELS) revert KernelCountOutOfRange(kernels, 1, MAX_KERNELS);
        if (artifact.weightCount > MAX_WEIGHTS)
            revert WeightCountOutOfRange(artifact.weightCount, MAX_WEIGHTS);
        if (artifact.inputCount > MAX_INPUTS) revert InputCountOutOfRange(artifact.inputCount, MAX_INPUTS);
        uint256 mostOutputs = kernels < MAX_OUTPUTS ? kernels : MAX_OUTPUTS;
        if (artifact.outputCount == 0 || artifact.outputCount > mostOutputs) {
            revert OutputCountOutOfRange(artifact.outputCount, 1, mostOutputs);
        }
    }
}
