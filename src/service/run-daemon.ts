import type { Log } from "./log.js";

/** Signals that ask for an orderly end. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs a program until it ends by itself, fails, or is asked to end. A rejection that nobody handles is a failure: what
 * nobody expected leaves nobody knowing what state things are in, and the next start knows how to go on.
 *
 * The process ends for good when an orderly end takes too long, or is asked for twice.
 */
export async function runDaemon(daemon: {
  readonly log: Log;
  /** Works until `signal` is aborted, then closes what it opened. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Longest time an orderly end may take, in seconds. */
  readonly shutdownSeconds?: number;
  /** Ends the process; for tests. */
  readonly exit?: (status: number) => void;
}): Promise<void> {
  const { log, run, shutdownSeconds = 20, exit = (status) => process.exit(status) } = daemon;
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  /** Asks `run` to end, and sees to it that it does. */
  const begin = (): void => {
    ending.abort();
    timer ??= setTimeout(() => {
      log.error({ after_seconds: shutdownSeconds }, "the orderly end took too long: ending at once");
      exit(1);
    }, shutdownSeconds * 1_000).unref();
  };
  const end = (signal: string): void => {
    if (ending.signal.aborted) {
      log.error({ signal }, "asked twice: ending at once");
      return exit(1);
    }
    log.info({ signal, within_seconds: shutdownSeconds }, "ending");
    begin();
  };
  let fail: (error: unknown) => void = () => undefined;
  const unforeseen = new Promise<never>((_, reject) => (fail = reject));
  for (const signal of SIGNALS) process.on(signal, end);
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);
  const work = run(ending.signal);
  try {
    await Promise.race([work, unforeseen]);
    log.info("ended");
  } catch (error) {
    log.fatal({ err: error }, "failed");
    begin();
    await work.catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
    for (const signal of SIGNALS) process.off(signal, end);
    process.off("unhandledRejection", fail);
    process.off("uncaughtException", fail);
  }
}
