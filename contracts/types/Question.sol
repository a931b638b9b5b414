// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice What an answer looks like, and thereby how it proves itself.
enum Form {
    None,
    /// A record and its path: they lead to a list of records
    Record,
    /// The root of a trace: stated by the operator or one of its active signers
    Trace,
    /// Nodes some levels below a node: they fold to it
    Nodes,
    /// The leaves below a node: they hash and fold to it
    Leaves,
    /// The bytes of a kernel: they hash to an item of a program
    Descriptor
}

/// @notice The trees that can be asked about.
enum List {
    Records,
    Input,
    Output,
    Trace,
    Program,
    Table,
    Weights
}

/// @dev `Place.tensor` of what stands in a list itself.
uint32 constant NO_TENSOR = type(uint32).max;

/// @notice Where a question points to; a hint for who answers, since the subject alone decides.
/// @param list Which tree; of `Form.Record`, `Form.Trace` and `Form.Descriptor` Records, Trace and Program
/// @param level Levels above the leaves or items
/// @param record Index of the record; 0 where the place is the model's
/// @param tensor Index in the list of the tensor that holds the node; NO_TENSOR: the node is the list's own
/// @param index Position within the level; of a descriptor the kernel
struct Place {
    List list;
    uint8 level;
    uint32 record;
    uint32 tensor;
    uint32 index;
}

bytes32 constant QUESTION_TAG = keccak256("onus-1/question");

/// @notice Two questions with one key have the same answer, whoever is asked.
/// @param levels Levels between the node and what is asked for; 0 for other forms
/// @param subject Nodes, Leaves: the node. Descriptor: its hash. Record: hash of (list root, depth, index). Trace: hash of
/// (claim id, record index)
function questionKey(Form form, uint256 levels, bytes32 subject) pure returns (bytes32) {
    return keccak256(abi.encode(QUESTION_TAG, form, levels, subject));
}

/// @param root Of the list of records
/// @param depth Of that list
function recordSubject(bytes32 root, uint256 depth, uint256 index) pure returns (bytes32) {
    return keccak256(abi.encode(root, depth, index));
}

function traceSubject(bytes32 claimId, uint256 recordIndex) pure returns (bytes32) {
    return keccak256(abi.encode(claimId, recordIndex));
}
