import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import type { Status } from "../../src/audit/api-types.js";
import { parentItem } from "../../src/claim/claim.js";
import { indexChain } from "../../src/indexer/index-chain.js";
import { makeApi } from "../../src/indexer/make-api.js";
import { openIndex } from "../../src/indexer/open-index.js";
import { openMetrics } from "../../src/service/metrics.js";
import { serveHttp } from "../../src/service/serve-http.js";
import { decodeClaimFile } from "../../src/store/claim-file.js";
import { hasAnvil } from "../support/anvil.js";
import { startCliScene } from "../support/cli-scene.js";
import type { CliScene, Json } from "../support/cli-scene.js";
import { claimLie, publishLineage, runToFiles } from "../support/lineage-files.js";
import type { PublishedLineage } from "../support/lineage-files.js";

const PUBLISHER = 1;
const LIAR = 2;
const MAKER = 3;
const STRANGER = 4;
const NOWHERE = `0x${"00".repeat(19)}aa`;

/** Each step uses what the last one left. */
describe("e2e: onus lineage and onus standing on a node process", function () {
  this.timeout(180_000);
  let scene: CliScene;
  let models: PublishedLineage;
  /** Claim ids by what the claims hold. */
  const ids: Record<string, string> = {};
  const claimFile = (name: string) => scene.file(name, "claim.json");
  const codeOf = async (account: number, ...args: string[]): Promise<string> => {
    const { out } = await scene.onus(account, ...args, "--json");
    return ((JSON.parse(out) as Json).error?.code ?? "done") as string;
  };
  const submission = (name: string, model: "mixer" | "ranker", input: string, ...parents: string[]) => [
    ...["claim", "submit", "--model", models[model].modelId, "--artifact", models[model].file],
    ...["--input", input, ...parents.flatMap((parent) => ["--parent", parent])],
    ...["--liability", "0.01 ether", "--window", "60s", "--out", scene.file(name)],
  ];
  const submit = async (...given: Parameters<typeof submission>): Promise<void> => {
    ids[given[0]] = (await scene.json(MAKER, ...submission(...given))).claimId as string;
  };
  const foreign = () => `${ids["lie"]}:4@10:${NOWHERE}`;
  const shown = async (name: string, ...more: string[]): Promise<Json> =>
    scene.json(STRANGER, "lineage", "show", ids[name] as string, ...more);
  const taintOf = (family: Json, name: string) =>
    family.records.find(({ claimId }: Json) => claimId === ids[name]).taint;

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_383);
    models = await publishLineage(scene, PUBLISHER);
    for (const account of [LIAR, MAKER])
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    ids["lie"] = await claimLie(scene, { mixer: models.mixer, operator: LIAR, name: "lie" });
    writeFileSync(scene.file("other.bin"), Buffer.alloc(256, 1));
  });
  after(() => scene?.stop());

  it("submit names parents by id or file, keeps their list in claim.json, and looks them up first", async () => {
    await submit("child", "mixer", scene.file("lie", "output.bin"), claimFile("lie"));
    const [embedding] = runToFiles(scene, models.mixer, scene.file("lie", "output.bin"), "child");
    await submit("grandchild", "ranker", embedding!, `${ids["child"]}:0`, foreign());
    await submit("adviser", "mixer", scene.file("other.bin"), claimFile("grandchild"), claimFile("child"));

    const { records, parents } = decodeClaimFile(readFileSync(claimFile("grandchild"), "utf8"));
    expect(records[0]!.parentsCount).to.equal(2);
    const book = { chainId: 31_383n, contract: scene.deployment.claimBook };
    expect(parents).to.deep.equal([
      [
        { claimId: ids["child"], recordIndex: 0, book },
        {
          claimId: ids["lie"],
          recordIndex: 4,
          book: { chainId: 10n, contract: parents![0]![1]!.book.contract },
        },
      ],
    ]);
    // An id with the place of this very claim book is no foreign parent.
    const own = `${ids["child"]}:0@31383:${scene.deployment.claimBook}`;
    const planned = await scene.json(
      MAKER,
      ...submission("own", "mixer", scene.file("other.bin"), own),
      "--dry-run",
    );
    expect(planned.calls[0].call).to.equal("ClaimBook.submit");
    for (const [parent, code] of [
      [`0x${"12".repeat(32)}`, "CLAIM_UNKNOWN"],
      [`0x${"12".repeat(32)}:0@31383:${scene.deployment.claimBook}`, "CLAIM_UNKNOWN"],
      [`${ids["child"]}:1`, "RECORD_MISSING"],
      [`${ids["child"]}:1@ten:${NOWHERE}`, "MALFORMED_VALUE"],
      [`claim.json:1@10:${NOWHERE}`, "MALFORMED_VALUE"],
    ] as const) {
      const args = submission("refused", "mixer", scene.file("other.bin"), parent);
      expect(await codeOf(MAKER, ...args), parent).to.equal(code);
    }
  });

  it("refuses a claim file whose parents are not those that its records commit to", async () => {
    const file = JSON.parse(readFileSync(claimFile("grandchild"), "utf8")) as Json;
    for (const parents of [[file.parents[0].toReversed()], [[]], []]) {
      writeFileSync(scene.file("changed.json"), JSON.stringify({ ...file, parents }));
      expect(await codeOf(STRANGER, "lineage", "state", scene.file("changed.json"))).to.equal(
        "PARENTS_DIFFER",
      );
    }
    const { parents: _, ...without } = file;
    writeFileSync(scene.file("without.json"), JSON.stringify(without));
    expect(await codeOf(STRANGER, "lineage", "state", scene.file("without.json"))).to.equal(
      "PARENTS_UNKNOWN",
    );
  });

  it("an index shows what it was handed; the chain, what it was shown", async () => {
    const { deployment, chain } = scene;
    const db = await openIndex(":memory:");
    const indexing = await indexChain({
      ...{ db, provider: chain.provider, deployment, constants: { halfLife: 3_600 } },
    });
    while ((await indexing.step()) !== undefined);
    const book = { chainId: BigInt(deployment.chainId), contract: deployment.claimBook };
    const app = await makeApi({
      ...{ reading: db, writing: db, claimBook: book, checks: {}, metrics: await openMetrics("indexer") },
      status: (): Status => ({ chainId: deployment.chainId, deployment, fromBlock: 0, parameters: {} }),
      failed: (error) => {
        throw error;
      },
    });
    const server = await serveHttp({ app, port: 0 });
    const headers = { "content-type": "application/json" };
    for (const name of ["child", "grandchild"]) {
      const body = readFileSync(claimFile(name), "utf8");
      const posted = await fetch(`${server.url}/v1/records`, { method: "POST", body, headers });
      expect(posted.status, await posted.text()).to.equal(200);
    }

    const alone = await shown("lie");
    expect(alone.edges).to.deep.equal([]);
    expect(alone.records).to.have.length(1);
    const told = await shown("lie", "--index", server.url);
    expect(told.edges.map(({ kind, child }: Json) => [kind, child.claimId])).to.deep.equal([
      ["told", ids["child"]],
      ["told", ids["grandchild"]],
    ]);
    const elsewhere = await shown("grandchild", "--index", server.url);
    expect(elsewhere.foreign.map(({ parent }: Json) => [parent.claimId, parent.book.chainId])).to.deep.equal([
      [ids["lie"], "10"],
    ]);
    const { out } = await scene.onus(STRANGER, "lineage", "show", claimFile("lie"), "--index", server.url);
    expect(out).to.contain(`told    ${ids["child"]}:0  open, no taint pushed`);
    await server.close();
    await db.destroy();
    expect(await codeOf(STRANGER, "lineage", "show", claimFile("lie"), "--index", server.url)).to.equal(
      "INDEX_UNREACHABLE",
    );
  });

  it("state shows all parents that a record names, foreign ones as such, each once", async () => {
    const state = (...args: string[]) => scene.json(STRANGER, "lineage", "state", ...args);
    const planned = await state(claimFile("grandchild"), "--dry-run");
    expect(planned.calls.map(({ call }: Json) => call)).to.deep.equal([
      ...["Lineage.stateEdge", "Lineage.showForeignParent"],
    ]);
    expect((await shown("grandchild")).edges).to.deep.equal([]);
    // Without the list in the file, it is named; one parent alone can be stated.
    const listed = [scene.file("without.json"), "--parent", claimFile("child"), "--parent", foreign()];
    expect((await state(...listed, foreign())).transactions).to.have.length(1);
    const rest = await state(claimFile("grandchild"));
    expect(rest.edges.map(({ before }: Json) => before)).to.deep.equal(["none", "foreign"]);
    expect(rest.transactions).to.have.length(1);
    expect((await state(claimFile("grandchild"))).transactions).to.deep.equal([]);
    expect(await codeOf(STRANGER, "lineage", "state", claimFile("grandchild"), ids["lie"]!)).to.equal(
      "PARENT_NOT_NAMED",
    );
    const wrong = await codeOf(
      STRANGER,
      ...["lineage", "state", scene.file("without.json"), "--parent", claimFile("child")],
    );
    expect(wrong).to.equal("PARENTS_DIFFER");
    expect((await state(claimFile("lie"))).edges, "it names nobody").to.deep.equal([]);
    expect((await state(claimFile("adviser"), claimFile("child"))).transactions).to.have.length(1);
    expect(await codeOf(STRANGER, "lineage", "state", ids["child"]!)).to.equal("CLAIM_FILE");
  });

  it("bind finds the tensor that went from parent to child, and states the edge first", async () => {
    const bind = (...args: string[]) => scene.json(STRANGER, "lineage", "bind", ...args);
    const first = await bind(claimFile("child"), claimFile("lie"));
    expect(first).to.include({ input: 0, output: 0 });
    expect(first.transactions.map(({ call }: Json) => call)).to.deep.equal([
      ...["Lineage.stateEdge", "Lineage.bindEdge"],
    ]);
    expect((await bind(claimFile("child"), claimFile("lie"))).transactions, "once").to.deep.equal([]);
    const second = await bind(claimFile("grandchild"), claimFile("child"));
    expect(second.transactions.map(({ call }: Json) => call)).to.deep.equal(["Lineage.bindEdge"]);
  });

  it("bind asks for outputs that are not at hand, takes none that are not the record's, and invents nothing", async () => {
    const args = ["lineage", "bind", claimFile("adviser"), claimFile("grandchild")];
    expect(await codeOf(STRANGER, ...args)).to.equal("TENSORS_UNKNOWN");
    expect(await codeOf(STRANGER, ...args, "--output", scene.file("other.bin"))).to.equal(
      "HANDED_OVER_MISMATCH",
    );
    const outputs = runToFiles(scene, models.ranker, scene.file("grandchild", "input-0.bin"), "ranks");
    for (const known of [
      ["--output", ...outputs],
      ["--artifact", models.ranker.file],
    ]) {
      expect(await codeOf(STRANGER, ...args, ...known)).to.equal("NOTHING_IN_COMMON");
    }
    const wrong = ["--input", scene.file("lie", "output.bin")];
    expect(await codeOf(STRANGER, ...args, ...wrong)).to.equal("HANDED_OVER_MISMATCH");
  });

  it("show draws both ways from the chain alone, as far as it is told to look", async () => {
    const { out } = await scene.onus(STRANGER, "lineage", "show", ids["child"]!);
    expect(out.trim().split("\n")).to.deep.equal([
      `${ids["child"]}:0  open, no taint pushed`,
      "made from",
      `  bound   ${ids["lie"]}:0  open, no taint pushed`,
      "made into",
      `  bound   ${ids["grandchild"]}:0  open, no taint pushed`,
      `  stated  ${ids["adviser"]}:0  open, no taint pushed`,
    ]);
    const below = (await scene.onus(STRANGER, "lineage", "show", ids["grandchild"]!)).out;
    expect(below).to.match(
      new RegExp(`foreign ${ids["lie"]}:4@10:0x[0-9a-fA-F]{38}[aA]{2}, where nobody looked`),
    );
    const cut = await shown("lie", "--depth", "1");
    expect(cut).to.deep.include({ isCut: true });
    expect(cut.edges).to.have.length(1);
    const few = await shown("lie", "--most", "1");
    expect([few.isCut, few.records.length, few.edges.length]).to.deep.equal([true, 2, 1]);
    expect((await shown("lie")).isCut).to.equal(false);
    expect((await shown("lie", "0", "--block-range", "7")).edges).to.have.length(3);
  });

  it("push refuses until the claim falls; then one call taints every known descendant, and again does nothing", async () => {
    const push = ["lineage", "push", claimFile("lie")];
    expect(await codeOf(STRANGER, ...push)).to.equal("NOT_TAINTED");
    await scene.passTime(61);
    for (const name of ["child", "grandchild", "adviser"])
      await scene.json(STRANGER, "claim", "finalize", ids[name]!);
    const played = await scene.json(
      STRANGER,
      ...["dispute", "open", claimFile("lie"), "--artifact", models.mixer.file],
      ...["--input", scene.file("lie", "input-0.bin"), "--trace", scene.file("lie", "trace.bin")],
    );
    expect(played.phase).to.equal("faulted");
    expect(taintOf(await shown("lie"), "child").stated).to.deep.equal({ status: "not-pushed" });

    const planned = await scene.json(STRANGER, ...push, "--dry-run");
    expect(planned.calls).to.have.length(3);
    const first = await scene.json(STRANGER, ...push, "--depth", "1");
    expect(first).to.deep.include({ isCut: true });
    expect(first.transactions).to.have.length(1);
    const bounded = await scene.json(STRANGER, ...push, "--most", "2", "--dry-run");
    expect(bounded.calls, "the child has it already").to.have.length(1);
    const pushed = await scene.json(STRANGER, ...push);
    expect(pushed.descendants.map(({ claimId }: Json) => claimId)).to.have.members(
      ["child", "grandchild", "adviser"].map((name) => ids[name]),
    );
    expect(pushed.transactions, "the rest").to.have.length(2);
    const family = await shown("lie");
    const label = (depth: number) => ({ status: "tainted", depth, cause: ids["lie"] });
    expect(taintOf(family, "grandchild")).to.deep.equal({ stated: label(2), bound: label(2) });
    expect(taintOf(family, "adviser")).to.deep.equal({ stated: label(2), bound: { status: "not-pushed" } });
    const again = await scene.onus(STRANGER, ...push);
    expect([again.status, again.out.trim()]).to.deep.equal([0, "all 3 known descendants are tainted"]);
    expect(again.err).to.contain("3 known descendants, 0 pushes to make");
    // A descendant hands on what it has.
    for (const record of [[], ["0"]]) {
      const onward = await scene.json(STRANGER, "lineage", "push", ids["child"]!, ...record);
      expect([onward.descendants.length, onward.transactions.length]).to.deep.equal([2, 0]);
    }
    expect(await codeOf(STRANGER, "lineage", "push", ids["child"]!, "1")).to.equal("NOT_TAINTED");
    const { out } = await scene.onus(STRANGER, "lineage", "show", ids["adviser"]!);
    expect(out).to.contain(`final, tainted: 2 edges from ${ids["lie"]}, not over bound edges`);
    expect(out).to.contain(`${ids["lie"]}:0  faulted, tainted: its own claim fell`);
  });

  it("note counts decided claims, each once, and show says what it takes to forge the sum", async () => {
    const names = ["child", "grandchild", "adviser", "lie"];
    const all = names.map((name) => (name === "child" ? claimFile(name) : ids[name]!));
    await submit("open", "mixer", scene.file("other.bin"));
    expect(await codeOf(STRANGER, "standing", "note", ...all, ids["open"]!)).to.equal("CLAIM_UNDECIDED");
    const [operator, liar] = [scene.accounts[MAKER]!, scene.accounts[LIAR]!];
    expect((await scene.json(STRANGER, "standing", "show", operator)).finalized).to.equal("0");
    const planned = await scene.json(STRANGER, "standing", "note", ...all, "--dry-run");
    expect(planned.calls.map(({ call }: Json) => call)).to.deep.equal(Array(4).fill("Standing.note"));

    const noted = await scene.json(STRANGER, "standing", "note", ...all, ids["child"]!);
    expect(noted.transactions).to.have.length(4);
    const again = await scene.json(STRANGER, "standing", "note", ...all);
    expect(again.transactions).to.deep.equal([]);
    expect(again.claims.every(({ wasNoted }: Json) => wasNoted === true)).to.equal(true);

    const own = await scene.json(STRANGER, "standing", "show", operator);
    const read = await scene.contractsOf(0).standing.standingOf(operator);
    expect(own).to.deep.include({ operator, finalized: `${read.finalized}`, faulted: "0", halfLife: "3600" });
    const days = Number(read.finalized) / 1e18 / 86_400;
    const forEver = (days * Math.LN2) / (3_600 / 86_400);
    expect(Math.abs(own.forging.lockedForEver / forEver - 1) < 1e-9).to.equal(true);
    const fallen = await scene.json(STRANGER, "standing", "show", liar);
    expect(fallen.finalized).to.equal("0");
    expect(BigInt(fallen.faulted as string) > 0n).to.equal(true);
    const { out } = await scene.onus(STRANGER, "standing", "show", models.mixer.modelId);
    expect(out).to.match(/^model .*\nfinal +[\d.,]+ ether days\nfaulted +[\d.,]+ ether days\n/);
    expect(await codeOf(STRANGER, "standing", "show", `0x${"12".repeat(32)}`)).to.equal("MODEL_UNKNOWN");
    expect(await codeOf(STRANGER, "standing", "show", "0x12")).to.equal("MALFORMED_VALUE");
  });

  it("names a record in text as it is named on the command line", () => {
    const book = { chainId: 31_383n, contract: scene.deployment.claimBook };
    const { parents, records } = decodeClaimFile(readFileSync(claimFile("child"), "utf8"));
    expect(parentItem(parents![0]![0]!, book)).to.equal(records[0]!.parentsRoot);
  });
});
