import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Paths of the Solidity sources under contracts/, sorted. */
export function solidityFiles(): string[] {
  if (!existsSync("contracts")) return [];
  return readdirSync("contracts", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sol"))
    .map((path) => join("contracts", path))
    .sort();
}
