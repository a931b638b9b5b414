import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { SeededClaim } from "../../scripts/support/seed-history.js";
import { postedOf, seedHistory } from "../../scripts/support/seed-history.js";
import { seededChain } from "../../scripts/support/seeded-chain.js";
import type { HandedOutRecords, PostedRecord } from "../../src/audit/api-types.js";
import type { PostBounds } from "../../src/indexer/bound-posts.js";
import { startFetching } from "../../src/indexer/fetch-records.js";
import type { FetchOptions, Fetching } from "../../src/indexer/fetch-records.js";
import { openLog } from "../../src/service/log.js";
import { openMetrics } from "../../src/service/metrics.js";
import { openSeededIndex } from "./seeded-index.js";

/** One question that an endpoint was asked. */
export type Asked = {
  readonly claim: SeededClaim;
  readonly from: number;
  readonly count: number;
  readonly isFile: boolean;
};
/** What it answers: a page, a body of its own, or nothing while it holds the response. */
export type Manner = (asked: Asked, response: ServerResponse) => HandedOutRecords | undefined;

/** The page as an honest node hands it out, of at most `count` records. */
export const honestPage = (claim: SeededClaim, from: number, count = 100): HandedOutRecords => ({
  records: claim.records.slice(from, from + count).map((record, at): PostedRecord => {
    const posted = JSON.parse(postedOf(claim, from + at)) as PostedRecord;
    return { ...posted, inputs: [record.inputRoot], outputs: [record.outputRoot] };
  }),
});
export const honest: Manner = ({ claim, from, count }) => honestPage(claim, from, count);

/** Operators' endpoints on this machine, in one server: what each is asked, and how it answers. */
export async function startEndpoints(claims: () => readonly SeededClaim[]) {
  const asked: (Asked & { readonly at: number })[] = [];
  const given = { manner: honest, most: 0 };
  let underWay = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://endpoint");
    const [, , , , id, list] = url.pathname.split("/");
    const claim = claims().find((one) => one.id === id);
    if (claim === undefined) return void response.writeHead(404).end();
    const question = {
      ...{
        claim,
        from: Number(url.searchParams.get("from")),
        count: Number(url.searchParams.get("count")),
        isFile: list === undefined,
      },
      at: asked.length,
    };
    asked.push(question);
    given.most = Math.max(given.most, ++underWay);
    response.once("close", () => underWay--);
    const page = given.manner(question, response);
    if (page !== undefined) response.end(JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    /** Most questions at one time. */
    most: () => given.most,
    answer: (manner: Manner): void => void (given.manner = manner),
    stop: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type Endpoints = Awaited<ReturnType<typeof startEndpoints>>;

/** An index of a seeded chain whose operators have endpoints on this machine; the clock is the test's. */
export async function fetchScene(blocks = 16) {
  const chain = seededChain();
  // Nobody falls, so that nobody new has to join.
  const history = await seedHistory(chain, { seed: 7, faultOneIn: 1_000_000 });
  for (let block = 0; block < blocks; block++) await history.grow(3);
  const index = await openSeededIndex(chain);
  const endpoints = await startEndpoints(() => history.claims);
  const clock = { now: 1_000_000 };
  const lines: Record<string, unknown>[] = [];
  const to = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const { chainId, claimBook: contract } = chain.deployment;
  await index.catchUp();
  const registered = await index.reading.selectFrom("operators").select("address").execute();
  const operators = registered.map(({ address }) => address);
  const running: Fetching[] = [];
  const scene = {
    ...{ chain, history, index, endpoints, clock, lines, operators },
    /** Where an operator says from now on that it is. */
    move: async (operator: string, url: string): Promise<void> => {
      const event = { part: "operatorRegistry", name: "EndpointChanged", args: [operator, url] } as const;
      await chain.add([{ events: [event] }]);
      await index.catchUp();
    },
    /** @param patience milliseconds: whoever answers at all does so in this time, on a busy machine too */
    start: async (
      { bounds, ...options }: Partial<FetchOptions> & { bounds?: PostBounds } = {},
      patience = 20_000,
    ) => {
      const metrics = await openMetrics("indexer");
      const fetching = startFetching({
        ...{
          reading: index.reading,
          writing: index.writing,
          claimBook: { chainId: BigInt(chainId), contract },
        },
        ...{ log: await openLog({ name: "indexer", to, level: "debug" }), metrics, now: () => clock.now },
        ...{ options: { allowsPrivate: true, most: 4_096, ...options }, patience, lookEvery: 5 },
        ...(bounds && { bounds }),
      });
      running.push(fetching);
      fetching.caughtUp(index.indexing.indexed()?.number ?? 0);
      return { ...fetching, metrics: () => metrics.registry.metrics() };
    },
    kept: async (): Promise<number> =>
      (await index.reading.selectFrom("posted_records").selectAll().execute()).length,
    /** The claims that the chain has now. */
    here: async (): Promise<readonly SeededClaim[]> => {
      const rows = await index.reading.selectFrom("claims").select("id").execute();
      const ids = new Set(rows.map(({ id }) => id));
      return history.claims.filter(({ id }) => ids.has(id));
    },
    fetches: () => index.reading.selectFrom("fetches").selectAll().execute(),
    /** Until something is so, and not for long. */
    until: async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
      for (let looks = 0; looks < 3_000; looks++) {
        if (await isSo()) return;
        await sleep(10);
      }
      throw new Error(
        `it never came to be so:\n${lines
          .slice(-4)
          .map((line) => JSON.stringify(line))
          .join("\n")}`,
      );
    },
    stop: async (): Promise<void> => {
      for (const one of running) await one.stop();
      endpoints.stop();
      await index.close();
    },
  };
  for (const operator of operators) await scene.move(operator, `${endpoints.url}/${operator}`);
  return scene;
}
export type FetchScene = Awaited<ReturnType<typeof fetchScene>>;
