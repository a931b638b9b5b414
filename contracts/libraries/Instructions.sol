// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Instructions: opcodes of `onus-1`, their shape in a descriptor and their types (docs/spec/program.md)
library Instructions {
    uint256 internal constant F32_CONST = 0x00;
    uint256 internal constant I32_CONST = 0x01;
    uint256 internal constant LOAD = 0x02;
    uint256 internal constant ACC = 0x03;
    uint256 internal constant INDEX = 0x04;
    uint256 internal constant IN_RANGE = 0x05;
    uint256 internal constant SELECT = 0x06;
    /// From here on an instruction's types do not depend on the kernel around it.
    uint256 internal constant FIRST_ARITHMETIC = 0x07;
    uint256 internal constant I2F = 0x07;
    uint256 internal constant F2I = 0x08;
    uint256 internal constant F32_ADD = 0x10;
    uint256 internal constant F32_SUB = 0x11;
    uint256 internal constant F32_MUL = 0x12;
    uint256 internal constant F32_DIV = 0x13;
    uint256 internal constant F32_MIN = 0x14;
    uint256 internal constant F32_MAX = 0x15;
    uint256 internal constant F32_EQ = 0x16;
    uint256 internal constant F32_LT = 0x17;
    uint256 internal constant F32_LE = 0x18;
    uint256 internal constant F32_SQRT = 0x20;
    uint256 internal constant F32_NEG = 0x21;
    uint256 internal constant F32_ABS = 0x22;
    uint256 internal constant F32_FLOOR = 0x23;
    uint256 internal constant F32_CEIL = 0x24;
    uint256 internal constant F32_RINT = 0x25;
    uint256 internal constant F32_TRUNC = 0x26;
    /// The transcendental instructions: exp, log, tanh, erf, sin, cos.
    uint256 internal constant F32_EXP = 0x28;
    uint256 internal constant F32_COS = 0x2d;
    uint256 internal constant I32_ADD = 0x30;
    uint256 internal constant I32_SUB = 0x31;
    uint256 internal constant I32_MUL = 0x32;
    uint256 internal constant I32_DIV = 0x33;
    uint256 internal constant I32_MOD = 0x34;
    uint256 internal constant I32_MIN = 0x35;
    uint256 internal constant I32_MAX = 0x36;
    uint256 internal constant I32_AND = 0x37;
    uint256 internal constant I32_OR = 0x38;
    uint256 internal constant I32_XOR = 0x39;
    uint256 internal constant I32_SHL = 0x3a;
    uint256 internal constant I32_SHR = 0x3b;
    uint256 internal constant I32_SAR = 0x3c;
    uint256 internal constant I32_EQ = 0x3d;
    uint256 internal constant I32_LT = 0x3e;
    uint256 internal constant I32_LE = 0x3f;
    uint256 internal constant I32_NEG = 0x40;
    uint256 internal constant I32_ABS = 0x41;
    uint256 internal constant I32_NOT = 0x42;

    /// @dev Bit c set: opcode c exists. 00..08, 10..18, 20..26, 28..2d, 30..42.
    uint256 internal constant KNOWN = 0x7ffff3f7f01ff01ff;
    /// @dev Bytes of operand of the opcodes up to IN_RANGE, four bits each, lowest opcode lowest; no other has one.
    uint256 internal constant OPERAND_BYTES = 0x110144;
    /// @dev Types of the opcodes below 40, four bits each, lowest opcode lowest: how many values are taken (two bits; 0 where
    /// it depends on the kernel), whether they are f32, whether the result is. The opcodes from 40 on take one i32 and give one.
    uint256 private constant SIGNATURES = 0x888888888888888800777777077777770000000aaabbbbbb0000000650000000;
    uint256 private constant SIGNATURE_FROM_40 = 4;
    /// @dev Units of one execution in fifties, one byte an opcode, lowest opcode highest. The numbers are those of
    /// `instructionCost` in src/program/static-cost.ts; a test compares all of them.
    uint256 internal constant UNITS_00 = 0x08081108080c080e0e00000000000000141410140e0e0e0e0e00000000000000;
    uint256 internal constant UNITS_20 = 0x0e08080e0e0e0e00282828282828000008080808080808080808080808080808;
    uint256 internal constant UNITS_40 = 0x0808080000000000000000000000000000000000000000000000000000000000;
    uint256 internal constant UNIT = 50;

    /// @param op A known opcode from FIRST_ARITHMETIC on
    /// @return takes Values taken from the stack
    /// @return expected Their types, one bit each: 1 f32, 0 i32
    /// @return gives Type of the value pushed
    function signature(uint256 op) internal pure returns (uint256 takes, uint256 expected, uint256 gives) {
        // Proof for unchecked: at most 3 values are taken.
        unchecked {
            uint256 packed = op < 0x40 ? (SIGNATURES >> (4 * op)) & 15 : SIGNATURE_FROM_40;
            takes = packed >> 2;
            expected = (packed & 2) == 0 ? 0 : (1 << takes) - 1;
            gives = packed & 1;
        }
    }
}
