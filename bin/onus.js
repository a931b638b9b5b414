#!/usr/bin/env node
/**
 * Starts the command line tool: in a checkout through the bootstrap, from the installed package as it was built.
 * The lock file tells them apart; npm never publishes it.
 */
import { existsSync } from "node:fs";

if (existsSync(new URL("../package-lock.json", import.meta.url))) {
  process.argv.splice(2, 0, "onus");
  await import("../scripts/bootstrap.js");
} else {
  await import("../dist/src/cli/main.js");
}
