// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title EmptyPart: keeps a place in a deployment
contract EmptyPart {}
