import { elementBytes } from "../../program/dtype.js";
import type { Dim, Kernel, Load } from "../../program/kernel.js";
import { intervalOf, staysInside } from "./normalize.js";

/** A dim whose coordinate may leave its range, so that it is compared at run time. */
export type Check = {
  readonly size: number;
  readonly offset: number;
  readonly steps: readonly number[];
  /** A coordinate that needs more than 32 bits somewhere. */
  readonly isWide: boolean;
};

/** How a load moves through memory. Addresses are taken modulo 2^32: where all checks hold they are exact. */
export type Access = {
  readonly load: Load;
  /** Bytes from the tensor's beginning where every axis is 0. */
  readonly start: number;
  /** Bytes per step of each axis. */
  readonly steps: readonly number[];
  readonly checks: readonly Check[];
  /** The coordinate that is the value of another load. */
  readonly index?: { readonly load: number; readonly size: number; readonly step: number };
};

const wrap = (value: bigint): number => Number(BigInt.asIntN(32, value));

/** The access of a load of a normalized kernel. */
export function accessOf(load: Load, extents: readonly number[]): Access {
  const strides = stridesOf(
    load.dims.map(({ size }) => size),
    elementBytes(load.dtype),
  );
  const isIndexed = (number: number) => load.indexed?.dim === number;
  const affine = load.dims.map((dim, number) =>
    isIndexed(number) ? { ...dim, offset: 0, coefficients: [] as readonly number[] } : dim,
  );
  const total = (value: (dim: Dim) => number) =>
    wrap(affine.reduce((sum, dim, number) => sum + BigInt(value(dim)) * BigInt(strides[number] ?? 0), 0n));
  const access = {
    load,
    start: total(({ offset }) => offset),
    steps: extents.map((_, axis) => total(({ coefficients }) => coefficients[axis] ?? 0)),
    checks: load.dims
      .filter((dim, number) => !isIndexed(number) && !staysInside(dim, extents))
      .map((dim) => checkOf(dim, extents)),
  };
  const { indexed } = load;
  if (indexed === undefined) return access;
  const size = load.dims[indexed.dim]?.size ?? 0;
  return { ...access, index: { load: indexed.load, size, step: strides[indexed.dim] ?? 0 } };
}

function checkOf(dim: Dim, extents: readonly number[]): Check {
  const { lowest, highest } = intervalOf(dim, extents);
  // Blocks of lanes look a little beyond both ends.
  const isWide = Math.max(-lowest, highest, ...dim.coefficients.map(Math.abs)) >= 2 ** 30;
  return { size: dim.size, offset: dim.offset, steps: dim.coefficients, isWide };
}

/** Row-major strides, the last axis stepping by `unit`. */
export function stridesOf(extents: readonly number[], unit = 1): number[] {
  const strides = new Array<number>(extents.length);
  let stride = unit;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= extents[axis] as number;
  }
  return strides;
}

/** Whether a load's value depends on an axis, directly or through its index. */
export function dependsOn(kernel: Kernel, load: Load, axis: number): boolean {
  const index = load.indexed === undefined ? undefined : kernel.loads[load.indexed.load];
  return (
    load.dims.some(({ coefficients }) => (coefficients[axis] ?? 0) !== 0) ||
    (index !== undefined && dependsOn(kernel, index, axis))
  );
}
