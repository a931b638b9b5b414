// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Artifact} from "../types/Artifact.sol";
import {Claim, ClaimId} from "../types/Claim.sol";
import {ModelId} from "../types/Model.sol";
import {ListOpening, RecordOpening, RecordRef} from "../types/RecordRef.sol";

/// @title Lineage: results that were made from results, and what a fault in one means for the others
/// @notice A record names its parents (docs/spec/lineage.md); here anyone shows the chain that it does. An edge from a
/// child to a parent is stated once the child's list of parents is opened, and bound once one tensor of the parent's
/// outputs is shown to be one of the child's inputs. A record of a FAULTED claim is tainted, and so is whatever was
/// made from it: taint is pushed along one edge at a time, by anyone, also to records of claims that are FINAL already.
/// @dev A child's hash commits to its parents' claim ids, and these to all that the parents' hashes commit to: a record
/// that were its own ancestor would be a fixed point of keccak-256. So there are no cycles, and no code against them.
interface ILineage {
    /// @notice What the chain was shown of a child and a parent. Only ever advances, FOREIGN never.
    enum Edge {
        /// Nothing
        NONE,
        /// The child names a parent of another claim book or chain: shown, never trusted, carries no taint
        FOREIGN,
        /// The child names the parent
        STATED,
        /// The child names the parent, and has one of its outputs as an input
        BOUND
    }

    /// @notice There is no third value: that nobody has pushed taint says nothing about a record.
    enum TaintStatus {
        NOT_PUSHED,
        TAINTED
    }

    /// @param depth Edges from the faulted ancestor, on the shortest path pushed; 0 = the record's own claim is FAULTED
    /// @param cause The ancestor's claim; of several at the same depth the one whose id is the least number
    struct Taint {
        TaintStatus status;
        uint32 depth;
        ClaimId cause;
    }

    /// @notice Preimage of a model id of this deployment.
    struct ModelOpening {
        address publisher;
        ModelId superseded;
        Artifact artifact;
    }

    /// @param tensorRoot Root of the tensor that is an output of the parent and an input of the child
    /// @param childModel The model of the child's claim: says how many inputs there are
    /// @param parentModel The model of the parent's claim: says how many outputs there are
    /// @param input Where `tensorRoot` stands in the child's list of inputs
    /// @param output Where it stands in the parent's list of outputs
    struct Binding {
        bytes32 tensorRoot;
        ModelOpening childModel;
        ModelOpening parentModel;
        ListOpening input;
        ListOpening output;
    }

    event EdgeStated(
        ClaimId indexed childClaim,
        ClaimId indexed parentClaim,
        uint32 childIndex,
        uint32 parentIndex
    );
    /// @param input 0-based input of the child
    /// @param output 0-based output of the parent
    event EdgeBound(
        ClaimId indexed childClaim,
        ClaimId indexed parentClaim,
        uint32 childIndex,
        uint32 parentIndex,
        uint256 input,
        uint256 output,
        bytes32 tensorRoot
    );
    /// @param chainId Of the parent's claim book, as the child's record has it; nobody looked there
    event ForeignParentShown(
        ClaimId indexed childClaim,
        ClaimId indexed parentClaim,
        uint32 childIndex,
        uint256 chainId,
        address claimBook,
        uint256 parentIndex
    );
    /// @notice A child is tainted, or by a shorter path than before.
    /// @param path BOUND: every edge from the ancestor is bound, and the label over all paths is no greater either; STATED:
    /// some edge is only stated, and no bound path is as short
    /// @param depth Edges from the ancestor, ≥ 1
    event TaintPushed(
        ClaimId indexed childClaim,
        ClaimId indexed parentClaim,
        ClaimId indexed cause,
        uint32 childIndex,
        uint32 parentIndex,
        Edge path,
        uint32 depth
    );

    /// @notice Never submitted to this deployment's claim book.
    error ClaimUnknown(ClaimId claimId);
    /// @notice The record commits to more parents than are bound by anybody.
    error ParentsOutOfRange(uint256 actual, uint256 most);
    /// @notice The parent's claim has no such record.
    error ParentIndexOutOfRange(uint256 actual, uint256 size);
    /// @notice A parent of this very claim book is stated, not shown.
    error ParentNotForeign(ClaimId parentClaim);
    /// @notice The opening does not make the claim's model.
    error WrongModel(ModelId actual, ModelId expected);
    /// @notice Items of the records: an edge is stated before anything else is done with it.
    error EdgeNotStated(bytes32 child, bytes32 parent, Edge actual);
    /// @notice Nobody has shown a fault above the parent, and its own claim is not FAULTED.
    error ParentNotTainted(bytes32 parent);

    /// @notice Shows that a record names a parent. Anyone, for every record of a claim that was submitted, whatever became
    /// of it. An edge that is there already is left alone.
    /// @param path The parent's item in the child's list of parents
    /// @param parentClaim Submitted too, to the same claim book
    /// @param parentIndex 0-based, < parentClaim.n
    /// @return added False when somebody did it before
    function stateEdge(
        RecordOpening calldata child,
        ListOpening calldata path,
        Claim calldata parentClaim,
        uint32 parentIndex
    ) external returns (bool added);

    /// @notice Shows that the child has an output of the parent as an input: STATED → BOUND. Anyone.
    /// @dev Equal tensor roots mean equal bytes in leaves of 128, zeros after the end. That alone binds nothing, since
    /// small results are equal by chance: the edge must be stated.
    /// @return added False when somebody did it before, with whatever tensor
    function bindEdge(
        RecordOpening calldata child,
        RecordOpening calldata parent,
        Binding calldata binding
    ) external returns (bool added);

    /// @notice Shows that a record names a parent of another claim book or chain. Anyone.
    /// @return added False when somebody did it before
    function showForeignParent(
        RecordOpening calldata child,
        ListOpening calldata path,
        uint256 chainId,
        address claimBook,
        ClaimId parentClaim,
        uint256 parentIndex
    ) external returns (bool added);

    /// @notice Carries taint over one edge, from a parent that is tainted to its child. Anyone, in any order: once all
    /// pushes are made that change something, the labels are the same.
    /// @return changed False when the child knew of as short a path
    function pushTaint(RecordRef calldata child, RecordRef calldata parent) external returns (bool changed);

    /// @notice What has been pushed to a record. Whether the record exists is not asked.
    /// @return stated Over paths of stated and bound edges
    /// @return bound Over paths of bound edges alone; only these count in scores
    function taintOf(
        RecordRef calldata record
    ) external view returns (Taint memory stated, Taint memory bound);

    /// @param child Item of the child
    /// @param parent Item of the parent, of whatever claim book
    function edgeOf(bytes32 child, bytes32 parent) external view returns (Edge);

    /// @return The item by which records name a record of this claim book
    function itemOf(RecordRef calldata record) external view returns (bytes32);
}
