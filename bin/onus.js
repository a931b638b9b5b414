#!/usr/bin/env node
/**
 * Starts the command line tool: in a checkout through the bootstrap, from the installed package as it was built.
 * The lock file tells them apart; npm never publishes it.
 */
import { existsSync } from "node:fs";

if (existsSync(new URL("../package-lock.json", import.meta.url))) {
  process.argv.splice(2, 0, "onus");
  await import("../scripts/bootstrap.js");
} else if (await isNodeNewEnough()) {
  await import("../dist/src/cli/main.js");
}

/** The packages behind the command line do not even load on an old Node. */
async function isNodeNewEnough() {
  const { requireNode } = await import("../dist/src/cli/require-node.js");
  try {
    requireNode(process.versions.node);
    return true;
  } catch (error) {
    const { exitStatus, formatError } = await import("../dist/src/errors/format-error.js");
    console.error(formatError(error));
    process.exitCode = exitStatus(error);
    return false;
  }
}
