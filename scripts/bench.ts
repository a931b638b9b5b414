/** `npm run bench -- NAME …`: runs scripts/bench/NAME.ts with the remaining arguments; without a name, lists them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const directory = join(import.meta.dirname, "bench");
const benches = existsSync(directory)
  ? readdirSync(directory)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => file.slice(0, -".ts".length))
      .sort()
  : [];

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !benches.includes(name)) {
  console.error(`onus: give the name of a benchmark; there are: ${benches.join(", ") || "none yet"}`);
  process.exitCode = 2;
} else {
  const script = join(directory, `${name}.ts`);
  process.argv = [process.execPath, script, ...args];
  await import(script);
}
