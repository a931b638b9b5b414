import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { serveHttp } from "../../src/service/serve-http.js";
import { DAY, DAYS } from "./agenda.js";
import { PAGES } from "./build-pages.js";
import { ACCOUNTS, CAST, EXTRAS } from "./cast.js";
import type { Character } from "./cast.js";
import { startGround } from "./ground.js";
import type { Ground } from "./ground.js";
import { seedLife } from "./life.js";
import { makeSite } from "./serve.js";
import { postedRecord } from "./shelf.js";
import type { Claimed, Shelf } from "./shelf.js";
import { startIndexer } from "./start-indexer.js";

/** An explorer over a local chain with seeded life. */
export type Local = {
  readonly url: string;
  readonly ground: Ground;
  readonly shelf: Shelf;
  /** Where to look first: what is there, and its address. */
  readonly sights: readonly (readonly [what: string, url: string])[];
  /** Lets something happen on the chain. */
  readonly happen: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts a chain, its history, an index and the pages over them. */
export async function openLocal(options: {
  readonly port: number;
  readonly host?: string;
  readonly say: (text: string) => void;
  /** Ends what was started so far, and rejects. */
  readonly signal?: AbortSignal;
}): Promise<Local> {
  const { port, host = "127.0.0.1", say, signal } = options;
  const heeds = signal === undefined ? {} : { signal };
  const directory = mkdtempSync(join(tmpdir(), "onus-explorer-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  const closers: (() => Promise<void>)[] = [() => Promise.resolve(remove())];
  // For a process that exits without stopping: nothing is left behind all the same.
  const kills: (() => void)[] = [remove];
  const killAll = (): void =>
    kills
      .splice(0)
      .reverse()
      .forEach((kill) => kill());
  process.once("exit", killAll);
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
    process.off("exit", killAll);
  };
  try {
    const begin = Math.floor(Date.now() / 1_000) - DAYS * DAY - 1_800;
    say("starting a chain");
    const ground = await startGround({ from: begin - 600, accounts: ACCOUNTS, say });
    closers.push(ground.stop);
    kills.push(ground.kill);
    signal?.throwIfAborted();
    // Filled while the site is up already: operators register where it listens.
    const behind: { shelf?: Shelf; api?: string } = {};
    const name = "local chain, seeded";
    const site = makeSite({
      directory: PAGES,
      api: () => behind.api,
      rpc: ground.url,
      name,
      shelf: () => behind.shelf,
      names: () => namesOf(ground, behind.shelf),
    });
    const server = await serveHttp({ app: site, host, port });
    closers.push(server.close);
    const endpointOf = (who: string): string => `http://127.0.0.1:${server.port}/operators/${who}`;
    const life = await seedLife(ground, { begin, endpointOf, say, ...heeds });
    const seeded = life.shelf;
    behind.shelf = seeded;
    const seconds = Math.floor(Date.now() / 1_000);
    if ((await ground.now()) < seconds) await ground.passTo(seconds);
    say("indexing");
    const { url: rpc, deployment } = ground;
    const indexer = await startIndexer({ rpc, deployment, directory, ...heeds });
    closers.push(indexer.stop);
    kills.push(indexer.kill);
    await indexer.reaches(await ground.provider.getBlockNumber());
    await postRecords(indexer.url, seeded);
    behind.api = indexer.url;
    const happen = async (): Promise<void> => {
      const claimed = await life.happen();
      await indexer.reaches(await ground.provider.getBlockNumber());
      await post(indexer.url, claimed);
    };
    return {
      url: server.url,
      ground,
      shelf: seeded,
      sights: sightsOf(server.url, ground, seeded),
      happen,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function sightsOf(url: string, { accounts }: Ground, { claims }: Shelf): Local["sights"] {
  const all = [...claims.values()];
  const by = ({ account }: Character): readonly Claimed[] =>
    all.filter(({ claim }) => claim.operator === accounts[account]);
  const hidden = by(CAST.hiding).find(({ isShown }) => !isShown);
  const poisoned = by(CAST.poisoned).find(({ parents }) => parents.flat().length > 0);
  return [
    ["a dispute, step by step, down to one element", `${url}/claims/${hidden?.id}/replay`],
    ["taint that reached grandchildren", `${url}/claims/${poisoned?.id}/records/0/lineage`],
    ["a false record, to run again yourself", `${url}/claims/${poisoned?.id}/records/0/check`],
  ];
}

/** Whom and what these pages call by a name: everybody of the cast, and every version. */
function namesOf({ accounts }: Ground, shelf: Shelf | undefined): Readonly<Record<string, string>> {
  const named: readonly (readonly [string, string])[] = [
    ...Object.values(CAST).map(({ name, account }) => [name, accounts[account] ?? ""] as const),
    ...EXTRAS.map(([name, account]) => [name, accounts[account] ?? ""] as const),
    ...[...(shelf?.models.values() ?? [])].map(({ id, name }) => [name, id] as const),
  ];
  return Object.fromEntries(named.map(([name, hash]) => [hash.toLowerCase(), name]));
}

/** Tells the index what operators show: a record whose operator shows nothing stays unknown. */
async function postRecords(url: string, { claims }: Shelf): Promise<void> {
  for (const claimed of claims.values()) if (claimed.isShown) await post(url, claimed);
}

async function post(url: string, claimed: Claimed): Promise<void> {
  for (const index of claimed.records.records.keys()) {
    const headers = { "content-type": "application/json" };
    const body = postedRecord(claimed, index);
    const answer = await fetch(`${url}/v1/records`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`the index refuses a record: ${await answer.text()}`);
  }
}
