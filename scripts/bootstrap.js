/**
 * Every command of this repository passes through here, so that each works in a fresh clone on a bare machine:
 *
 *   node scripts/bootstrap.js <command> [arguments …]
 *
 * fetches Node when the running one is too old, installs what the lock names, compiles contracts that changed, and
 * then becomes the real command. Plain JavaScript without dependencies: it runs before anything is installed, on
 * Node 20. It speaks on stderr only; stdout belongs to the command.
 */
import { become } from "./bootstrap/become.js";
import { commands } from "./bootstrap/commands.js";
import { compileContracts, contractsAreCompiled } from "./bootstrap/compile.js";
import { installationMatchesLock, installPackages } from "./bootstrap/install.js";
import { withLock } from "./bootstrap/lock.js";
import { ensureNode, supportedNode } from "./bootstrap/node.js";
import { Refusal, refuse } from "./bootstrap/talk.js";

/**
 * @param {string} name a key of `commands`
 * @param {string[]} args passed on untouched
 */
export async function bootstrap(name, args) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    refuse(`unknown command ${name}; there are: ${Object.keys(commands).join(", ")}`, 2);

  const started = Date.now();
  const node = await readyNode(command);
  process.env.ONUS_BOOTSTRAP_SECONDS = ((Date.now() - started) / 1000).toFixed(1);
  await become({ node, script: command.script, args });
}

/**
 * Looks without the lock first: in the usual case there is nothing to do, and commands may run side by side.
 * @returns {Promise<string>} the path of a Node that runs this repository, with everything in place
 */
async function readyNode(command) {
  const isReady = () =>
    installationMatchesLock() && (command.compiles === false || contractsAreCompiled())
      ? supportedNode()
      : undefined;

  const ready = isReady();
  if (ready !== undefined) return ready;
  return withLock(async (lock) => {
    const node = await ensureNode(lock);
    if (!installationMatchesLock()) await installPackages(node, lock);
    if (command.compiles !== false && !contractsAreCompiled()) await compileContracts(node, lock);
    return node;
  });
}

try {
  const [name = "", ...args] = process.argv.slice(2);
  await bootstrap(name, args);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`onus: ${error.message}\n`);
  process.exitCode = error.exit;
}
