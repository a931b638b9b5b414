// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice Life of a claim. Time alone changes no phase: somebody calls.
enum Phase {
    /// Never submitted
    NONE,
    /// Submitted; may be finalized, contested, faulted
    OPEN,
    /// At least one session is open; may be released, faulted
    CONTESTED,
    /// Terminal: the window passed without a fault
    FINAL,
    /// Terminal: a fault was proven, the liability is gone
    FAULTED
}
