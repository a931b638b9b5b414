import { product } from "../../program/kernel.js";
import { accessOf } from "./access.js";
import type { Source } from "./form.js";
import { PANELS, ROWS } from "./product-form.js";
import type { ProductForm } from "./product-form.js";
import { shapeOf } from "./product-shape.js";
import { ProductWriter } from "./product-writer.js";
import { laneStage } from "./stage.js";
import type { Stage } from "./stage.js";

/** Packing where something must be packed at run time, then the products. */
export function productStages(form: ProductForm): readonly Stage[] {
  const packing = ([PANELS, ROWS] as const).flatMap((temporary) => {
    const { packed } = temporary === PANELS ? form.panels : form.rows;
    return packed === undefined
      ? []
      : [laneStage(packed, { temporary, bytes: 4 * product(packed.kernel.shape) })];
  });
  return [...packing, productStage(form)];
}

function productStage(form: ProductForm): Stage {
  const shape = shapeOf(form);
  const { kernel, rows, panels, tail } = form;
  const padRow: Source = {
    kind: "constant",
    key: `pad ${rows.load.pad} ${shape.length}`,
    data: new Float32Array(new Uint32Array(shape.length).fill(rows.load.pad).buffer),
  };
  const readsPads =
    form.factor === "f32" && accessOf(rows.load, [...kernel.shape, ...kernel.reduce]).checks.length > 0;
  return {
    units: shape.batches * shape.blocks,
    grain: 1,
    work: (product(kernel.shape) * product(kernel.reduce)) / 2,
    makes: "output",
    sources: [
      panels.source,
      rows.source,
      ...tail.sources.filter((source) => source !== undefined),
      ...(readsPads ? [padRow] : []),
    ],
    scratchBytes: shape.scratchBytes,
    write({ library, addressOf, output }, exportName) {
      library.module.define(
        { takes: ["i32", "i32"] },
        (writer) => {
          const padAddress = readsPads ? addressOf(padRow) : 0;
          return new ProductWriter({ writer, library, form, shape, addressOf, output, padAddress }).write();
        },
        exportName,
      );
    },
  };
}
