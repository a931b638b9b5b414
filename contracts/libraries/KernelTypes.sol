// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Calldata} from "./Calldata.sol";
import {Instructions} from "./Instructions.sol";
import {Kernel, KernelCodec, Load} from "./KernelCodec.sol";

/// @title KernelTypes: are the expressions of a kernel well typed?
library KernelTypes {
    uint256 private constant MAX_STACK = 16;
    /// @dev In place of the accumulator's type: there is none in a body.
    uint256 private constant IN_BODY = 2;

    /// @param kernel A decodable kernel
    /// @return sound Whether both expressions are well typed and the tail gives what is stored
    /// @return bodyIsFloat Whether the body's value is f32, else it is i32
    function typesOf(Kernel memory kernel) internal pure returns (bool sound, bool bodyIsFloat) {
        uint256 isFloat;
        (sound, isFloat) = _typeOf(kernel, kernel.body, kernel.tail, IN_BODY);
        if (!sound) return (false, false);
        bodyIsFloat = isFloat != 0;
        uint256 accumulator = kernel.reducer >= KernelCodec.REDUCER_ARGMAX ? 0 : isFloat;
        (sound, isFloat) = _typeOf(kernel, kernel.tail, kernel.end, accumulator);
        if ((kernel.dtype == KernelCodec.F32 ? 1 : 0) != isFloat) sound = false;
    }

    /// @param accumulator Type of `acc`: 1 f32, 0 i32, 2 in a body, where it does not exist
    /// @return sound Whether the expression leaves one value
    /// @return isFloat 1 if that value is f32, 0 if it is i32
    function _typeOf(
        Kernel memory kernel,
        uint256 at,
        uint256 end,
        uint256 accumulator
    ) private pure returns (bool sound, uint256 isFloat) {
        unchecked {
            // The stack of types, one bit a value, the top lowest: 1 f32, 0 i32.
            uint256 types = 0;
            uint256 depth = 0;
            while (at < end) {
                uint256 op = Calldata.u8(at++);
                if (op >= Instructions.FIRST_ARITHMETIC) {
                    (uint256 takes, uint256 expected, uint256 gives) = Instructions.signature(op);
                    if (depth < takes || types & ((1 << takes) - 1) != expected) return (false, 0);
                    types = ((types >> takes) << 1) | gives;
                    depth = depth + 1 - takes;
                } else if (op == Instructions.SELECT) {
                    // c a b: c is i32, a and b alike; one of them stays in the place of c.
                    if (depth < 3 || types & 4 != 0 || (types ^ (types >> 1)) & 1 != 0) return (false, 0);
                    types = ((types >> 3) << 1) | (types & 1);
                    depth -= 2;
                } else {
                    uint256 gives = _typeOfOperand(kernel, op, Calldata.u8(at), accumulator);
                    if (gives > 1) return (false, 0);
                    types = (types << 1) | gives;
                    if (++depth > MAX_STACK) return (false, 0);
                    at += (Instructions.OPERAND_BYTES >> (4 * op)) & 15;
                }
            }
            return (depth == 1, types & 1);
        }
    }

    /// @return The type of what is pushed, or 2 when the operand is not allowed here
    function _typeOfOperand(
        Kernel memory kernel,
        uint256 op,
        uint256 operand,
        uint256 accumulator
    ) private pure returns (uint256) {
        bool inTail = accumulator != IN_BODY;
        if (op == Instructions.F32_CONST) return 1;
        if (op == Instructions.I32_CONST) return 0;
        if (op == Instructions.ACC) return accumulator;
        if (op == Instructions.INDEX) {
            return operand < kernel.shapeAxes + (inTail ? 0 : kernel.reduceAxes) ? 0 : 2;
        }
        if (operand >= kernel.loads.length) return 2;
        Load memory load = kernel.loads[operand];
        if (inTail && !KernelCodec.isConstantOverReduction(kernel, load)) return 2;
        return op == Instructions.LOAD && load.dtype == KernelCodec.F32 ? 1 : 0;
    }
}
