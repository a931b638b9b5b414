import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** One line of a node's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** A node as a process of its own, as the command line starts it. */
export type OperatorProcess = {
  readonly url: string;
  readonly lines: readonly LogLine[];
  /** kill -9 */
  readonly kill: () => Promise<void>;
  /** An orderly end; gives the exit status. */
  readonly end: () => Promise<number | null>;
  /** Of a process that ended by itself, or the signal that ended it. */
  readonly status: () => number | string | undefined;
};

/**
 * Starts `onus operator start`, and waits until it listens.
 *
 * @param at.killAt called with every line of its log: it is killed at the line for which it says true, the first time
 */
export async function startOperatorProcess(at: {
  readonly config: string;
  readonly rpc: string;
  readonly addresses: string;
  readonly key: string;
  readonly killAt?: (line: LogLine) => boolean;
  readonly options?: readonly string[];
}): Promise<OperatorProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...["--import", "tsx", "src/cli/main.ts", "operator", "start", "--config", at.config],
      ...["--rpc", at.rpc, "--deployment", at.addresses, ...(at.options ?? [])],
    ],
    { env: { ...process.env, ONUS_KEY: at.key }, stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines: LogLine[] = [];
  const url = new Promise<string>((resolve, reject) => {
    const reader = createInterface({ input: child.stderr! });
    reader.on("line", (text) => {
      const line = parseLine(text);
      lines.push(line);
      if (at.killAt?.(line) === true) child.kill("SIGKILL");
      if (line.msg === "listening") resolve(String(line["url"]));
    });
    void ended.then(() => reject(new Error(`the node ended:\n${JSON.stringify(lines, undefined, 1)}`)));
  });
  url.catch(() => undefined);
  const stop = async (signal: "SIGKILL" | "SIGTERM"): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return {
    url: await url.catch((error: unknown) => {
      // Killed by `killAt` before it listened: that is what was wanted.
      if (child.signalCode === "SIGKILL" && at.killAt !== undefined) return "";
      throw error;
    }),
    lines,
    kill: async () => void (await stop("SIGKILL")),
    end: () => stop("SIGTERM"),
    status: () => child.exitCode ?? child.signalCode ?? undefined,
  };
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { msg: text };
  }
}
