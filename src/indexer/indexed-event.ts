import type { EventArgs, EventPart } from "../chain/decode-event.js";

/** An event with its place in the chain; `time` is its block's. */
export type IndexedEvent = {
  readonly block: number;
  readonly log: number;
  readonly tx: string;
  readonly time: number;
  readonly part: EventPart;
  readonly name: string;
  readonly args: EventArgs;
};

export const text = (args: EventArgs, name: string): string => {
  const value = args[name];
  if (typeof value !== "string") throw new TypeError(`${name} of an event is no text`);
  return value;
};

export const number = (args: EventArgs, name: string): number => {
  const value = args[name];
  if (typeof value !== "number") throw new TypeError(`${name} of an event is no number`);
  return value;
};

export const struct = (args: EventArgs, name: string): EventArgs => args[name] as EventArgs;

/** Sums of decimal text. */
export const plus = (a: string, b: string): string => (BigInt(a) + BigInt(b)).toString();
export const minus = (a: string, b: string): string => (BigInt(a) - BigInt(b)).toString();
