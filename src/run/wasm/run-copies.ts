import type { Dtype } from "../../program/dtype.js";
import type { Access } from "./access.js";
import { add, get, i32, i64, load, op, sequence, set, store, whileLoop, when } from "./code.js";
import type { Library } from "./library.js";

/** A function (address, copy, moving coordinates…) that copies one run element by element, pads where it is clipped. */
export function clipFunction(args: {
  library: Library;
  access: Access;
  inner: number;
  length: number;
  moving: readonly number[];
}): number {
  const { library, access, inner, length, moving } = args;
  const { dtype, pad } = access.load;
  const checks = moving.map((number) => access.checks[number] as Access["checks"][number]);
  const step = access.steps[inner] ?? 0;
  const shapes = checks.map(({ size, isWide, steps }) => [size, isWide, steps[inner]]);
  const key = JSON.stringify(["clip", dtype, pad, step, length, shapes]);
  return library.function(key, () =>
    library.module.define(
      {
        takes: ["i32", "i32", ...checks.map(({ isWide }) => (isWide ? ("i64" as const) : ("i32" as const)))],
      },
      (writer) => {
        const [from, to] = [0, 1] as const;
        const left = writer.local("i32");
        const conditions = checks.map(({ isWide, size }, number) =>
          isWide ? op("i64.lt_u", get(2 + number), i64(size)) : op("i32.lt_u", get(2 + number), i32(size)),
        );
        const read = load(
          dtype === "f32" ? "i32.load" : dtype === "u8" ? "i32.load8_u" : "i32.load8_s",
          get(from),
        );
        const element =
          conditions.length === 0
            ? read
            : when(
                conditions.reduce((a, b) => op("i32.and", a, b)),
                read,
                i32(pad),
                "i32",
              );
        return sequence(
          set(left, i32(length)),
          whileLoop(
            op("i32.gt_s", get(left), i32(0)),
            sequence(
              store(dtype === "f32" ? "i32.store" : "i32.store16", get(to), element),
              add(from, step),
              add(to, dtype === "f32" ? 4 : 2),
              ...checks.map(({ isWide, steps }, number) =>
                isWide
                  ? set(2 + number, op("i64.add", get(2 + number), i64(steps[inner] ?? 0)))
                  : add(2 + number, steps[inner] ?? 0),
              ),
              add(left, -1),
            ),
          ),
        );
      },
    ),
  );
}

/** A function (from, to, count) that copies neighbouring bytes as i16. */
export function widenFunction(library: Library, dtype: Dtype): number {
  const isSigned = dtype === "i8";
  return library.function(`widen ${dtype}`, () =>
    library.module.define({ takes: ["i32", "i32", "i32"] }, () => {
      const [from, to, left] = [0, 1, 2] as const;
      const eight = store(
        "v128.store",
        get(to),
        load(isSigned ? "v128.load8x8_s" : "v128.load8x8_u", get(from)),
      );
      const one = store("i32.store16", get(to), load(isSigned ? "i32.load8_s" : "i32.load8_u", get(from)));
      const step = (count: number) => sequence(add(from, count), add(to, 2 * count), add(left, -count));
      return sequence(
        whileLoop(op("i32.ge_s", get(left), i32(8)), sequence(eight, step(8))),
        whileLoop(op("i32.gt_s", get(left), i32(0)), sequence(one, step(1))),
      );
    }),
  );
}

/** A function (to, count) that writes the pad as i16. */
export function padFunction(library: Library, pad: number): number {
  return library.function(`pads ${pad}`, () =>
    library.module.define({ takes: ["i32", "i32"] }, () =>
      whileLoop(
        op("i32.gt_s", get(1), i32(0)),
        sequence(store("i32.store16", get(0), i32(pad)), add(0, 2), add(1, -1)),
      ),
    ),
  );
}
