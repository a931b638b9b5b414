/** The public API of the package; everything else may change without notice. */
export { catalogue } from "./errors/catalogue.js";
export type { CatalogueEntry, Code, ContextOf } from "./errors/catalogue.js";
export { exitStatus, formatError } from "./errors/format-error.js";
export { isOnusError, OnusError } from "./errors/onus-error.js";
export { parseAddress } from "./types/address.js";
export type { Address } from "./types/address.js";
export { parseBytes32 } from "./types/bytes32.js";
export type { Bytes32 } from "./types/bytes32.js";
export { parseSeconds } from "./types/seconds.js";
export type { Seconds } from "./types/seconds.js";
export { parseWei } from "./types/wei.js";
export type { Wei } from "./types/wei.js";
