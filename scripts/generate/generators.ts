import { readdirSync } from "node:fs";

/**
 * Makes files from other files. Every file of this directory that exports one as `generator` takes part in
 * `npm run generate` and in the freshness check; nothing lists them.
 */
export interface Generator {
  readonly name: string;
  /** Files and directories it writes, all of them and nothing else, relative to the checkout. */
  readonly outputs: readonly string[];
  readonly run: () => Promise<void>;
}

export async function generators(): Promise<readonly Generator[]> {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".ts"))
    .sort();
  const modules = await Promise.all(
    files.map((file) => import(`./${file}`) as Promise<{ generator?: Generator }>),
  );
  return modules.flatMap(({ generator }) => generator ?? []);
}

/** Runs them one after the other, in the order of their file names. */
export async function generateAll(): Promise<void> {
  for (const generator of await generators()) {
    console.log(`  ${generator.name} → ${generator.outputs.join(", ")}`);
    await generator.run();
  }
}
