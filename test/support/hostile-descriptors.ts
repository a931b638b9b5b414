import { encodeKernel } from "../../src/program/codec.js";
import { DTYPES } from "../../src/program/dtype.js";
import { OPS, opOperand } from "../../src/program/instruction.js";
import type { Instruction } from "../../src/program/instruction.js";
import { REDUCERS, product } from "../../src/program/kernel.js";
import type { Dim, Kernel, Load } from "../../src/program/kernel.js";
import type { TensorEntry } from "../../src/program/tensor-table.js";
import { randomKernel } from "./kernel-generator.js";
import type { Random } from "./random.js";

/** A descriptor and the table it is judged under; its own tensor is the last entry. */
export type Judged = { readonly descriptor: Uint8Array; readonly table: readonly TensorEntry[] };

/** A descriptor that is wrong somewhere, or right at a limit, or right. */
export function hostileDescriptor(random: Random): Judged {
  const { kernel, table } = randomKernel(random.word());
  const judged = { descriptor: encodeKernel(kernel), table };
  switch (random.below(8)) {
    case 0:
      return judged;
    case 1:
      return { ...judged, descriptor: mutateBytes(judged.descriptor, random) };
    case 2:
      return { ...judged, table: mutateTable(table, random) };
    case 3:
      return dear(random);
    case 4:
      return { ...judged, descriptor: noise(random) };
    default: {
      let mutated = kernel;
      for (let times = random.pick([1, 1, 1, 2, 3]); times > 0; times--)
        mutated = mutateKernel(mutated, random);
      // The table follows the kernel most of the time, so that nothing but the mutation is wrong.
      return {
        descriptor: encodeKernel(mutated),
        table: random.chance(80) ? tableOf(mutated, table) : table,
      };
    }
  }
}

function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  switch (random.below(4)) {
    case 0:
      return copy.subarray(0, random.below(bytes.length + 1));
    case 1:
      return Uint8Array.from([
        ...bytes,
        ...Array.from({ length: random.between(1, 40) }, () => random.below(256)),
      ]);
    case 2: {
      const at = random.below(bytes.length);
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
    }
    default:
      for (let times = random.between(1, 3); times > 0; times--) {
        // The first bytes are counts, on which everything else hangs.
        const at = random.chance(40) ? random.below(Math.min(32, bytes.length)) : random.below(bytes.length);
        copy[at] = random.chance(50) ? random.below(256) : (copy[at] as number) ^ (1 << random.below(8));
      }
      return copy;
  }
}

function noise(random: Random): Uint8Array {
  const length = random.pick([0, 1, 6, 7, 8, 20, 200, 1_000, 5_023, 8_191, 8_192]);
  const bytes = Uint8Array.from({ length }, () => random.word());
  const head = [
    random.between(1, 8),
    random.below(7),
    random.below(9),
    random.below(6),
    random.below(4),
    1,
    1,
  ];
  if (random.chance(70)) bytes.set(head.slice(0, length));
  return bytes;
}

function mutateTable(table: readonly TensorEntry[], random: Random): TensorEntry[] {
  const copy = [...table];
  const at = random.chance(50) ? copy.length - 1 : random.below(copy.length);
  const { count, dtype } = copy[at] as TensorEntry;
  copy[at] = random.chance(50)
    ? { count: Math.max(1, count + random.pick([-1, 1, count])), dtype }
    : { count, dtype: random.pick(DTYPES) };
  return copy;
}

/** The table under which a kernel agrees with itself; entries that no load names stay. */
function tableOf(kernel: Kernel, table: readonly TensorEntry[]): TensorEntry[] {
  const copy = [...table];
  for (const { tensor, dtype, dims } of kernel.loads) {
    const count = product(dims.map(({ size }) => size));
    if (tensor < table.length - 1 && count >= 1 && count <= 2 ** 27) copy[tensor] = { dtype, count };
  }
  const count = product(kernel.shape);
  if (count >= 1 && count <= 2 ** 27) copy[table.length - 1] = { count, dtype: kernel.dtype };
  return copy;
}

/** Around the cap of the static cost, mostly with no other flaw. */
function dear(random: Random): Judged {
  const inner = random.pick([1, 2, 16, 1_024, 16_384]);
  const reduce = [random.between(1, 2 ** 18 / inner), inner];
  const height = random.pick([1, 64, 4_096]);
  const coefficients = () => [0, random.pick([0, 1]), random.pick([0, 1, -1, 2])];
  const dims = [
    {
      size: height,
      offset: 0,
      coefficients: random.chance(70) ? [0, random.pick([0, 1]), 0] : coefficients(),
    },
    { size: random.pick([1, 32, 4_096]), offset: 0, coefficients: coefficients() },
  ];
  const loads: Load[] = [{ tensor: 0, dtype: "f32", dims, pad: 0 }];
  const body: Instruction[] = [{ op: "load", arg: 0 }];
  for (let length = random.below(20); length > 0; length--)
    body.push({ op: random.pick(["f32.exp", "f32.neg", "f32.sqrt"]) });
  const kernel: Kernel = {
    shape: [4],
    reduce,
    loads,
    body,
    reducer: "sum",
    tail: [{ op: "acc" }],
    dtype: "f32",
  };
  return {
    descriptor: encodeKernel(kernel),
    table: tableOf(kernel, [
      { count: 1, dtype: "u8" },
      { count: 1, dtype: "u8" },
    ]),
  };
}

const at = <T>(list: readonly T[], index: number, change: (one: T) => T): T[] =>
  list.map((one, i) => (i === index ? change(one) : one));

function mutateKernel(kernel: Kernel, random: Random): Kernel {
  const extents = [
    0,
    1,
    2,
    3,
    2 ** 16,
    2 ** 17,
    2 ** 18,
    2 ** 18 + 1,
    2 ** 27,
    2 ** 27 + 1,
    2 ** 31,
    2 ** 32 - 1,
  ];
  const mutateDim = (dim: Dim): Dim => {
    switch (random.below(4)) {
      case 0:
        return { ...dim, size: random.pick(extents) };
      case 1:
        return { ...dim, offset: random.pick([-(2 ** 31), -(2 ** 31) + 1, 2 ** 31 - 1, 0, 1, -1]) };
      default: {
        const coefficient = random.pick([
          0,
          1,
          -1,
          2,
          2 ** 25,
          -(2 ** 25),
          2 ** 25 + 1,
          -(2 ** 25) - 1,
          -(2 ** 31),
          2 ** 31 - 1,
        ]);
        return {
          ...dim,
          coefficients: at(dim.coefficients, random.below(dim.coefficients.length), () => coefficient),
        };
      }
    }
  };
  const mutateLoad = (load: Load): Load => {
    const { indexed: _, ...plain } = load;
    switch (random.below(7)) {
      case 0:
        return {
          ...load,
          tensor: random.pick([
            0,
            kernel.loads.length - 1,
            kernel.loads.length,
            kernel.loads.length + 1,
            2 ** 32 - 1,
          ]),
        };
      case 1:
        return { ...load, dtype: random.pick(DTYPES) };
      case 2:
        return plain;
      case 3:
        return {
          ...load,
          indexed: { dim: random.pick([0, 1, 2, 7, 254]), load: random.pick([0, 1, 2, 254]) },
        };
      default:
        return { ...load, dims: at(load.dims, random.below(load.dims.length), mutateDim) };
    }
  };
  const mutateCode = (code: readonly Instruction[]): Instruction[] => {
    const index = random.below(code.length);
    const op = random.pick(OPS);
    const made = opOperand(op) === "none" ? { op } : { op, arg: random.pick([0, 0, 1, 2, 7, 8, 14, 255]) };
    switch (random.below(4)) {
      case 0:
        return code.length === 1 ? [made] : code.filter((_, i) => i !== index);
      case 1:
        return [...code.slice(0, index), made, ...code.slice(index)].slice(0, 64);
      case 2:
        return Array.from({ length: random.pick([15, 16, 17, 64]) }, () => ({ op: "acc" }));
      default:
        return at(code, index, () => made);
    }
  };
  switch (random.below(7)) {
    case 0:
      return {
        ...kernel,
        shape: at(kernel.shape, random.below(kernel.shape.length), () => random.pick(extents)),
      };
    case 1:
      return {
        ...kernel,
        reduce: at(kernel.reduce, random.below(kernel.reduce.length + 1), () => random.pick(extents)),
      };
    case 2:
      return { ...kernel, reducer: random.pick(REDUCERS) };
    case 3:
      return { ...kernel, dtype: random.pick(DTYPES) };
    case 4:
      return { ...kernel, loads: at(kernel.loads, random.below(kernel.loads.length + 1), mutateLoad) };
    case 5:
      return { ...kernel, body: mutateCode(kernel.body) };
    default:
      return { ...kernel, tail: mutateCode(kernel.tail) };
  }
}
