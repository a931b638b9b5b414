import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { artifacts } from "hardhat";

type Input = {
  readonly sources: Record<string, { content: string }>;
  readonly settings: Record<string, unknown>;
};
type Output = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
};
type Compiler = { compile(input: string): string };

const cacheDirectory = join("cache", "mutants");

/** Creation code of a contract of the repository with other text in one of its files; kept by content. */
export async function compileMutant(mutant: {
  readonly part: string;
  readonly file: string;
  readonly edits: readonly { readonly find: string; readonly replace: string }[];
}): Promise<string> {
  const { part, file, edits } = mutant;
  const { input, source } = await inputOf(part);
  const path = `project/${file}`;
  const before = input.sources[path]?.content;
  if (before === undefined) throw new Error(`${part} is not compiled with ${file}`);
  const content = edits.reduce((text, { find, replace }) => {
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`${file} contains ${found} times what is to be changed: ${find}`);
    return text.replace(find, () => replace);
  }, before);
  const sources = { ...input.sources, [path]: { content } };
  const outputSelection = { [source]: { [part]: ["evm.bytecode.object"] } };
  return kept(
    JSON.stringify({ ...input, sources, settings: { ...input.settings, outputSelection } }),
    (text) => {
      const { compile } = createRequire(import.meta.url)("solc") as Compiler;
      const { errors = [], contracts } = JSON.parse(compile(text)) as Output;
      const error = errors.find(({ severity }) => severity === "error");
      if (error !== undefined) throw new Error(error.formattedMessage);
      return `0x${contracts?.[source]?.[part]?.evm.bytecode.object ?? ""}`;
    },
  );
}

/** What the build gave the compiler for a contract, and the name of its source there. */
async function inputOf(part: string): Promise<{ input: Input; source: string }> {
  const { inputSourceName, buildInfoId } = await artifacts.readArtifact(part);
  if (inputSourceName === undefined || buildInfoId === undefined)
    throw new Error(`${part} was not built here`);
  const path = join("artifacts", "build-info", `${buildInfoId}.json`);
  const { input } = JSON.parse(readFileSync(path, "utf8")) as { input: Input };
  return { input, source: inputSourceName };
}

function kept(input: string, make: (input: string) => string): string {
  const path = join(cacheDirectory, `${createHash("sha256").update(input).digest("hex")}.hex`);
  if (existsSync(path)) return readFileSync(path, "utf8");
  const made = make(input);
  mkdirSync(cacheDirectory, { recursive: true });
  writeFileSync(path, made);
  return made;
}
