import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { Command, InvalidArgumentError } from "commander";

import { makeReporter } from "../src/cli/reporter.js";
import { processStreams } from "../src/cli/streams.js";
import { exitStatus, formatError } from "../src/errors/format-error.js";
import { serveHttp } from "../src/service/serve-http.js";
import { buildPages, PAGES } from "./explorer/build-pages.js";
import { openLocal } from "./explorer/open-local.js";
import { listenForEnd } from "./explorer/listen-for-end.js";
import { makeSite } from "./explorer/serve.js";
import { parseCommand } from "./support/parse-command.js";

type Opened = {
  readonly url: string;
  readonly stop: () => Promise<void>;
  readonly happen?: () => Promise<void>;
  readonly sights?: readonly (readonly [what: string, url: string])[];
};

/** Between two things that happen on the local chain. */
const PAUSE_MILLISECONDS = 12_000;

type Names = Readonly<Record<string, string>>;
type Options = {
  readonly api?: string;
  readonly rpc?: string;
  readonly names?: Names;
  readonly port: number;
  readonly host: string;
};

const portOf = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError("give a port, from 0 to 65535");
  return value;
};

const addressOf = (text: string): string => {
  if (!URL.canParse(text)) throw new InvalidArgumentError("give an address as https://…");
  return text;
};

const namesOf = (file: string): Names => {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new InvalidArgumentError(`it is read as JSON: ${(error as Error).message}`);
  }
  const entries = Object.entries((json ?? {}) as Record<string, unknown>);
  const wrong = entries.find(([hash, name]) => !/^0x[0-9a-fA-F]+$/.test(hash) || typeof name !== "string");
  if (wrong !== undefined)
    throw new InvalidArgumentError(`it holds { "0x…": "name" }, not ${JSON.stringify(wrong)}`);
  return Object.fromEntries(entries.map(([hash, name]) => [hash.toLowerCase(), String(name)]));
};

const command = new Command("explorer")
  .description("opens the explorer on a local chain with three weeks of seeded life, or on any deployment")
  .option("--api <url>", "an index (`onus index start`) to look at, in place of a local chain", addressOf)
  .option("--rpc <url>", "with --api: a node, from which evidence of disputes is read", addressOf)
  .option("--names <file>", "with --api: JSON that gives names to addresses and ids", namesOf)
  .option("--port <number>", "where the pages are served; 0 takes any that is free", portOf, 4173)
  .option("--host <address>", "the address to listen on", "127.0.0.1");

command.action(async ({ api, rpc, port, host, names }: Options) => {
  const reporter = makeReporter(processStreams(), { json: false });
  const say = (text: string): void => reporter.say(text);
  const end = listenForEnd();
  let stop = (): Promise<void> => Promise.resolve();
  let isServing = false;
  try {
    const at = { host, port, say, signal: end.signal };
    await Promise.race([buildPages(say, end.signal), end.asked]);
    const opened = await (api === undefined
      ? openLocal(at)
      : openOver({ ...at, api, ...(rpc !== undefined && { rpc }), ...(names !== undefined && { names }) }));
    stop = opened.stop;
    isServing = true;
    console.log(opened.url);
    for (const [what, url] of opened.sights ?? []) say(`  ${what}: ${url}`);
    say("open it in a browser; Ctrl-C ends everything that was started");
    await Promise.race([goOn(opened, say, end.signal), end.asked]);
  } catch (error) {
    if (!end.signal.aborted) {
      console.error(formatError(error));
      process.exitCode = exitStatus(error);
    }
  }
  if (end.signal.aborted) say("ending");
  await stop();
  // Whoever served and was told to end did what it was there for; whoever was interrupted before did not.
  if (!isServing) end.die();
  // With the status that was set: a build or a history that was interrupted may still be waiting for something.
  process.exit();
});
await parseCommand(command);

/** Lets something happen every few seconds, until it is told to end. */
async function goOn({ happen }: Opened, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(PAUSE_MILLISECONDS, undefined, { signal });
    await happen?.().catch((error: unknown) => signal.aborted || say(formatError(error)));
  }
}

async function openOver(given: {
  readonly api: string;
  readonly rpc?: string;
  readonly names?: Names;
  readonly port: number;
  readonly host: string;
}): Promise<Opened> {
  const { api, rpc, names, port, host } = given;
  const site = makeSite({
    ...{ directory: PAGES, api: () => api, name: new URL(api).host, names: () => names ?? {} },
    ...(rpc !== undefined && { rpc }),
  });
  const { url, close } = await serveHttp({ app: site, port, host });
  return { url, stop: close };
}
