/** A reason to stop that needs no stack trace. */
export class Refusal extends Error {
  constructor(message, exit) {
    super(message);
    this.exit = exit;
  }
}

/** Stops with a sentence for the person and an exit status. */
export function refuse(message, exit = 1) {
  throw new Refusal(message, exit);
}

/** Tells on stderr what takes time, unless `npm --silent` asked for silence. A refusal is told in any case. */
export function say(sentence) {
  if (process.env.npm_config_loglevel !== "silent") process.stderr.write(`onus: ${sentence}\n`);
}
