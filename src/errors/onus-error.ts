import { catalogue, type Code, type ContextOf } from "./catalogue.js";

/** An error the catalogue knows: a code to compare, a sentence to read, a next command to type. */
export class OnusError<C extends Code = Code> extends Error {
  override readonly name = "OnusError";
  readonly code: C;
  readonly context: ContextOf<C>;
  readonly hint: string;
  readonly exit: number;

  /** @param rest the context the sentence is made of (nothing for a code whose sentence needs none), then `cause` */
  constructor(code: C, ...rest: Rest<C>) {
    const [context, options] = rest;
    const entry = catalogue[code] as unknown as LooseEntry;
    super(entry.say(context), options);
    this.code = code;
    this.context = context as ContextOf<C>;
    this.hint = typeof entry.hint === "string" ? entry.hint : entry.hint(context);
    this.exit = entry.exit;
  }
}

type Rest<C extends Code> =
  ContextOf<C> extends undefined
    ? [context?: undefined, options?: ErrorOptions]
    : [context: ContextOf<C>, options?: ErrorOptions];

/** The catalogue seen without the link between a code and its context, which `Rest` has already checked. */
interface LooseEntry {
  readonly say: (context: unknown) => string;
  readonly hint: string | ((context: unknown) => string);
  readonly exit: number;
}

/** Whether `error` is an `OnusError`, of a given code if one is named. */
export function isOnusError<C extends Code>(error: unknown, code?: C): error is OnusError<C> {
  return error instanceof OnusError && (code === undefined || error.code === code);
}
