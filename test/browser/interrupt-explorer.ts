/** A Ctrl-C at `npm run explorer`, as a terminal gives it: to every process of the group at once. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import type { BrowserResult } from "./bit-identity.js";

/** What is said, or printed, at the moment of the interrupt, and how the command ends after it. */
const MOMENTS = [
  { while: "the history is played", said: "playing three weeks", ends: "SIGINT" },
  { while: "the pages are served", said: "http://127.0.0.1", ends: "0" },
] as const;

const LONGEST_SECONDS = 240;

export async function interruptExplorer(report: (result: BrowserResult) => void): Promise<void> {
  for (const moment of MOMENTS) {
    const wrong = await interruptAt(moment).catch((error: unknown) => [String(error)]);
    report({ name: `explorer: nothing is left of it after a Ctrl-C while ${moment.while}`, cases: 1, wrong });
  }
}

async function interruptAt({ said, ends }: (typeof MOMENTS)[number]): Promise<readonly string[]> {
  const wrong: string[] = [];
  // Whatever it starts inherits this, and is known by it.
  const directory = mkdtempSync(join(tmpdir(), "onus-interrupted-"));
  const child = spawn(process.execPath, ["scripts/bootstrap.js", "explorer", "--port", "0"], {
    ...{ stdio: ["ignore", "pipe", "pipe"], detached: true },
    env: { ...process.env, TMPDIR: directory },
  });
  const ended = new Promise<string>((resolve) =>
    child.once("exit", (status, signal) => resolve(signal ?? String(status))),
  );
  try {
    await lineOf(child, said);
    const before = processesOf(directory);
    if (before.length < 3) wrong.push(`only ${before.length} processes were found before the interrupt`);
    process.kill(-(child.pid as number), "SIGINT");
    const end = await ended;
    if (end !== ends) wrong.push(`it ended with ${end}; expected ${ends}`);
    for (let looks = 0; looks < 50 && processesOf(directory).length > 0; looks++) await sleep(100);
    const left = processesOf(directory);
    if (left.length > 0) wrong.push(`left running: ${left.join(", ")}`);
    const files = readdirSync(directory).filter((name) => name.startsWith("onus-"));
    if (files.length > 0) wrong.push(`left lying: ${files.join(", ")}`);
  } finally {
    for (const pid of processesOf(directory)) process.kill(pid, "SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  }
  return wrong;
}

/** Waits for a line of either stream. */
function lineOf(child: ChildProcess, wanted: string): Promise<void> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`it did not say ${wanted}:\n${lines.join("\n")}`)),
      LONGEST_SECONDS * 1_000,
    );
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream as NonNullable<typeof stream> }).on("line", (line) => {
        lines.push(line);
        if (line.includes(wanted)) done(resolve);
      });
    child.once("exit", () => done(() => reject(new Error(`it ended:\n${lines.join("\n")}`))));
  });
}

/** Those whose environment names the directory. */
function processesOf(directory: string): readonly number[] {
  const all = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
  return all.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${directory}`);
    } catch {
      // It ended meanwhile, or is somebody else's.
      return false;
    }
  });
}
