import { readFileSync } from "node:fs";

import type { Check } from "./check.js";
import { solidityFiles } from "./solidity-files.js";

/** Every Solidity error is reverted with, or named, somewhere in contracts/. */
export const check: Check = {
  name: "unused Solidity errors",
  run: () => Promise.resolve(unusedErrors(solidityFiles().map((path) => readFileSync(path, "utf8")))),
};

/** Names of errors that the sources declare and never use. */
export function unusedErrors(sources: readonly string[]): string[] {
  const code = sources.map(withoutComments).join("\n");
  const declared = [...code.matchAll(/\berror\s+(\w+)\s*\(/g)].map(([, name = ""]) => name);
  const uses = new Map<string, number>();
  for (const [word] of code.matchAll(/\b\w+\b/g)) uses.set(word, (uses.get(word) ?? 0) + 1);
  for (const [, name = ""] of code.matchAll(/\berror\s+(\w+)\s*\(/g))
    uses.set(name, (uses.get(name) ?? 0) - 1);
  // A name that is only imported is not used: each import list takes its mention back.
  for (const [, names = ""] of code.matchAll(/\bimport\s*\{([^}]*)\}/g)) {
    for (const [word] of names.matchAll(/\b\w+\b/g)) uses.set(word, (uses.get(word) ?? 0) - 1);
  }
  return [...new Set(declared)].filter((name) => (uses.get(name) ?? 0) <= 0).sort();
}

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g, (match) =>
    match.startsWith('"') ? '""' : " ",
  );
