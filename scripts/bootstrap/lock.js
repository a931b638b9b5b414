import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { at } from "./root.js";
import { say } from "./talk.js";

const lockPath = at(".tools", "bootstrap.lock");
const breakPath = at(".tools", "bootstrap.lock.break");

/** A break takes microseconds; one this old was left by a process that died in it. Milliseconds. */
const breakExpiry = 10_000;

/**
 * Runs `work` while no other bootstrap of this checkout does. A lock whose holders are all dead is taken over.
 *
 * @template T
 * @param {(lock: { share(pid: number): void }) => Promise<T>} work calls `share` for every program it starts: if
 *   this process is killed outright, the lock holds until that program has ended too
 */
export async function withLock(work) {
  mkdirSync(at(".tools"), { recursive: true });
  let told = false;
  while (!take(lockPath)) {
    const holders = holdersOf(lockPath);
    if (holders.length > 0 && !holders.some(isAlive)) {
      breakLock(holders);
      continue;
    }
    if (!told) {
      say(
        `waiting for another command that prepares this checkout (process ${holders[0] ?? "unknown"}); ` +
          "if that is no command of ours, delete .tools/bootstrap.lock",
      );
    }
    told = true;
    await sleep(200);
  }
  try {
    return await work({ share: (pid) => appendFileSync(lockPath, `${pid}\n`) });
  } finally {
    rmSync(lockPath, { force: true });
  }
}

/** Creates the file unless it exists; creation with its content is one step for others only through `wx`. */
function take(path) {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

/** Removes the lock of dead holders. Itself exclusive: otherwise a second waiter could remove the lock of the first one's successor. */
function breakLock(dead) {
  if (!take(breakPath)) {
    if (ageOf(breakPath) > breakExpiry) rmSync(breakPath, { force: true });
    return;
  }
  try {
    if (String(holdersOf(lockPath)) === String(dead)) rmSync(lockPath, { force: true });
  } finally {
    rmSync(breakPath, { force: true });
  }
}

/** Empty for the instant between creation and writing, when the holder is alive. */
function holdersOf(path) {
  try {
    return readFileSync(path, "utf8").split("\n").slice(0, -1).map(Number);
  } catch {
    return [];
  }
}

function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
