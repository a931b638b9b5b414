import type { Definition, Nest } from "../ir/value.js";

/** A nest that only moves elements. */
export const isView = (nest: Nest): boolean => nest.reducer === "none" && nest.body.kind === "read";

/** A value that only moves elements. */
export const isMovement = (definition: Definition): boolean =>
  definition.kind === "reshape" || (definition.kind === "nest" && isView(definition.nest));
