import type { Instruction } from "../../src/program/instruction.js";
import type { Kernel } from "../../src/program/kernel.js";
import { conv, dim, dot, elementwise, load, ordinary, rowwise } from "./kernel-shapes.js";
import type { Fill, KernelShape } from "./kernel-shapes.js";

/** Pseudo-random bits of an index. */
const mix = (i: number): number => Math.imul(i ^ 0x9e3779b9, 0x85ebca6b) >>> 9;

/** Products that change the accumulator's unit with every element, there and back: the dearest sums there are. */
export const thrashing: { readonly x: Fill; readonly w: Fill; readonly alone: Fill } = {
  x: (i) => ((i & 1) * 0x80000000 + (190 << 23) + (mix(i >> 1) & 0x3fffff)) >>> 0,
  w: (i) => (191 << 23) | (mix(i >> 1) & 0x1fffff),
  /** The same by itself, for sums of plain values. */
  alone: (i) => ((i & 1) * 0x80000000 + ((254 << 23) | (mix(i >> 1) & 0x3fffff))) >>> 0,
};
/** Subnormal: dearest for sums and products of single values. */
const tiny: Fill = (i) => (((i & 1) << 31) >>> 0) + 1 + (mix(i) & 0x3fffff);
const bytes: Fill = (i) => (mix(i) & 0x7f) + 1;

const x: Instruction = { op: "load", arg: 0 };
const y: Instruction = { op: "load", arg: 1 };
const centred: readonly Instruction[] = [x, y, { op: "f32.sub" }];
const ACC: readonly Instruction[] = [{ op: "acc" }];

const shape = (name: string, element: number, fills: readonly Fill[], kernel: Kernel): KernelShape => ({
  name,
  element,
  kernel,
  operands: fills.map((fill, number) => ({ made: number === 0, fill })),
});

/** A kernel of every form the importer makes, at values at which it is dear. */
export function everyShape(): KernelShape[] {
  const hard = { x: thrashing.x, w: thrashing.w };
  return [
    dot(16, hard),
    dot(512, hard),
    dot(2_048, hard),
    dot(8_192, hard),
    dot(512, { dtype: "i8", x: bytes, w: bytes }),
    dot(2_048, { dtype: "u8", x: bytes, w: bytes }),
    conv(8, hard),
    conv(64, hard),
    conv(64, { ...hard, corner: true }),
    elementwise(65_536, tiny),
    rowwise("sum", 512, { body: [x] }, thrashing.alone),
    rowwise(
      "sum exp(x - m)",
      512,
      { body: [...centred, { op: "f32.exp" }] },
      (i) => (i % 7 === 0 ? 0x3f000000 : 0x80000001) + (mix(i) % 97),
    ),
    rowwise("sum (x - m)²", 256, { body: [...centred, ...centred, { op: "f32.mul" }] }, tiny),
    rowwise("max", 512, { reducer: "max", body: [x] }, tiny),
    rowwise("argmax", 2_048, { reducer: "argmax", body: [x] }, (i) => 0x3f000000 + (i % 2_048)),
    shape("gelu, no reduction", 30_000, [ordinary], {
      shape: [65_536],
      reduce: [],
      reducer: "none",
      dtype: "f32",
      loads: [load(0, "f32", [dim(65_536, [1])])],
      body: [
        x,
        x,
        { op: "f32.const", arg: 0x3f3504f3 },
        { op: "f32.mul" },
        { op: "f32.erf" },
        { op: "f32.const", arg: 0x3f800000 },
        { op: "f32.add" },
        { op: "f32.mul" },
      ],
      tail: ACC,
    }),
    shape("depthwise 5×5, strided", (7 * 16 + 8) * 64 + 5, [ordinary, ordinary], {
      shape: [16, 16, 64],
      reduce: [5, 5],
      reducer: "sum",
      dtype: "f32",
      loads: [
        load(0, "f32", [
          dim(16, [1, 0, 0, 1, 0], -2),
          dim(16, [0, 1, 0, 0, 1], -2),
          dim(64, [0, 0, 1, 0, 0]),
        ]),
        load(1, "f32", [dim(64, [0, 0, 1, 0, 0]), dim(5, [0, 0, 0, 1, 0]), dim(5, [0, 0, 0, 0, 1])]),
      ],
      body: [x, y, { op: "f32.mul" }],
      tail: ACC,
    }),
    shape("max pool 2×2", (3 * 16 + 8) * 64 + 5, [tiny], {
      shape: [16, 16, 64],
      reduce: [2, 2],
      reducer: "max",
      dtype: "f32",
      loads: [
        load(
          0,
          "f32",
          [dim(32, [2, 0, 0, 1, 0]), dim(32, [0, 2, 0, 0, 1]), dim(64, [0, 0, 1, 0, 0])],
          0xff800000,
        ),
      ],
      body: [x],
      tail: ACC,
    }),
    shape("column of 128", 40, [thrashing.x, thrashing.w], {
      shape: [64],
      reduce: [128],
      reducer: "sum",
      dtype: "f32",
      loads: [load(0, "f32", [dim(128, [0, 1])]), load(1, "f32", [dim(128, [0, 1]), dim(64, [1, 0])])],
      body: [x, y, { op: "f32.mul" }],
      tail: ACC,
    }),
    shape("gather of a row", 9 * 64 + 3, [(i) => (i * 37) % 512, ordinary], {
      shape: [40, 64],
      reduce: [],
      reducer: "none",
      dtype: "f32",
      loads: [
        load(0, "i32", [dim(40, [1, 0])]),
        { ...load(1, "f32", [dim(512, [0, 0]), dim(64, [0, 1])]), indexed: { dim: 0, load: 0 } },
      ],
      body: [y],
      tail: ACC,
    }),
    shape("sum of gathered", 3, [(i) => mix(i) % 512, ordinary], {
      shape: [64],
      reduce: [48],
      reducer: "sum",
      dtype: "f32",
      loads: [
        load(0, "i32", [dim(48, [0, 1])]),
        { ...load(1, "f32", [dim(512, [0, 0]), dim(64, [1, 0])]), indexed: { dim: 0, load: 0 } },
      ],
      body: [y],
      tail: ACC,
    }),
    shape("concat of two", 100 * 96 + 50, [ordinary, ordinary], {
      shape: [256, 96],
      reduce: [],
      reducer: "none",
      dtype: "f32",
      loads: [
        load(0, "f32", [dim(256, [1, 0]), dim(32, [0, 1])]),
        load(1, "f32", [dim(256, [1, 0]), dim(64, [0, 1], -32)]),
      ],
      body: [{ op: "in_range", arg: 0 }, x, y, { op: "select" }],
      tail: ACC,
    }),
    shape("i32 dot", 5, [(i) => mix(i) | 0, (i) => mix(i * 3) | 0], {
      shape: [64],
      reduce: [256],
      reducer: "sum",
      dtype: "i32",
      loads: [load(0, "i32", [dim(256, [0, 1])]), load(1, "i32", [dim(64, [1, 0]), dim(256, [0, 1])])],
      body: [x, y, { op: "i32.mul" }],
      tail: ACC,
    }),
  ];
}
