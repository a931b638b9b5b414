import { expect } from "chai";

import { postedOf } from "../../../scripts/support/seed-history.js";
import type { Activity, ApiError, ClaimPage, LineageGraph } from "../../../src/audit/api-types.js";
import { withinBounds } from "../../../src/indexer/bound-posts.js";
import type { PostBounds } from "../../../src/indexer/bound-posts.js";
import { encodeClaimFile } from "../../../src/store/claim-file.js";
import type { ClaimFile } from "../../../src/store/claim-file.js";
import { apiOf, exported, openSeededIndex, seededLife } from "../../support/seeded-index.js";
import type { AskApi } from "../../support/seeded-index.js";

const WORD = `0x${"12".repeat(32)}`;

describe("indexer: what a stranger may ask and post", function () {
  this.timeout(60_000);
  let life: Awaited<ReturnType<typeof seededLife>>;
  let index: Awaited<ReturnType<typeof openSeededIndex>>;
  let api: AskApi;
  beforeEach(async () => {
    life = await seededLife(20, 3);
    index = await openSeededIndex(life.chain);
    await index.catchUp();
    api = await apiOf(index, life.chain);
  });
  afterEach(() => index.close());
  const postedRows = async (): Promise<number> => {
    const records = await index.reading.selectFrom("posted_records").select("idx").execute();
    return records.length + (await index.reading.selectFrom("posted_tensors").select("idx").execute()).length;
  };

  it("malformed requests are refused as such, readable by every origin, and touch nothing", async () => {
    const before = await exported(index.reading);
    const drop = encodeURIComponent("'; DROP TABLE claims; --");
    for (const path of [
      ...[
        "claims?limit=-1",
        "claims?limit=1e9",
        "claims?limit=1.5",
        "claims?limit=9999999999999999",
        "claims?limit=",
      ],
      ...[
        "claims?cursor=",
        "claims?cursor=1",
        "claims?cursor=1.2.3",
        `claims?cursor=${drop}`,
        "claims?cursor=-1.0",
      ],
      ...["claims?phase=__proto__", "claims?fault=constructor", "claims?from=NaN", "claims?to=-5"],
      ...[
        `claims?operator=${drop}`,
        "claims?operator=0x12",
        `claims?model=${WORD}00`,
        `claims?model=${drop}`,
      ],
      ...[`events?name=${drop}`, "events?name=%00", "events?name=", `events?name=${"A".repeat(9_000)}`],
      ...[`events?subject=${drop}`, "events?subject=0x", `events?subject=0x${"zz".repeat(32)}`],
      ...["sessions?stage=toString", `sessions?asker=${WORD}`, "receipts?stage=1", "operators?status=%00"],
      ...[
        "activity?bucket=x",
        "activity?from=1e3",
        `claims/${drop}`,
        "claims/0x",
        "claims/%E0%A4%A",
        "claims/%00",
      ],
      ...["claims/..%2f..%2fetc%2fpasswd", "operators/0", `operators/${WORD}`, "models/1", "sessions/x"],
      ...["receipts/x", "records/x", "outputs/x", `lineage/x/0`, `lineage/${WORD}/x`, `lineage/${WORD}/-1`],
      ...[`lineage/${WORD}/0?depth=1e9`, `evidence/${WORD}?record=x`, `evidence/${WORD}?receipt=x`, "search"],
      ...[
        `search?q=${drop}`,
        "search?q=%25%25%25%25%25%25",
        "search?q=0x12_456",
        `search?q=0x${"1".repeat(9_000)}`,
      ],
    ]) {
      const response = await api.ask(`/v1/${path}`);
      expect([path, response.status]).to.deep.equal([path, 400]);
      expect(((await response.json()) as ApiError).code).to.match(/MALFORMED|CHECKSUM/);
      expect(response.headers.get("access-control-allow-origin")).to.equal("*");
    }
    expect(api.failures).to.deep.equal([]);
    expect(await exported(index.reading)).to.equal(before);
  });

  it("requests beyond every bound get what the bound allows", async () => {
    const items = async (query: string) => (await api.get<ClaimPage>(`/v1/claims?${query}`)).items.length;
    expect(await items("limit=999999999999999")).to.equal(Math.min(200, life.history.claims.length));
    expect(await items("limit=0")).to.equal(1);
    expect(await items(`${"phase=OPEN&".repeat(500)}limit=2&limit=200`)).to.equal(2);
    expect(await items("cursor=999999999999999.999999999999999&limit=3")).to.equal(3);
    for (const path of [
      ...["activity?bucket=0", "activity?bucket=999999999999999", "activity?from=999999999999999"],
      ...[`lineage/${WORD}/999999999999999?depth=1000000000`, "events?limit=200&cursor=0.0"],
    ])
      expect([path, (await api.ask(`/v1/${path}`)).status]).to.deep.equal([path, 200]);
  });

  it("a page of activity ends, however many minutes there were", async () => {
    const row = { submitted: 1, finalized: 0, faulted: 0, sessions: 0, questions: 0, answers: 0 };
    const minutes = Array.from({ length: 2_500 }, (_, at) => ({ ...row, minute: 60 * (at + 1) }));
    for (const minute of minutes)
      await index.writing
        .insertInto("activity")
        .values({ ...minute, complaints: 0, published: 0, registered: 0 })
        .execute();
    const { items } = await api.get<Activity>("/v1/activity?bucket=60&to=1000000");
    expect(items).to.have.length(2_000);
    expect(items.at(-1)).to.include({ from: 150_000, submitted: 1 });
    const { items: days } = await api.get<Activity>("/v1/activity?bucket=86400&to=1000000");
    expect(days.map(({ from, submitted }) => [from, submitted])).to.deep.equal([
      [0, 1_439],
      [86_400, 1_061],
    ]);
  });

  it("a graph of lineage has at most 500 nodes and edges between those alone, and says that it is cut", async () => {
    const root = life.history.claims[0]!.id;
    const child = (at: number) => `0x${at.toString(16).padStart(64, "0")}`;
    const edge = {
      kind: "stated",
      chain_id: null,
      book: null,
      child_idx: 0,
      parent_claim: root,
      parent_idx: 0,
    };
    const rows = Array.from({ length: 700 }, (_, at) => ({ ...edge, child_claim: child(at + 1) }));
    await index.writing.insertInto("edges").values(rows).execute();
    const { nodes, edges, isCut } = await api.get<LineageGraph>(`/v1/lineage/${root}/0`);
    const known = new Set(nodes.map(({ claimId }) => claimId));
    expect(nodes).to.have.length(500);
    expect(
      edges.every(({ parent, child: to }) => known.has(parent.claimId) && known.has(to.claimId)),
    ).to.equal(true);
    expect(isCut).to.equal(true);
  });

  it("posts that are no records, or hide how long they are, keep nothing", async () => {
    const depth = 1_000_000;
    for (const body of [
      ...[
        "",
        "null",
        "7",
        "[]",
        "{}",
        '{"records":[]}',
        '{"records":{"length":1e9}}',
        '{"__proto__":{"records":[]}}',
      ],
      ...[
        "[".repeat(depth) + "]".repeat(depth),
        `{"records":${"[".repeat(depth)}${"]".repeat(depth)}}`,
        "\0",
      ],
      `{"claimId":"${WORD}","index":1e99}`,
    ]) {
      const response = await api.post(body);
      expect([body.slice(0, 30), response.status]).to.deep.equal([body.slice(0, 30), 400]);
      expect(((await response.json()) as ApiError).code).to.equal("CLAIM_FILE");
    }
    const body = postedOf(life.history.claims[0]!, 0);
    const tooLong = String(8 * 2 ** 20 + 1);
    for (const length of [{}, { headers: { "content-length": tooLong } }]) {
      const response = await api.ask("/v1/records", { method: "POST", body, ...length });
      expect(response.status).to.equal(400);
    }
    expect(await postedRows()).to.equal(0);
    expect(api.failures).to.deep.equal([]);
  });

  it("refuses what nests deep or is about no claim before it costs anything, and takes a claim file all the same", async () => {
    const seeded = life.history.claims.find(({ records }) => records.length > 1)!;
    const publisher = `0x${"11".repeat(20)}`;
    const model = { publisher, artifactId: WORD, superseded: WORD };
    const file = { claim: seeded.claim, records: seeded.records, model } as unknown as ClaimFile;
    const deep = await api.post("[".repeat(4_000_000) + "]".repeat(4_000_000));
    expect(((await deep.json()) as ApiError).message).to.include("16 levels");
    const unknown = {
      ...file,
      claim: { ...seeded.claim, recordsRoot: WORD },
      records: [{ this: "is never read" }],
    };
    expect((await api.post(encodeClaimFile(unknown as unknown as ClaimFile))).status).to.equal(404);
    expect(await (await api.post(encodeClaimFile(file))).json()).to.deep.equal({
      kept: seeded.records.length,
    });
  });

  it("a page of another origin may post, and read why it was refused", async () => {
    const asked = await api.ask("/v1/records", {
      method: "OPTIONS",
      headers: { origin: "https://else.example" },
    });
    expect(asked.status).to.equal(204);
    expect(asked.headers.get("access-control-allow-methods")).to.equal("GET, POST");
    for (const body of [postedOf(life.history.claims[0]!, 0), "{}"])
      expect((await api.post(body)).headers.get("access-control-allow-origin")).to.equal("*");
  });

  it("a posted record is not found while its claim is in no block, and again when it is", async () => {
    const seeded = life.history.claims.at(-1)!;
    expect((await api.post(postedOf(seeded, 0))).status).to.equal(200);
    const paths = [`search?q=${seeded.records[0]!.outputRoot}`, `outputs/${seeded.records[0]!.outputRoot}`];
    const found = async (): Promise<boolean[]> => {
      const texts = await Promise.all(paths.map(async (path) => (await api.ask(`/v1/${path}`)).text()));
      return texts.map((text) => text.includes(seeded.id));
    };
    expect(await found()).to.deep.equal([true, true]);
    const { chain } = life;
    chain.drop(1);
    for (let block = 0; block < 3; block++) await chain.add([]);
    await index.catchUp();
    expect(await found()).to.deep.equal([false, false]);
    const { operator, modelId, nonce, recordsRoot, n, liability, window } = seeded.claim;
    const args = [seeded.id, operator, modelId, operator, nonce, recordsRoot, n, liability, window];
    await chain.add([{ events: [{ part: "claimBook", name: "ClaimSubmitted", args }] }]);
    await index.catchUp();
    expect(await found()).to.deep.equal([true, true]);
  });

  it("reads eight posts at a time, and takes more when they are done", async () => {
    const bodies = life.history.claims.slice(0, 20).map((claim) => postedOf(claim, 0));
    const statuses = (await Promise.all(bodies.map((body) => api.post(body)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).to.have.length(8);
    expect(statuses.filter((status) => status === 503)).to.have.length(12);
    for (const body of bodies) expect((await api.post(body)).status).to.equal(200);
  });

  it("keeps so many posted rows about a claim, an operator and in all, and of a post all or nothing", async () => {
    const [first, second] = life.history.claims;
    const row = (claim: string, idx: number) => ({
      ...{
        claim_id: claim,
        idx,
        hash: WORD,
        request_id: WORD,
        requester: WORD,
        salt: WORD,
        input_root: WORD,
      },
      ...{ output_root: WORD, trace_root: WORD, parents_root: WORD, parents_count: 0, siblings: "[]" },
    });
    const keep = (claim: string, indexes: readonly number[], bounds: PostBounds): Promise<string> =>
      index.writing
        .transaction()
        .execute((transaction) =>
          withinBounds(transaction, [claim], {
            bounds,
            write: async () => {
              for (const idx of indexes)
                await transaction
                  .insertInto("posted_records")
                  .values(row(claim, idx))
                  .onConflict((on) => on.doNothing())
                  .execute();
            },
          }),
        )
        .then(
          () => "kept",
          (error: { code: string; context: { holder: string } }) => `${error.code} ${error.context.holder}`,
        );
    const wide = { claim: 9, operator: 9, all: 9 };
    const { operator } = first!.claim;
    expect(await keep(first!.id, [0, 1], { ...wide, claim: 3 })).to.equal("kept");
    expect(await keep(first!.id, [1, 2, 3], { ...wide, claim: 3 })).to.equal(`INDEX_FULL ${first!.id}`);
    expect(await keep(first!.id, [2, 3], { ...wide, operator: 3 })).to.equal(`INDEX_FULL ${operator}`);
    expect(await postedRows()).to.equal(2);
    expect(await keep(first!.id, [0, 1, 2], { ...wide, claim: 3 })).to.equal("kept");
    expect(await keep(first!.id, [0, 1, 2], { claim: 3, operator: 3, all: 3 })).to.equal("kept");
    expect(await keep(second!.id, [0], { ...wide, all: 3 })).to.equal("INDEX_FULL all");
    expect(await keep(second!.id, [0], { ...wide, all: 4 })).to.equal("kept");
    expect(await postedRows()).to.equal(4);
    const { items } = await api.get<ClaimPage>("/v1/claims?limit=200");
    expect(items.find(({ id }) => id === first!.id)?.knownRecords).to.equal(3);
  });

  it("what nobody foresaw is told to whoever runs the index, not to whoever asked", async () => {
    await index.writing.schema.dropTable("totals").execute();
    const response = await api.ask("/v1/overview");
    expect(response.status).to.equal(500);
    expect(await response.text()).to.not.include("totals");
    expect(api.failures.map(({ message }) => message).join()).to.include("totals");
  });
});
