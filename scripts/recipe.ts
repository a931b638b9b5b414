/**
 * `npm run recipe -- NAME …`: runs scripts/NAME.ts with the remaining arguments. A recipe is a thin script to read and
 * to copy; `hardhat run` would take no arguments for it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

const recipes = [
  "deploy",
  "verify",
  "publish-model",
  "register-operator",
  "submit",
  "dispute",
  "challenge",
  "defend",
  "finalize",
].filter((name) => existsSync(join(import.meta.dirname, `${name}.ts`)));

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !recipes.includes(name)) {
  console.error(
    `onus: there is no recipe ${name ?? "without a name"}; there are: ${recipes.join(", ") || "none yet"}`,
  );
  process.exitCode = 2;
} else {
  const script = join(import.meta.dirname, `${name}.ts`);
  // The recipe finds its own arguments where a script finds them.
  process.argv = [process.execPath, script, ...args];
  await import(script);
}
