/** Signals that ask for an end. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * A Ctrl-C comes more than once: the terminal sends it to every process of the group, and npm and the bootstrap may pass theirs
 * on. What comes so many milliseconds after the first is the same one; later it means "at once".
 */
const SAME_MILLISECONDS = 1_500;

/** Waits for somebody to ask for an end. */
export type End = {
  readonly signal: AbortSignal;
  /** Rejects when it is asked for, with what it was asked by. */
  readonly asked: Promise<never>;
  /** Ends this process as the signal would have, unless nobody asked. */
  readonly die: () => void;
};

export function listenForEnd(): End {
  const ending = new AbortController();
  let first: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  let reject: (error: Error) => void = () => undefined;
  const asked = new Promise<never>((_, fail) => (reject = fail));
  // Nobody may be waiting for it when it comes.
  asked.catch(() => undefined);
  const listen = (name: NodeJS.Signals): void => {
    if (first !== undefined) {
      // Whoever opened something kills it when the process exits.
      if (Date.now() - first.at > SAME_MILLISECONDS) process.exit(1);
      return;
    }
    first = { name, at: Date.now() };
    const error = new Error(`ended by ${name}`);
    ending.abort(error);
    reject(error);
  };
  for (const name of SIGNALS) process.on(name, listen);
  return {
    ...{ signal: ending.signal, asked },
    die: () => {
      if (first === undefined) return;
      for (const name of SIGNALS) process.off(name, listen);
      process.kill(process.pid, first.name);
    },
  };
}
