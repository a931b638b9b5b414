import { expect } from "chai";
import fc from "fast-check";

import type { HandedOutRecords, PostedRecord } from "../../../src/audit/api-types.js";
import { placeParent } from "../../../src/claim/named-parent.js";
import { fetchPage } from "../../../src/indexer/fetch-page.js";
import { LAST_TRY, nextPage, pauseAfter } from "../../../src/indexer/fetch-plan.js";
import { recordAt } from "../../../src/indexer/query-records.js";
import { Withheld } from "../../../src/service/download.js";
import type { OperatorEndpoint } from "../../../src/service/operator-endpoint.js";
import { encodeClaimFile } from "../../../src/store/claim-file.js";
import { ZERO_HASH } from "../../../src/types/bytes32.js";
import type { SeededClaim } from "../../../scripts/support/seed-history.js";
import { parentsOf } from "../../../scripts/support/seed-history.js";
import { changedLeaf, leavesOf } from "../../support/change-leaf.js";
import { fetchScene, honest, honestPage, startEndpoints } from "../../support/fetch-scene.js";
import type { FetchScene, Manner } from "../../support/fetch-scene.js";
import { exported } from "../../support/seeded-index.js";

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe("indexer: records that operators hand out", function () {
  this.timeout(120_000);
  let scene: FetchScene;
  beforeEach(async () => {
    scene = await fetchScene();
  });
  afterEach(() => scene.stop());

  const all = (): number => sum(scene.history.claims.map(({ records }) => records.length));
  const isQuiet = async (): Promise<boolean> =>
    (await scene.fetches()).every(({ look_at }) => look_at === null || look_at > scene.clock.now);
  /** Passes time until every claim is kept or given up. */
  const passTime = async (): Promise<void> => {
    for (let rounds = 0; rounds < 60; rounds++) {
      await scene.until(async () => {
        const paused = await scene.index.reading.selectFrom("endpoints").selectAll().execute();
        const resting = new Set(
          paused.filter(({ look_at }) => look_at > scene.clock.now).map((one) => one.operator),
        );
        const rows = await scene.fetches();
        if (rows.length < (await scene.here()).length) return false;
        return rows.every(
          ({ look_at, operator }) => look_at === null || look_at > scene.clock.now || resting.has(operator),
        );
      });
      if ((await scene.fetches()).every(({ look_at }) => look_at === null)) return;
      scene.clock.now += 90_000;
    }
  };
  const withPage =
    (change: (page: HandedOutRecords) => unknown): Manner =>
    ({ claim, from, isFile }, response) => {
      if (isFile) response.writeHead(404).end();
      else response.end(JSON.stringify(change(honestPage(claim, from))));
      return undefined;
    };

  it("are found by their outputs with nothing posted, with parents, and stand in no export", async () => {
    const before = await exported(scene.index.reading);
    // Slow enough that another question would come meanwhile.
    scene.endpoints.answer((asked, response) => {
      setTimeout(() => response.end(JSON.stringify(honest(asked, response))), 15);
      return undefined;
    });
    const fetching = await scene.start();
    await scene.until(async () => (await scene.kept()) === all());
    await scene.until(isQuiet);
    expect(await exported(scene.index.reading)).to.equal(before);
    const child = scene.history.claims.find(({ parent }) => parent !== undefined)!;
    const record = await recordAt(scene.index.reading, { claimId: child.id, recordIndex: 0 });
    expect(record?.parents).to.deep.equal(parentsOf(child, 0));
    expect(record?.outputs).to.deep.equal([child.records[0]!.outputRoot]);
    // One question a claim, and one at a time of a host.
    expect(scene.endpoints.asked).to.have.length(scene.history.claims.length);
    expect(scene.endpoints.most()).to.equal(1);
    const metrics = await fetching.metrics();
    expect(metrics).to.contain(`onus_indexer_fetched_records_total ${all()}`);
    expect(metrics).to.contain(`onus_indexer_fetches_total{outcome="kept"} ${scene.history.claims.length}`);
    expect(metrics).to.contain("onus_indexer_unfetched_claims");
    expect(scene.lines.filter(({ msg }) => msg === "records fetched")).to.have.length(
      scene.history.claims.length,
    );
  });

  it("are asked for newest first, of each operator and of those who were not asked yet", async () => {
    await scene.start();
    await scene.until(async () => (await scene.kept()) === all());
    const blocks = await scene.index.reading.selectFrom("claims").select(["id", "block"]).execute();
    const blockOf = new Map(blocks.map(({ id, block }) => [id, block]));
    const blocksOf = (asked: typeof scene.endpoints.asked) =>
      asked.map(({ claim }) => blockOf.get(claim.id)!);
    const byOperator = Map.groupBy(scene.endpoints.asked, ({ claim }) => claim.claim.operator);
    for (const own of [...byOperator.values(), [...byOperator.values()].map(([first]) => first!)])
      expect(blocksOf(own)).to.deep.equal(blocksOf(own).sort((a, b) => b - a));
  });

  it("are asked for from every operator in turn, so that none with much that is new holds the others up", async () => {
    // Each answers with one record at a time: whoever has the newest claim would be asked until it has no more.
    scene.endpoints.answer(({ claim, from }) => honestPage(claim, from, 1));
    await scene.start();
    await scene.until(async () => (await scene.kept()) === all());
    const order = scene.endpoints.asked.map(({ claim }): string => claim.claim.operator);
    const first = scene.operators.map((operator) => order.indexOf(operator)).filter((at) => at >= 0);
    expect(Math.max(...first)).to.equal(first.length - 1);
  });

  it("are asked for page by page, and after a restart from where they were", async () => {
    const claim = scene.history.claims.find(({ records }) => records.length >= 3)!;
    // It hands out one at a time, and stops in the middle.
    scene.endpoints.answer((asked, response) => {
      if (asked.claim === claim && asked.from === 2) return void response.writeHead(503).end() as undefined;
      return honestPage(asked.claim, asked.from, 1);
    });
    const first = await scene.start();
    await scene.until(async () => (await scene.kept()) === all() - claim.records.length + 2);
    await scene.until(async () =>
      (await scene.fetches()).some(({ claim_id, tries }) => claim_id === claim.id && tries === 1),
    );
    await first.stop();
    const before = scene.endpoints.asked.length;
    scene.endpoints.answer(honest);
    await scene.start();
    // Not at once: the pause goes on.
    await scene.until(
      async () => (await scene.fetches()).filter(({ look_at }) => look_at !== null).length === 1,
    );
    await scene.move(scene.operators[0]!, `${scene.endpoints.url}/${scene.operators[0]}`);
    expect(scene.endpoints.asked.length).to.equal(before);
    scene.clock.now += pauseAfter(1);
    await scene.until(async () => (await scene.kept()) === all());
    expect(scene.endpoints.asked.slice(before).map(({ from }) => from)).to.deep.equal([2]);
  });

  for (const [what, tells] of [
    ["with", true],
    ["without", false],
  ] as const) {
    it(`come from a directory of claim files, where there are no pages, ${what} their parents`, async () => {
      const { chainId, claimBook: contract } = scene.chain.deployment;
      const home = { chainId: BigInt(chainId), contract };
      scene.endpoints.answer(({ claim: seeded, isFile }, response) => {
        const { claim, records } = seeded;
        const model = { publisher: claim.operator, artifactId: ZERO_HASH, superseded: ZERO_HASH };
        const parents = records.map((_, at) => parentsOf(seeded, at).map((one) => placeParent(one, home)));
        if (isFile) response.end(encodeClaimFile({ claim, records, model, ...(tells && { parents }) }));
        else response.end("<html>");
        return undefined;
      });
      await scene.start();
      await scene.until(async () => (await scene.kept()) === all());
      await scene.until(isQuiet);
      const outcomes = new Map((await scene.fetches()).map(({ claim_id, outcome }) => [claim_id, outcome]));
      for (const seeded of scene.history.claims) {
        const { id, parent } = seeded;
        expect(outcomes.get(id)).to.equal(tells || parent === undefined ? "kept" : "kept without lists");
        if (parent === undefined) continue;
        const record = await recordAt(scene.index.reading, { claimId: id, recordIndex: 0 });
        expect(record?.parents).to.deep.equal(tells ? parentsOf(seeded, 0) : undefined);
      }
    });
  }

  const lies: [string, (page: HandedOutRecords) => unknown][] = [
    [
      "another output",
      ({ records: [first, ...rest] }) => ({
        records: [
          {
            ...first,
            record: { ...first!.record, outputRoot: first!.record.inputRoot },
            outputs: [first!.record.inputRoot],
          },
          ...rest,
        ],
      }),
    ],
    [
      "another list of outputs",
      ({ records }) => ({
        records: records.map((one) => ({ ...one, outputs: [one.record.inputRoot] })),
      }),
    ],
    [
      "another claim's records",
      ({ records }) => ({
        records: records.map((one) => ({ ...one, claimId: one.record.inputRoot })),
      }),
    ],
    [
      "other places",
      ({ records }) => ({ records: records.map((one) => ({ ...one, index: one.index + 1 })) }),
    ],
    [
      "a path too long",
      ({ records }) => ({
        records: records.map((one) => ({ ...one, siblings: [...one.siblings, one.record.inputRoot] })),
      }),
    ],
    ["nothing", () => ({ records: [] })],
    ["more than was asked for", ({ records }) => ({ records: [...records, records[0]] })],
    ["no JSON", () => undefined],
  ];
  for (const [name, lie] of lies) {
    it(`are not kept where an endpoint hands out ${name}, and are asked for ten times at most`, async () => {
      const [claim] = scene.history.claims.slice(-1) as [SeededClaim];
      scene.endpoints.answer((asked, response) =>
        asked.claim === claim ? withPage(lie)(asked, response) : honest(asked, response),
      );
      await scene.start();
      await passTime();
      const known = await scene.index.reading.selectFrom("posted_records").select("claim_id").execute();
      expect(known.some(({ claim_id }) => claim_id === claim.id)).to.equal(false);
      expect(await scene.kept()).to.equal(all() - claim.records.length);
      const pages = scene.endpoints.asked.filter((one) => one.claim === claim && !one.isFile);
      expect(pages).to.have.length(LAST_TRY);
      const row = (await scene.fetches()).find(({ claim_id }) => claim_id === claim.id);
      expect(row?.outcome).to.equal("content");
      expect(scene.lines.filter(({ msg }) => String(msg).includes("no more"))).to.have.length(1);
    });
  }

  it("are not taken without end, nor waited for without end", async () => {
    const [big, slow] = scene.history.claims.slice(-2) as [SeededClaim, SeededClaim];
    let sent = 0;
    scene.endpoints.answer((asked, response) => {
      if (asked.claim === slow) return undefined;
      if (asked.claim !== big) return honest(asked, response);
      const pour = (): void => {
        for (let isOpen = true; isOpen && !response.destroyed; sent += 65_536)
          isOpen = response.write(Buffer.alloc(65_536, 32));
        if (!response.destroyed) response.once("drain", pour);
      };
      pour();
      return undefined;
    });
    await scene.start({}, 500);
    await passTime();
    expect(await scene.kept()).to.equal(all() - big.records.length - slow.records.length);
    const outcomes = new Map((await scene.fetches()).map(({ claim_id, outcome }) => [claim_id, outcome]));
    expect([outcomes.get(big.id), outcomes.get(slow.id)]).to.deep.equal(["size", "no answer"]);
    const { mostBytes } = nextPage({ from: 0, most: 4_096, n: big.records.length, tensors: 2 });
    // What the system's buffers hold comes on top.
    expect(sent / LAST_TRY).to.be.lessThan(mostBytes + 8 * 2 ** 20);
  });

  it("of others come while an endpoint hangs", async () => {
    const silent = await startEndpoints(() => scene.history.claims);
    silent.answer(() => undefined);
    const hanging = scene.history.claims[0]!.claim.operator;
    await scene.move(hanging, `${silent.url}/${hanging}`);
    await scene.start();
    const others = scene.history.claims.filter(({ claim }) => claim.operator !== hanging);
    await scene.until(async () => (await scene.kept()) === sum(others.map(({ records }) => records.length)));
    silent.stop();
  });

  it("are asked for at an endpoint that is away ever more rarely, and again when it is back for a new claim", async () => {
    const gone = scene.history.claims[0]!.claim.operator;
    const own = () => scene.history.claims.filter(({ claim }) => claim.operator === gone);
    scene.endpoints.answer((asked, response) => {
      if (asked.claim.claim.operator !== gone) return honest(asked, response);
      response.destroy();
      return undefined;
    });
    const fetching = await scene.start();
    await passTime();
    // One more question goes over a connection that was kept open.
    expect(scene.lines.filter(({ kind }) => kind === "no answer")).to.have.length(LAST_TRY);
    const rows = (await scene.fetches()).filter(({ operator }) => operator === gone);
    expect(new Set(rows.map(({ outcome }) => outcome))).to.deep.equal(new Set(["away"]));
    // Back again: nobody notices before there is a reason to ask.
    scene.endpoints.answer(honest);
    const before = own().length;
    while (own().length === before) await scene.history.grow(3);
    await scene.index.catchUp();
    scene.clock.now += 90_000;
    fetching.caughtUp(scene.index.indexing.indexed()!.number);
    await scene.until(async () => (await scene.kept()) === all());
  });

  it("are asked for where an operator is now, also what it did not hand out where it was", async () => {
    const moving = scene.history.claims[0]!.claim.operator;
    const own = scene.history.claims.filter(({ claim }) => claim.operator === moving);
    scene.endpoints.answer((asked, response) => {
      if (asked.claim.claim.operator !== moving) return honest(asked, response);
      response.writeHead(404).end();
      return undefined;
    });
    await scene.start();
    await passTime();
    expect(await scene.kept()).to.equal(all() - sum(own.map(({ records }) => records.length)));
    const other = await startEndpoints(() => scene.history.claims);
    const before = scene.endpoints.asked.length;
    await scene.move(moving, `${other.url}/moved`);
    await scene.until(async () => (await scene.kept()) === all());
    expect(other.asked).to.have.length(own.length);
    expect(scene.endpoints.asked).to.have.length(before);
    other.stop();
  });

  for (const [when, wait] of [
    ["at once", () => scene.until(async () => (await scene.fetches()).some(({ tries }) => tries === 1))],
    ["after the last try", () => passTime()],
  ] as const) {
    it(`are asked for nowhere on this machine, until that is allowed: ${when}`, async () => {
      const first = await scene.start({ allowsPrivate: false });
      await wait();
      await first.stop();
      expect(scene.endpoints.asked).to.deep.equal([]);
      expect(await scene.kept()).to.equal(0);
      await scene.start();
      await scene.until(async () => (await scene.kept()) === all());
    });
  }

  it("survive a reorg that takes their claims out and brings others", async () => {
    const fetching = await scene.start();
    await scene.until(async () => (await scene.kept()) === all());
    const before = await scene.here();
    scene.chain.drop(scene.operators.length + 3);
    for (let block = 0; block < scene.operators.length + 5; block++) await scene.history.grow(1);
    for (let change = await scene.index.indexing.step(); change !== undefined;) {
      if (change.kind === "rollback") fetching.rolledBack(change.toBlock);
      change = await scene.index.indexing.step();
    }
    for (const operator of scene.operators) await scene.move(operator, `${scene.endpoints.url}/${operator}`);
    fetching.caughtUp(scene.index.indexing.indexed()!.number);
    await scene.until(async () => (await scene.kept()) === all());
    const here = new Set(await scene.here());
    expect(before.filter((claim) => !here.has(claim))).to.have.length(9);
    expect((await scene.fetches()).map(({ claim_id }) => claim_id)).to.have.members(
      scene.history.claims.map(({ id }) => id),
    );
  });

  it("are no more of one claim than are wanted, and the others come when more are", async () => {
    const few = await scene.start({ most: 1 });
    await scene.until(async () => (await scene.kept()) === scene.history.claims.length);
    await scene.until(isQuiet);
    await few.stop();
    expect((await scene.fetches()).filter(({ outcome }) => outcome === "kept in part")).to.have.length(
      scene.history.claims.filter(({ records }) => records.length > 1).length,
    );
    await scene.start();
    await scene.until(async () => (await scene.kept()) === all());
  });

  it("are asked for no more where fewer of a claim are wanted than there are already", async () => {
    const large = scene.history.claims.filter(({ records }) => records.length > 1).map(({ id }) => id);
    const few = await scene.start({ most: 1 });
    await scene.until(async () => (await scene.kept()) === scene.history.claims.length);
    await few.stop();
    scene.endpoints.answer((_, response) => {
      response.writeHead(404).end();
      return undefined;
    });
    const more = await scene.start();
    await scene.until(
      async () => (await scene.fetches()).filter(({ tries }) => tries > 0).length === large.length,
    );
    await more.stop();
    const before = scene.endpoints.asked.length;
    scene.clock.now += 90_000;
    await scene.start({ most: 1 });
    await scene.until(async () => (await scene.fetches()).every(({ look_at }) => look_at === null));
    expect(scene.endpoints.asked).to.have.length(before);
    const part = (await scene.fetches()).filter(({ outcome }) => outcome === "kept in part");
    expect(part.map((one) => one.claim_id)).to.have.members(large);
  });

  it("come when more are wanted, also where those before them came without lists", async () => {
    const few = await scene.start({ most: 1 });
    await scene.until(async () => (await scene.kept()) === scene.history.claims.length);
    await scene.until(isQuiet);
    await few.stop();
    const lacking = { outcome: "kept without lists" };
    await scene.index.writing
      .updateTable("fetches")
      .set(lacking)
      .where("outcome", "=", "kept in part")
      .execute();
    await scene.start();
    await scene.until(async () => (await scene.kept()) === all());
    await scene.until(isQuiet);
    const large = scene.history.claims.filter(({ records }) => records.length > 1);
    expect((await scene.fetches()).filter(({ outcome }) => outcome === lacking.outcome)).to.have.length(
      large.length,
    );
  });

  it("are no more of one claim than there is room for, and those of other claims come all the same", async () => {
    const rows = ({ records }: SeededClaim): number => 3 * records.length;
    const sizes = scene.history.claims.map(rows);
    const claim = Math.max(...sizes) - 1;
    await scene.start({ bounds: { claim, operator: 1_000_000, all: 1_000_000 } });
    await scene.until(async () => (await scene.fetches()).length === sizes.length);
    await scene.until(async () => (await scene.fetches()).every(({ look_at }) => look_at === null));
    const cut = scene.history.claims.filter((one) => rows(one) > claim).map(({ id }) => id);
    const outcomes = await scene.fetches();
    expect(outcomes.filter(({ outcome }) => outcome !== "kept").map((one) => one.claim_id)).to.have.members(
      cut,
    );
    expect(cut).to.have.length.within(1, sizes.length - 1);
  });

  it("are what the claim holds, whichever part of a page is another", async () => {
    const claim = scene.history.claims.find(({ parent }) => parent !== undefined)!;
    const row = await scene.index.reading
      .selectFrom("claims")
      .selectAll()
      .where("id", "=", claim.id)
      .executeTakeFirstOrThrow();
    const { chainId, claimBook: contract } = scene.chain.deployment;
    const work = { claim: row, endpoint: "http://nobody", next: 0, tries: 0, inputs: 1, outputs: 1 };
    const open = (text: string) =>
      fetchPage(work, {
        endpoint: {
          recordPage: async () => text,
          records: () => Promise.reject(new Withheld("no file")),
        } as unknown as OperatorEndpoint,
        ...{ claimBook: { chainId: BigInt(chainId), contract }, most: 4_096 },
      });
    const page = honestPage(claim, 0);
    const { opened } = await open(JSON.stringify(page));
    expect(opened).to.have.length(claim.records.length);
    const leaves = leavesOf(page);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...leaves), fc.nat(), async (leaf, salt) => {
        const error: unknown = await open(JSON.stringify(changedLeaf(page, leaf, salt))).catch(
          (failure: unknown) => failure,
        );
        expect(error, leaf).to.be.instanceOf(Withheld);
      }),
      { numRuns: 300 },
    );
    // What is left out is not told; what is added is not taken.
    const bare = page.records.map(({ inputs, outputs, parents, ...rest }) => rest);
    expect((await open(JSON.stringify({ records: bare }))).lacksLists).to.equal(true);
    const first = { ...page.records[0], hash: ZERO_HASH } as PostedRecord;
    expect((await open(JSON.stringify({ records: [first], n: 9 }))).opened[0]).to.deep.equal(opened[0]);
  });
});

describe("indexer: when and how much is asked", () => {
  it("pauses grow, are never longer than a day, and come to days before the last try", () => {
    const pauses = Array.from({ length: LAST_TRY - 1 }, (_, at) => pauseAfter(at + 1));
    expect(pauses).to.deep.equal([...pauses].sort((a, b) => a - b));
    expect(pauses[0]).to.equal(30);
    expect(Math.max(...pauses, pauseAfter(1_000))).to.equal(86_400);
    expect(sum(pauses)).to.be.within(2 * 86_400, 7 * 86_400);
  });

  it("a page begins where the last one ended, and is never larger than is read at once", () => {
    const counts = fc.integer({ min: 1, max: 2 ** 20 });
    fc.assert(
      fc.property(counts, counts, fc.nat(2_048), fc.nat(), (n, most, tensors, seed) => {
        const from = seed % Math.min(n, most);
        const page = nextPage({ from, most, n, tensors });
        expect(page.from).to.equal(from);
        expect(page.count).to.be.within(1, 100);
        expect(from + page.count).to.be.at.most(Math.min(n, most));
        expect(page.mostBytes).to.be.lessThan(8 * 2 ** 20 + 1);
      }),
    );
  });
});
