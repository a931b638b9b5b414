import { visibleText } from "../types/visible-text.js";

/** Where a command writes. Tests pass their own. */
export interface Streams {
  /** Data: what a program downstream reads. */
  readonly stdout: Output;
  /** Talk: what a person reads. */
  readonly stderr: Output;
}

export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Much of what is written was chosen by strangers: nothing of it acts on the terminal. */
export function visibleStreams({ stdout, stderr }: Streams): Streams {
  const visible = (output: Output): Output => ({
    ...(output.isTTY !== undefined && { isTTY: output.isTTY }),
    write: (text) => output.write(visibleText(text)),
  });
  return { stdout: visible(stdout), stderr: visible(stderr) };
}

export function processStreams(): Streams {
  return { stdout: process.stdout, stderr: process.stderr };
}
