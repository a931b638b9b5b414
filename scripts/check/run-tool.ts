import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Runs the command line program of an installed package. Its output is returned, stdout before stderr. */
export function runTool(
  packageName: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ status: number; output: string }> {
  const child = spawn(process.execPath, [programOf(packageName), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal !== undefined && { signal }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => stdout.push(part));
  child.stderr.on("data", (part: Buffer) => stderr.push(part));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({
        status: status ?? 1,
        output: Buffer.concat([...stdout, ...stderr])
          .toString()
          .trim(),
      });
    });
  });
}

/** The lines a failing tool printed; none when it succeeded. */
export async function problemsOf(
  packageName: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { status, output } = await runTool(packageName, args, signal);
  return status === 0 ? [] : `${output}\n${packageName} ended with status ${status}`.trim().split("\n");
}

/** Where a package's `bin` of its own name, or its only one, lies. */
function programOf(packageName: string): string {
  const directory = join("node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    bin: string | Record<string, string>;
  };
  const path = typeof bin === "string" ? bin : bin[packageName === "typescript" ? "tsc" : packageName];
  if (path === undefined) throw new Error(`${packageName} has no program of its name`);
  return join(directory, path);
}
