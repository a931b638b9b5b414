import { OnusError } from "../errors/onus-error.js";

/**
 * Loads a package that only programs that keep running need: `loadPeer("pino", "the log", () => import("pino"))`.
 *
 * @param needs what cannot do without it, for the error PEER_MISSING
 */
export async function loadPeer<Module>(
  name: string,
  needs: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new OnusError("PEER_MISSING", { name, needs }, { cause: error });
  }
}
