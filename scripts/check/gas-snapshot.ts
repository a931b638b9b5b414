import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Check } from "./check.js";

/** Gas by name, as committed: what each named transaction costs on the deterministic in-process chain. */
export type GasByName = Readonly<Record<string, number>>;

const snapshotPath = "gas-snapshot.json";
const recordPath = join("cache", "gas-recorded.jsonl");

/** Fails when the gas recorded by the last full test run differs from the committed snapshot, in either direction. */
export const check: Check = {
  name: "gas snapshot",
  run: () => Promise.resolve(compareGas(readSnapshot(), readRecordedGas())),
};

/** One line per difference; the tolerance is zero, because the chain the tests run on is deterministic. */
export function compareGas(committed: GasByName, recorded: GasByName): string[] {
  const names = [...new Set([...Object.keys(committed), ...Object.keys(recorded)])].sort();
  const changed = names.filter((name) => committed[name] !== recorded[name]);
  if (changed.length === 0) return [];
  const width = Math.max(...changed.map((name) => name.length));
  const cell = (gas: number | undefined): string => (gas?.toLocaleString("en-US") ?? "none").padStart(12);
  const row = (name: string): string => {
    const [before, after] = [committed[name], recorded[name]];
    const change =
      before === undefined || after === undefined ? "" : `  ${after > before ? "+" : ""}${after - before}`;
    return `${name.padEnd(width)}${cell(before)}${cell(after)}${change}`;
  };
  return [
    `${"gas of".padEnd(width)}${"committed".padStart(12)}${"recorded".padStart(12)}`,
    ...changed.map(row),
    "if this is meant: UPDATE_SNAPSHOT=1 npm test, and commit gas-snapshot.json",
  ];
}

/** Adds one measurement. Lines are appended, because several test processes write at the same time. */
export function appendRecordedGas(name: string, gas: number): void {
  mkdirSync("cache", { recursive: true });
  appendFileSync(recordPath, `${JSON.stringify([name, gas])}\n`);
}

export function clearRecordedGas(): void {
  rmSync(recordPath, { force: true });
}

/** What the last test run recorded. Throws when one name was recorded with two values. */
export function readRecordedGas(): GasByName {
  if (!existsSync(recordPath)) return {};
  const byName = new Map<string, number>();
  for (const line of readFileSync(recordPath, "utf8").trimEnd().split("\n")) {
    const [name, gas] = JSON.parse(line) as [string, number];
    const earlier = byName.get(name);
    if (earlier !== undefined && earlier !== gas) {
      throw new Error(`gas of "${name}" was recorded as ${earlier} and as ${gas}: name the cases apart`);
    }
    byName.set(name, gas);
  }
  return Object.fromEntries(byName);
}

export function readSnapshot(): GasByName {
  return existsSync(snapshotPath) ? (JSON.parse(readFileSync(snapshotPath, "utf8")) as GasByName) : {};
}

export function writeSnapshot(gas: GasByName): void {
  const sorted = Object.fromEntries(Object.entries(gas).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(snapshotPath, `${JSON.stringify(sorted, null, 2)}\n`);
}
