import { readFileSync } from "node:fs";

import { expect } from "chai";

import { parentsOf, postedOf } from "../../../scripts/support/seed-history.js";
import type {
  ApiError,
  ClaimDetail,
  ClaimPage,
  LineageGraph,
  OperatorDetail,
  OperatorSeries,
  PostedRecord,
  RecordPage,
  SearchResult,
  SessionDetail,
  SessionPage,
} from "../../../src/audit/api-types.js";
import { itemOfParent } from "../../../src/claim/named-parent.js";
import { ROUTES } from "../../../src/indexer/make-api.js";
import { apiOf, openSeededIndex, seededLife } from "../../support/seeded-index.js";
import type { AskApi } from "../../support/seeded-index.js";

describe("indexer: the HTTP API", function () {
  this.timeout(120_000);
  let life: Awaited<ReturnType<typeof seededLife>>;
  let index: Awaited<ReturnType<typeof openSeededIndex>>;
  let ask: AskApi["ask"];
  let get: AskApi["get"];
  let post: AskApi["post"];
  const claimBook = () => {
    const { chainId, claimBook: contract } = life.chain.deployment;
    return { chainId: BigInt(chainId), contract };
  };

  before(async () => {
    life = await seededLife(80, 3);
    index = await openSeededIndex(life.chain);
    await index.catchUp();
    ({ ask, get, post } = await apiOf(index, life.chain));
  });
  after(() => index.close());

  it("every route is in docs/api.md, and no other", () => {
    const page = readFileSync("docs/api.md", "utf8");
    const told = [...page.matchAll(/^\| `(\/v1\/[^`]+)` \|/gm)].map(([, route]) => route);
    expect(told.sort()).to.deep.equal([...Object.keys(ROUTES), "/v1/status"].sort());
  });

  it("pages hold every claim once, the newest first, under every filter", async () => {
    const all = await index.reading.selectFrom("claims").select(["id", "operator", "phase"]).execute();
    const operator = all[0]?.operator ?? "";
    for (const [filter, expected] of [
      ["", all],
      [`operator=${operator}&`, all.filter((claim) => claim.operator === operator)],
      ["phase=FINAL&", all.filter(({ phase }) => phase === "FINAL")],
    ] as const) {
      const found: string[] = [];
      for (let next: string | undefined = ""; next !== undefined;) {
        const page: ClaimPage = await get(`/v1/claims?${filter}limit=37${next && `&cursor=${next}`}`);
        found.push(...page.items.map(({ id }) => id));
        next = page.next;
      }
      expect(found).to.have.length(expected.length);
      expect(new Set(found)).to.deep.equal(new Set(expected.map(({ id }) => id)));
    }
  });

  it("a claim that was asked about and fell tells its sessions, its published record, its shares and its end", async () => {
    const sessions = await get<SessionPage>("/v1/sessions?limit=200");
    const claim = await get<ClaimDetail>(`/v1/claims/${sessions.items.at(-1)?.subject}`);
    expect(claim.records.map(({ source, index: at }) => [source, at])).to.deep.equal([["answer", 0]]);
    expect(claim.records[0]?.statedTrace).to.match(/^0x/);
    expect(claim.timeline.map(({ name }) => name)).to.include.members([
      "ClaimSubmitted",
      "Asked",
      "Answered",
    ]);
    const session = await get<SessionDetail>(`/v1/sessions/${sessions.items.at(-1)?.id}`);
    expect(session.questions).to.have.length(1);
    expect(session.questions[0]).to.deep.include({ form: "record", levels: 0 });
    expect(session.questions[0]?.answer?.by).to.equal(claim.operator);
    const [fallen] = (await get<ClaimPage>("/v1/claims?phase=FAULTED&limit=1")).items;
    const shares = (await get<ClaimDetail>(`/v1/claims/${fallen?.id}`)).shares;
    const { penalty, beneficiaryShare, perRecord, toBurn } = shares!;
    const sum = BigInt(beneficiaryShare) + BigInt(perRecord) * BigInt(fallen?.n ?? 0) + BigInt(toBurn);
    expect(sum.toString()).to.equal(penalty);
  });

  it("an operator's series ends where it stands now", async () => {
    const [claim] = (await get<ClaimPage>("/v1/claims?phase=FAULTED&limit=1")).items;
    const operator = await get<OperatorDetail>(`/v1/operators/${claim?.operator}`);
    const series = await get<OperatorSeries>(`/v1/operators/${claim?.operator}/series?points=5`);
    expect(series.exposure).to.have.length(5);
    expect(series.exposure.at(-1)).to.include({ stake: operator.stake, locked: operator.locked });
    expect(series.standing.at(-1)?.faulted).to.equal(operator.standing.faulted);
    expect(operator.status).to.equal("JAILED");
  });

  it("keeps a posted record that opens to its claim, finds it by its output, and refuses one that does not", async () => {
    const asked = await index.reading.selectFrom("records").select("claim_id").execute();
    const known = new Set(asked.map(({ claim_id }) => claim_id));
    const seeded = life.history.claims.find(({ id, parent }) => parent !== undefined && !known.has(id));
    const text = postedOf(seeded!, 0);
    const output = seeded!.records[0]!.outputRoot;
    expect((await get<RecordPage>(`/v1/outputs/${output}`)).items).to.deep.equal([]);
    const wrong = await post(text.replace(/"parentsCount":\d+/, '"parentsCount":9'));
    expect(wrong.status).to.equal(400);
    expect(((await wrong.json()) as ApiError).code).to.equal("RECORD_DOES_NOT_OPEN");
    expect(await (await post(text)).json()).to.deep.equal({ kept: 1 });
    const [item] = (await get<RecordPage>(`/v1/outputs/${output}`)).items;
    expect(item).to.deep.include({ claimId: seeded!.id, index: 0, source: "posted" });
    expect(item?.parents).to.deep.equal(parentsOf(seeded!, 0));
    expect(item?.parents).to.have.length(2);
    const { hits } = await get<SearchResult>(`/v1/search?q=${output}`);
    expect(hits).to.deep.equal([{ kind: "output", id: output, claimId: seeded!.id, recordIndex: 0 }]);
  });

  it("shows a parent of another deployment as foreign, once, and never as the record here that bears its id", async () => {
    const seeded = life.history.claims.find(({ parent }) => parent?.bound === false)!;
    const [here, elsewhere] = parentsOf(seeded, 0);
    const child = { claimId: seeded.id, recordIndex: 0 };
    const tell = async (change: (posted: PostedRecord) => object) => {
      const posted = JSON.parse(postedOf(seeded, 0)) as PostedRecord;
      return (await post(JSON.stringify({ ...posted, ...change(posted) }))).status;
    };
    const graph = () => get<LineageGraph>(`/v1/lineage/${seeded.id}/0`);
    // A place that is told wrong makes another item.
    const moved = { ...elsewhere, chainId: "11" };
    expect(await tell(() => ({ parents: [here, moved] }))).to.equal(400);
    expect(await tell(() => ({ parents: [elsewhere, here] }))).to.equal(400);
    expect((await graph()).foreign).to.deep.equal([]);
    // Who knows hashes alone tells those, and whoever knows the place may tell it later.
    const items = parentsOf(seeded, 0).map((parent) => ({ item: itemOfParent(parent, claimBook()) }));
    expect(await tell(() => ({ parents: items }))).to.equal(200);
    expect((await graph()).foreign).to.deep.equal(items.map(({ item }) => ({ child, item })));
    expect(await tell(() => ({}))).to.equal(200);
    expect(await tell(() => ({ parents: items }))).to.equal(200);
    expect((await graph()).foreign).to.deep.equal([{ child, parent: elsewhere }]);
    expect((await graph()).edges).to.deep.include({ parent: here, child, kind: "stated" });
    // The id of the parent there is one of a claim here, which does not have this child by it.
    expect(elsewhere).to.deep.include(here);
    const back = await get<LineageGraph>(`/v1/lineage/${here!.claimId}/0`);
    expect(back.foreign).to.deep.equal([]);
    expect(back.edges.filter((edge) => edge.child.claimId === seeded.id)).to.have.length(1);
  });

  it("takes no nodes within a list for its items: they make the same root, and would keep the items out", async () => {
    const seeded = life.history.claims.filter(({ parent }) => parent?.bound === false).at(-2)!;
    const posted = JSON.parse(postedOf(seeded, 0)) as PostedRecord;
    const inner = await post(JSON.stringify({ ...posted, parents: [{ item: posted.record.parentsRoot }] }));
    expect(inner.status).to.equal(400);
    expect(((await inner.json()) as ApiError).message).to.contain("list of its parents has 1, and needs 2");
    expect((await post(JSON.stringify(posted))).status).to.equal(200);
    const [item] = (await get<RecordPage>(`/v1/outputs/${posted.record.outputRoot}`)).items;
    expect(item?.parents).to.deep.equal(parentsOf(seeded, 0));
  });

  it("a parent that is spelled as elsewhere and stands here is one of here", async () => {
    const seeded = life.history.claims.filter(({ parent }) => parent?.bound === false).at(-1)!;
    const [here, elsewhere] = parentsOf(seeded, 0);
    const { chainId, contract } = claimBook();
    const spelled = { chainId: String(chainId), claimBook: contract, ...here };
    const posted = JSON.parse(postedOf(seeded, 0)) as PostedRecord;
    const body = JSON.stringify({ ...posted, parents: [spelled, elsewhere] });
    expect((await post(body)).status).to.equal(200);
    const [item] = (await get<RecordPage>(`/v1/outputs/${seeded.records[0]!.outputRoot}`)).items;
    expect(item?.parents).to.deep.equal([here, elsewhere]);
  });

  it("lineage shows parents, children and what fell among them", async () => {
    const child = life.history.claims.find(({ parent }) => parent?.bound === true);
    const graph = await get<LineageGraph>(`/v1/lineage/${child!.id}/0`);
    const edge = { claimId: child!.parent!.of.id, recordIndex: 0 };
    expect(graph.edges).to.deep.include({
      parent: edge,
      child: { claimId: child!.id, recordIndex: 0 },
      kind: "bound",
    });
    const back = await get<LineageGraph>(`/v1/lineage/${edge.claimId}/0`);
    expect(back.nodes.find(({ claimId }) => claimId === child!.id)?.distance).to.equal(1);
  });

  it("refuses what it does not understand, and says what it does not know, readable by every origin", async () => {
    for (const [path, status, code] of [
      ["/v1/claims?phase=HAPPY", 400, "MALFORMED_VALUE"],
      ["/v1/claims?cursor=x", 400, "MALFORMED_VALUE"],
      [`/v1/claims/0x${"12".repeat(32)}`, 404, "NOT_INDEXED"],
      ["/v1/nothing", 404, "NOT_INDEXED"],
      ["/v1/search?q=0x12", 400, "MALFORMED_VALUE"],
    ] as const) {
      const response = await ask(path);
      expect([response.status, ((await response.json()) as ApiError).code]).to.deep.equal([status, code]);
      expect(response.headers.get("access-control-allow-origin")).to.equal("*");
    }
  });
});
