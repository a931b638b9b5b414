import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { pathToFileURL } from "node:url";

import { at } from "./root.js";
import { run } from "./run.js";

/** The environment of every command: the chosen Node first on the PATH, tools that phone home or chat told not to. */
export function environment(node) {
  return {
    ...process.env,
    PATH: [dirname(node), process.env.PATH].join(delimiter),
    HARDHAT_DISABLE_TELEMETRY: "true",
    DOTENV_CONFIG_QUIET: "true",
    TSX_TSCONFIG_PATH: at("tsconfig.json"),
  };
}

/**
 * Runs a TypeScript command in the foreground and ends as it ends: with its exit status, or by its signal.
 *
 * @param {{ node: string, script: string, args: string[] }} command
 */
export async function become({ node, script, args }) {
  const tsx = pathToFileURL(at("node_modules", "tsx", "dist", "loader.mjs")).href;
  const { status, signal } = await run({
    file: node,
    args: ["--import", tsx, at(script), ...args],
    stdio: "inherit",
    env: environment(node),
  });
  if (signal === null) {
    process.exitCode = status;
    return;
  }
  process.kill(process.pid, signal);
  // Where the signal does not end this process, the shell's convention for "ended by a signal" does.
  process.exitCode = 128 + (constants.signals[signal] ?? 0);
}
