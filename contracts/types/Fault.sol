// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice The closed list of a claim's faults. The penalty is the same for all.
/// @dev Zero names none, so that memory nobody wrote never reads as an accusation.
enum Fault {
    None,
    /// One element differs from what its kernel makes of its operands
    Element,
    /// An output item differs from the trace item of the kernel that makes it
    OutputRoot,
    /// A byte after a tensor's last element is not zero
    Padding,
    /// Something stands at an index from the count on
    AbsentNode,
    /// A question was not answered in time
    Silence
}

/// @notice The closed list of a receipt's faults.
enum ReceiptFault {
    None,
    /// Two receipts of one operator answer one request differently
    Equivocation,
    /// No claim holds the record as promised
    NonInclusion
}
