import { spawn } from "node:child_process";

/**
 * Runs a program to its end, passing on the signals that ask to stop: a program left behind would go on writing
 * where the next command believes itself alone.
 *
 * @param {{ file: string, args: string[], onStart?: (pid: number) => void } & import("node:child_process").SpawnOptions} program
 * @returns {Promise<{ status: number | null, signal: NodeJS.Signals | null }>}
 */
export function run({ file, args, onStart, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, options);
    const forwarders = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
      // A terminal sends its interrupt to the whole group: the child has it already, and twice would mean "at once".
      const forward = () =>
        signal === "SIGINT" && process.stdin.isTTY === true ? undefined : child.kill(signal);
      process.on(signal, forward);
      return () => process.off(signal, forward);
    });
    const done = (settle, value) => {
      for (const stop of forwarders) stop();
      settle(value);
    };
    child.on("spawn", () => onStart?.(child.pid));
    child.on("error", (error) => done(reject, error));
    child.on("exit", (status, signal) => done(resolve, { status, signal }));
  });
}
