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

export function processStreams(): Streams {
  return { stdout: process.stdout, stderr: process.stderr };
}
