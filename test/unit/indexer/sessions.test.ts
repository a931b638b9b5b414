import { expect } from "chai";

import type { ClaimDetail, Overview, SessionDetail, SessionPage } from "../../../src/audit/api-types.js";
import { indexChain } from "../../../src/indexer/index-chain.js";
import { apiOf, exported, HALF_LIFE, openSeededIndex, seededLife } from "../../support/seeded-index.js";
import type { AskApi } from "../../support/seeded-index.js";

describe("indexer: sessions and the end of their claims", function () {
  this.timeout(60_000);
  let life: Awaited<ReturnType<typeof seededLife>>;
  let index: Awaited<ReturnType<typeof openSeededIndex>>;
  let get: AskApi["get"];
  const sessionsAt = async (stage: string) =>
    (await get<SessionPage>(`/v1/sessions?limit=200&stage=${stage}`)).items;

  before(async () => {
    life = await seededLife(150, 3);
    index = await openSeededIndex(life.chain);
    await index.catchUp();
    ({ get } = await apiOf(index, life.chain));
  });
  after(() => index.close());

  it("a session that is open when its claim falls ends with it, and waits to be settled", async () => {
    const ended = await sessionsAt("ENDED");
    expect(ended).to.have.length.greaterThan(1);
    for (const session of ended) {
      const claim = await get<ClaimDetail>(`/v1/claims/${session.subject}`);
      expect(claim).to.include({ phase: "FAULTED", openSessions: 0 });
      expect(session).to.include({ isToSettle: true, closedAt: claim.decidedAt });
      expect(claim.sessions.find(({ id }) => id === session.id)).to.deep.equal(session);
    }
  });

  it("an open session has an undecided claim, and the overview counts no other as open", async () => {
    const open = await sessionsAt("OPEN");
    expect(open).to.have.length.greaterThan(1);
    for (const { subject, isToSettle } of open) {
      expect((await get<ClaimDetail>(`/v1/claims/${subject}`)).phase).to.equal("CONTESTED");
      expect(isToSettle).to.equal(false);
    }
    expect((await get<Overview>("/v1/overview")).sessions.open).to.equal(open.length);
  });

  it("a closed session is to be settled from the decision on, and a settled one never again", async () => {
    for (const { subject, isToSettle } of await sessionsAt("CLOSED")) {
      const { phase } = await get<ClaimDetail>(`/v1/claims/${subject}`);
      expect(isToSettle).to.equal(phase === "FINAL" || phase === "FAULTED");
    }
    const settled = await sessionsAt("SETTLED");
    expect(settled).to.have.length.greaterThan(0);
    for (const { id, subject } of settled) {
      const session = await get<SessionDetail>(`/v1/sessions/${id}`);
      const { decidedAt } = await get<ClaimDetail>(`/v1/claims/${subject}`);
      expect(session).to.include({ isToSettle: false, closedAt: decidedAt });
      expect(session.settled?.refund).to.equal(session.deposit);
    }
  });

  it("a reorg that takes the fault back opens its sessions again", async () => {
    const [session] = await sessionsAt("ENDED");
    const { decided } = await get<ClaimDetail>(`/v1/claims/${session!.subject}`);
    const other = await openSeededIndex(life.chain, 1);
    await other.catchUp();
    const { reading } = other;
    const stageNow = async () =>
      reading.selectFrom("sessions").select(["stage", "closed_at"]).where("id", "=", session!.id).execute();
    expect(await stageNow()).to.deep.equal([{ stage: "ENDED", closed_at: session!.closedAt }]);
    const { chain } = life;
    const blocks = (await chain.node.getBlockNumber()) - decided!.block + 1;
    chain.drop(blocks);
    for (let block = 0; block < blocks; block++) await chain.add([]);
    await other.catchUp();
    expect(await stageNow()).to.deep.equal([{ stage: "OPEN", closed_at: null }]);
    await other.close();
  });

  it("an index that other rules folded folds its events again", async () => {
    const { chain } = await seededLife(60, 3);
    const old = await openSeededIndex(chain);
    await old.catchUp();
    const expected = await exported(old.reading);
    await old.writing.updateTable("sessions").set({ stage: "OPEN", closed_at: null }).execute();
    const { node: provider, deployment } = chain;
    const again = () =>
      indexChain({ db: old.writing, provider, deployment, constants: { halfLife: HALF_LIFE } });
    await again();
    expect(await exported(old.reading)).to.not.equal(expected);
    await old.writing.updateTable("meta").set({ value: "1" }).where("name", "=", "fold").execute();
    await again();
    expect(await exported(old.reading)).to.equal(expected);
    await old.close();
  });
});
