import { basename, dirname } from "node:path";

/** Test files that share a process. */
export interface Batch {
  readonly name: string;
  readonly runner: "mocha" | "solidity";
  readonly files: readonly string[];
}

/** Directories whose files run for long: each file is a batch of its own, and they start first. */
const heavy = /^test\/(conformance|e2e|invariants|properties)\//;

/**
 * Divides the work between processes: by directory, in test/contracts by contract, heavy files alone. A free process
 * takes the next batch, so the division needs no knowledge of how long a test takes.
 */
export function planBatches(files: readonly string[], { together }: { together: boolean }): Batch[] {
  const mocha = files.filter((file) => !file.endsWith(".sol"));
  const solidity = files.filter((file) => file.endsWith(".sol"));
  const groups = Map.groupBy(mocha, (file) => (together ? "all" : groupOf(file)));
  const batches = [...groups].map(([name, group]): Batch => ({ name, runner: "mocha", files: group }));
  if (solidity.length > 0) batches.push({ name: "test/**/*.t.sol", runner: "solidity", files: solidity });
  return batches.sort((a, b) => Number(isHeavy(b)) - Number(isHeavy(a)));
}

const isHeavy = ({ name, runner }: Batch): boolean => runner === "solidity" || heavy.test(name);

function groupOf(file: string): string {
  const path = file.replaceAll("\\", "/");
  if (heavy.test(path)) return path;
  if (!path.startsWith("test/contracts/")) return dirname(path);
  return `test/contracts/${basename(path).split(".")[0] ?? ""}`;
}
