import { setTimeout as sleep } from "node:timers/promises";

import { Command } from "commander";

import { makeReporter } from "../src/cli/reporter.js";
import { processStreams } from "../src/cli/streams.js";
import { exitStatus, formatError } from "../src/errors/format-error.js";
import { serveHttp } from "../src/service/serve-http.js";
import { buildPages, PAGES } from "./explorer/build-pages.js";
import { openLocal } from "./explorer/open-local.js";
import { makeSite } from "./explorer/serve.js";

/** Between two things that happen on the local chain. */
const PAUSE_MILLISECONDS = 12_000;

type Options = { readonly api?: string; readonly rpc?: string; readonly port: string; readonly host: string };

const command = new Command("explorer")
  .description("opens the explorer on a local chain with three weeks of seeded life, or on any deployment")
  .option("--api <url>", "an index (`onus index start`) to look at, in place of a local chain")
  .option("--rpc <url>", "with --api: a node, from which evidence of disputes is read")
  .option("--port <number>", "where the pages are served", "4173")
  .option("--host <address>", "the address to listen on", "127.0.0.1");

command.action(async ({ api, rpc, port, host }: Options) => {
  const reporter = makeReporter(processStreams(), { json: false });
  const say = (text: string): void => reporter.say(text);
  try {
    const asked = new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await buildPages(say);
    const at = { host, port: Number(port) };
    const opened =
      api === undefined
        ? await openLocal({ ...at, say })
        : await openOver({ ...at, api, ...(rpc !== undefined && { rpc }) });
    console.log(opened.url);
    say("open it in a browser; Ctrl-C ends everything that was started");
    let isOver = false;
    const goesOn = (async () => {
      while (!isOver && "happen" in opened) {
        await Promise.race([asked, sleep(PAUSE_MILLISECONDS, undefined, { ref: false })]);
        if (!isOver) await opened.happen().catch((error: unknown) => isOver || say(formatError(error)));
      }
    })();
    await asked;
    isOver = true;
    say("ending");
    await goesOn;
    await opened.stop();
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = exitStatus(error);
  }
});
await command.parseAsync();

async function openOver(given: { api: string; rpc?: string; port: number; host: string }) {
  const { api, rpc, port, host } = given;
  const site = makeSite({
    directory: PAGES,
    api: () => api,
    name: new URL(api).host,
    ...(rpc !== undefined && { rpc }),
  });
  const { url, close } = await serveHttp({ app: site, port, host });
  return { url, stop: close };
}
