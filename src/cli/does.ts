import type { Command } from "commander";

import type { OnusError } from "../errors/onus-error.js";
import { makeReporter } from "./reporter.js";
import type { Reporter } from "./reporter.js";
import type { Streams } from "./streams.js";

/** What a verb works with: its arguments in order, its options as commander hands them over, and how it talks. */
export type Given<Options> = {
  readonly args: readonly string[];
  readonly options: Options;
  readonly reporter: Reporter;
};

/** How a verb ends: the value for programs, and its text for people. */
export type Told = {
  readonly value: object;
  readonly text: string;
  /** The command has a result and ends with this error's status all the same. */
  readonly failure?: OnusError;
};

/** A failure whose result is printed already; what is left to tell a person is the sentence. */
export class ToldFailure extends Error {
  readonly failure: OnusError;

  constructor(failure: OnusError) {
    super(failure.message, { cause: failure });
    this.failure = failure;
  }
}

export type Act<Options> = (given: Given<Options>) => Promise<Told>;

/** The action of a command. What the verb needs is imported when it is asked for, so that `onus --help` stays quick. */
export function does<Options>(
  streams: Streams,
  load: () => Promise<Act<Options>>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const reporter = makeReporter(streams, command.optsWithGlobals());
    const act = await load();
    const { value, text, failure } = await act({
      args: command.args,
      options: command.opts() as Options,
      reporter,
    });
    reporter.result(value, () => text);
    if (failure !== undefined) throw new ToldFailure(failure);
  };
}
