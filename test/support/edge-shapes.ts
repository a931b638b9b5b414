import type { Dtype } from "../../src/program/dtype.js";
import type { Instruction } from "../../src/program/instruction.js";
import type { Kernel, Load, Reducer } from "../../src/program/kernel.js";
import { bitsOfNumber, dim, load } from "./kernel-shapes.js";
import type { Fill, KernelShape } from "./kernel-shapes.js";

const NAN = 0x7fc00000;
/** A NaN that no instruction gives: signalling, negative, with a payload. */
const ODD_NAN = 0xff812345;

const over = (name: string, fills: readonly Fill[], kernel: Kernel): KernelShape => ({
  name,
  element: 0,
  kernel,
  operands: fills.map((fill) => ({ made: true, fill })),
});

const single = (k: number, reducer: Reducer, dtype: Dtype = "f32"): Kernel => ({
  shape: [1],
  reduce: k === 1 ? [] : [k],
  reducer,
  dtype,
  loads: [load(0, "f32", [dim(k, k === 1 ? [1] : [0, 1])])],
  body: [{ op: "load", arg: 0 }],
  tail: [{ op: "acc" }],
});

/** A window of k bytes that hangs over both ends of its row, padded with a number that is no byte. */
function overhanging(dtypes: readonly [Dtype, Dtype], pad: number): KernelShape {
  const k = 40;
  const body: readonly Instruction[] = [{ op: "load", arg: 0 }, { op: "load", arg: 1 }, { op: "i32.mul" }];
  const x: Load = load(0, dtypes[0], [dim(30, [0, 1], -5)], pad >>> 0);
  const w: Load = load(1, dtypes[1], [dim(k, [0, 1])]);
  const name = `sum of ${dtypes.join(" · ")} padded with ${pad}`;
  return over(name, [(i) => i + 1, (i) => 2 * i - 30], {
    shape: [1],
    reduce: [k],
    reducer: "sum",
    dtype: "i32",
    loads: [x, w],
    body,
    tail: [{ op: "acc" }],
  });
}

/** What random kernels seldom meet. */
export function edgeShapes(): KernelShape[] {
  const at =
    (places: Readonly<Record<number, number>>): Fill =>
    (i) =>
      places[i] ?? bitsOfNumber(i % 7);
  const dtypes = (["u8", "i8"] as const).flatMap((a) => (["u8", "i8"] as const).map((b) => [a, b] as const));
  return [
    ...dtypes.flatMap((pair) =>
      [0, 3, -1, 128, 255, 256, 1_000, -129, -(2 ** 31)].map((pad) => overhanging(pair, pad)),
    ),
    ...(["argmax", "argmin"] as const).flatMap((reducer) => [
      over(`${reducer} of two NaN`, [at({ 5: NAN, 9: ODD_NAN })], single(140, reducer, "i32")),
      over(
        `${reducer} of NaN in different stretches`,
        [at({ 3: ODD_NAN, 130: NAN })],
        single(140, reducer, "i32"),
      ),
      over(`${reducer} of zeros of both signs`, [(i) => (i % 2) * 0x80000000], single(40, reducer, "i32")),
    ]),
    ...(["max", "min", "sum"] as const).flatMap((reducer) => [
      over(`${reducer} with a NaN`, [at({ 20: ODD_NAN })], single(40, reducer)),
      over(`${reducer} of zeros of both signs`, [(i) => ((i + 1) % 2) * 0x80000000], single(40, reducer)),
      over(`${reducer} of few`, [at({ 1: 0x80000000 })], single(3, reducer)),
      over(`${reducer} of opposite infinities`, [at({ 2: 0x7f800000, 30: 0xff800000 })], single(40, reducer)),
    ]),
    over("indices of outer and inner reduction axes", [() => 0], {
      ...single(1, "sum", "i32"),
      // Extents with a common factor: k modulo each of them is something else than the coordinates.
      reduce: [2, 2, 4],
      loads: [load(0, "f32", [dim(1, [0, 0, 0, 0])])],
      body: [1, 2, 3].flatMap((axis, i): Instruction[] => [
        { op: "index", arg: axis },
        ...(i === 0 ? [] : ([{ op: "i32.const", arg: 10 }, { op: "i32.mul" }, { op: "i32.xor" }] as const)),
      ]),
    }),
    over("a copied NaN", [() => ODD_NAN], single(1, "none")),
  ];
}
