import { catalogue, type Code, type ContextOf } from "./catalogue.js";

interface Entry {
  readonly say: (context: never) => string;
  readonly hint: string | ((context: never) => string);
  readonly exit: number;
}

/** The one error class: a code of the catalogue, and the values that disagreed. */
export class OnusError<C extends Code = Code> extends Error {
  readonly code: C;
  readonly context: ContextOf<C>;
  readonly hint: string;
  readonly exit: number;

  constructor(code: C, context: ContextOf<C>) {
    const entry: Entry = catalogue[code];
    super(entry.say(context as never));
    this.name = "OnusError";
    this.code = code;
    this.context = context;
    this.hint = typeof entry.hint === "function" ? entry.hint(context as never) : entry.hint;
    this.exit = entry.exit;
  }
}
