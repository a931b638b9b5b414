import type { Ground } from "./ground.js";

export const DAY = 24 * 3_600;
/** Days that the history covers. */
export const DAYS = 21;

type Entry = { readonly at: number; readonly order: number; readonly run: () => Promise<void> };

/** What is going to happen. Whatever happens may plan more. */
export type Agenda = {
  /** Unix seconds of a day of the history, and of a part of one. */
  readonly day: (number: number) => number;
  readonly plan: (at: number, run: () => Promise<void>) => void;
  /** Lets everything happen in its time, until the last day is over. */
  readonly play: (
    ground: Ground,
    how: { readonly say: (text: string) => void; readonly signal?: AbortSignal },
  ) => Promise<void>;
};

export function makeAgenda(begin: number): Agenda {
  const entries: Entry[] = [];
  let planned = 0;
  const day = (number: number): number => begin + number * DAY;
  return {
    day,
    plan: (at, run) => void entries.push({ at: Math.round(at), order: planned++, run }),
    async play(ground, { say, signal }) {
      const end = day(DAYS);
      for (let done = 0; ; done++) {
        entries.sort((a, b) => a.at - b.at || a.order - b.order);
        const next = entries.shift();
        signal?.throwIfAborted();
        if (next === undefined || next.at > end) break;
        const now = await ground.now();
        if (next.at > now) await ground.passTo(next.at);
        await next.run();
        if (done % 50 === 49) say(`${((100 * (next.at - begin)) / (end - begin)).toFixed(0)} %`);
      }
      if ((await ground.now()) < end) await ground.passTo(end);
    },
  };
}
