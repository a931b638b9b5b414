import type { Definition, Nest } from "../ir/value.js";

/** A nest that only moves elements, from where the loops alone say. */
export const isView = ({ reducer, body }: Nest): boolean =>
  reducer === "none" && body.kind === "read" && body.read.index === undefined;

/** A value that only moves elements. */
export const isMovement = (definition: Definition): boolean =>
  definition.kind === "reshape" || (definition.kind === "nest" && isView(definition.nest));
