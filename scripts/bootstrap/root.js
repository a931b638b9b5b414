import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The directory of the checkout, wherever a command was started. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path inside the checkout. */
export const at = (...parts) => join(root, ...parts);
