import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { run } from "./run.js";
import { refuse } from "./talk.js";

/**
 * Runs npm under a given Node. A bare `npm` would run under whatever Node stands first on the PATH, and npm skips
 * optional packages whose `engines` that Node does not meet, Hardhat's native part among them.
 *
 * @param {{ node: string, args: string[], directory: string, lock: { share(pid: number): void } }} call `directory`
 *   is the one whose package.json is meant
 */
export async function runNpm({ node, args, directory, lock }) {
  const { status, signal } = await run({
    file: node,
    args: [npmScript(), ...args, "--prefix", directory],
    cwd: directory,
    // npm's stdout goes to our stderr: stdout belongs to the command that runs afterwards.
    stdio: ["ignore", 2, 2],
    onStart: (pid) => lock.share(pid),
  });
  if (signal) refuse(`npm ${args[0]} was stopped by ${signal}; run the command again`);
  if (status !== 0)
    refuse(`npm ${args[0]} failed with exit status ${status}; run the command again when its reason is gone`);
}

/** npm names its own script to the scripts it starts; beside a plain `node` it is looked for where Node's installers put it. */
function npmScript() {
  const execpath = process.env.npm_execpath ?? "";
  const bin = dirname(process.execPath);
  const candidates = [
    // yarn and pnpm set npm_execpath too: only npm's own script will do.
    ...(/^np[mx]-cli\.c?js$/.test(basename(execpath)) ? [join(dirname(execpath), "npm-cli.js")] : []),
    join(bin, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(bin, "node_modules", "npm", "bin", "npm-cli.js"),
    "/usr/lib/node_modules/npm/bin/npm-cli.js",
    "/usr/local/lib/node_modules/npm/bin/npm-cli.js",
    "/usr/share/nodejs/npm/bin/npm-cli.js",
  ];
  return (
    candidates.find((path) => existsSync(path)) ??
    refuse("npm was not found; start this through npm once, e.g. `npm test`")
  );
}
