// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Calldata} from "../libraries/Calldata.sol";
import {Instructions} from "../libraries/Instructions.sol";
import {Kernel, KernelCodec, Load} from "../libraries/KernelCodec.sol";
import {KernelCheck, TensorEntry} from "../libraries/KernelCheck.sol";

/// @title Makes the codec and the checks of kernels callable
contract KernelHarness {
    /// @param descriptors Each with the table it is judged under; `id` is the last entry
    /// @return verdicts 0 undecodable, 1 void, 2 computes
    /// @return costs Static cost in units where it computes, or is void for its cost alone
    /// @return most Gas of the dearest one
    function judgeEach(
        bytes[] calldata descriptors,
        TensorEntry[][] calldata tables
    ) external view returns (uint256[] memory verdicts, uint256[] memory costs, uint256 most) {
        verdicts = new uint256[](descriptors.length);
        costs = new uint256[](descriptors.length);
        for (uint256 i = 0; i < descriptors.length; ++i) {
            uint256 before = gasleft();
            (verdicts[i], costs[i]) = _judge(descriptors[i], tables[i]);
            uint256 used = before - gasleft();
            if (used > most) most = used;
        }
    }

    /// @return known Whether the opcode exists
    /// @return size Bytes of an instruction, operand included
    /// @return cost Static cost of one execution
    function instruction(uint256 op) external pure returns (bool known, uint256 size, uint256 cost) {
        known = (Instructions.KNOWN >> op) & 1 != 0;
        size = op <= Instructions.IN_RANGE ? 1 + ((Instructions.OPERAND_BYTES >> (4 * op)) & 15) : 1;
        if (op < 0x60) {
            uint256 row =
                op < 0x20
                    ? Instructions.UNITS_00
                    : (op < 0x40 ? Instructions.UNITS_20 : Instructions.UNITS_40);
            cost = uint256(uint8(bytes32(row)[op % 32])) * Instructions.UNIT;
        }
    }

    function _judge(
        bytes calldata descriptor,
        TensorEntry[] calldata table
    ) private pure returns (uint256 verdict, uint256 cost) {
        uint256 at = Calldata.positionOf(descriptor);
        (bool decodable, Kernel memory kernel) = KernelCodec.decode(at, descriptor.length);
        if (!decodable) return (0, 0);
        uint256 id = table.length - 1;
        TensorEntry[] memory entries = new TensorEntry[](kernel.loads.length);
        bool agree = true;
        for (uint256 number = 0; number < entries.length; ++number) {
            Load memory load = kernel.loads[number];
            if (load.tensor < id) entries[number] = table[load.tensor];
            else agree = false;
        }
        (bool isVoid, ) = KernelCheck.isVoid(kernel, id, table[id], entries);
        if (kernel.sound && agree) cost = KernelCheck.cost(kernel, entries);
        return (isVoid ? 1 : 2, cost);
    }
}
