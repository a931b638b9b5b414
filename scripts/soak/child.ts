import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A program that is killed and started again. */
export type Child = {
  readonly name: string;
  /** How often it was killed. */
  readonly kills: number;
  /** Ends it at whatever instruction it is, and starts it again. */
  kill(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
  /** The last lines it wrote. */
  said(): string;
};

const LAST_BYTES = 4_000;
/** Milliseconds that an orderly end may take. */
const ORDERLY = 30_000;

/** Starts a script with Node, its output in a file of its own; one that ends by itself is started again. */
export function startChild(program: {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
}): Child {
  const { name, script, args = [], environment, directory } = program;
  const output = join(directory, `${name}.log`);
  let kills = 0;
  let isStopping = false;
  let child: ChildProcess;
  let ended: Promise<void>;

  const start = (): void => {
    const file = openSync(output, "a");
    child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
      stdio: ["ignore", file, file],
      env: { ...process.env, ...environment },
    });
    closeSync(file);
    const own = child;
    ended = new Promise((resolve) => own.once("exit", () => resolve()));
    // What failed is started again, as whatever supervises a program would.
    own.once("exit", (_, signal) => {
      if (!isStopping && signal !== "SIGKILL" && own === child)
        void sleep(1_000).then(() => isStopping || start());
    });
  };
  start();

  return {
    name,
    get kills() {
      return kills;
    },
    async kill() {
      const own = ended;
      kills++;
      child.kill("SIGKILL");
      await own;
      start();
    },
    async stop() {
      isStopping = true;
      const killed = sleep(ORDERLY, undefined, { ref: false }).then(() => child.kill("SIGKILL"));
      child.kill("SIGTERM");
      await Promise.race([ended, killed.then(() => ended)]);
    },
    said: () => readFileSync(output, "utf8").slice(-LAST_BYTES),
  };
}
