// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ITranscendental} from "./interfaces/ITranscendental.sol";
import {TranscendentalCall} from "./libraries/TranscendentalCall.sol";
import {TranscendentalMath} from "./libraries/TranscendentalMath.sol";

/// @title The transcendental functions, deployed once and called by `staticcall`.
contract Transcendental is ITranscendental {
    /// @dev An older chain lacks the CLZ instruction; it refuses the deployment instead of every later call.
    constructor() {
        assert(TranscendentalMath.exp(0x3f800000) == 0x402df854); // e^1
    }

    /// @notice The way for contracts, `TranscendentalCall.ask`: as `evaluate`, in one word.
    fallback() external {
        (uint256 op, uint256 bits) = TranscendentalCall.asked();
        TranscendentalCall.answer(_evaluate(op, bits));
    }

    /// @inheritdoc ITranscendental
    function evaluate(uint256 op, uint256 bits) external pure returns (uint256) {
        return _evaluate(op, bits & 0xffffffff);
    }

    function _evaluate(uint256 op, uint256 bits) private pure returns (uint256) {
        if (op < 3) {
            if (op == 0) return TranscendentalMath.exp(bits);
            return op == 1 ? TranscendentalMath.log(bits) : TranscendentalMath.tanh(bits);
        }
        if (op == 3) return TranscendentalMath.erf(bits);
        if (op == 4) return TranscendentalMath.sin(bits);
        if (op == 5) return TranscendentalMath.cos(bits);
        revert UnknownFunction(op, 6);
    }
}
