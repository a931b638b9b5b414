import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { OnusError } from "../../errors/onus-error.js";
import { setting } from "../settings.js";

/** Verifying needs the compiler and the sources as they were compiled: both are part of a checkout, not of the package. */
const root = fileURLToPath(new URL("../../../", import.meta.url));
const recipe = fileURLToPath(new URL("../../../scripts/verify.ts", import.meta.url));

/** Throws before anything is deployed where the sources could not be published afterwards. */
export function requireVerifying(network: string | undefined): asserts network is string {
  if (!existsSync(recipe)) {
    throw new OnusError("VERIFYING_IMPOSSIBLE", { because: "this is not a checkout of the project" });
  }
  if (network === undefined) {
    throw new OnusError("VERIFYING_IMPOSSIBLE", { because: "no network is named" });
  }
  if (setting("ETHERSCAN_API_KEY") === undefined) {
    throw new OnusError("SETTING_MISSING", { name: "ETHERSCAN_API_KEY", network });
  }
}

/** Runs the recipe `verify` for a network; it says what it does on stderr. True when every contract is verified. */
export async function verifySources(
  network: string | undefined,
  say: (sentence: string) => void,
): Promise<boolean> {
  requireVerifying(network);
  say("publishing the sources");
  const args = ["--import", "tsx", "scripts/recipe.ts", "verify", "--network", network];
  // Its result is not ours: stdout holds one JSON value.
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const status = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (status !== 0) say("the sources are not all verified; `npm run recipe -- verify` tries again");
  return status === 0;
}
