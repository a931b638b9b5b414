import { SingleBar } from "cli-progress";

import { toJson } from "../types/to-json.js";
import type { Streams } from "./streams.js";

/** How a command talks while it works, and how it ends. */
export interface Reporter {
  /** A finished step, as a sentence on stderr. Silent under --json. */
  readonly say: (sentence: string) => void;
  /** Announces work of `total` steps: a bar when a person watches, otherwise one line when it is done. */
  readonly progress: (title: string, total: number) => Progress;
  /** The result on stdout: the value itself as JSON under --json, `text` of it otherwise. Called once. */
  readonly result: <T>(value: T, text: (value: T) => string) => void;
}

export interface Progress {
  /** Sets how many steps are done. */
  readonly update: (done: number) => void;
  readonly stop: () => void;
}

export function makeReporter(streams: Streams, { json = false }: { json?: boolean } = {}): Reporter {
  const say = (sentence: string): void => {
    if (!json) streams.stderr.write(`${sentence}\n`);
  };
  return {
    say,
    progress: (title, total) => {
      if (json) return silence;
      return streams.stderr.isTTY === true ? startBar(title, total) : startLine(title, total, say);
    },
    result: (value, text) => {
      streams.stdout.write(json ? `${toJson(value)}\n` : `${text(value)}\n`);
    },
  };
}

const silence: Progress = { update: () => undefined, stop: () => undefined };

function startBar(title: string, total: number): Progress {
  const bar = new SingleBar({
    format: `${title} [{bar}] {value}/{total}`,
    barsize: 30,
    hideCursor: true,
    clearOnComplete: false,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return {
    update: (done) => {
      bar.update(done);
    },
    stop: () => {
      bar.stop();
    },
  };
}

function startLine(title: string, total: number, say: (sentence: string) => void): Progress {
  let reached = 0;
  return {
    update: (done) => {
      reached = done;
    },
    stop: () => {
      say(`${title}: ${reached}/${total}`);
    },
  };
}
