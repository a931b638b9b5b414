import { readFileSync } from "node:fs";

import { expect } from "chai";

import type { Bundle } from "../../src/audit/bundle.js";
import { HISTORY_CONTRACT } from "../../src/audit/read-link.js";
import { startArchiveNode } from "../support/archive-node.js";
import type { ArchiveNode } from "../support/archive-node.js";
import { hasAnvil } from "../support/anvil.js";
import { startCliScene } from "../support/cli-scene.js";
import type { CliScene } from "../support/cli-scene.js";
import { startIndexProcess } from "../support/index-process.js";
import type { IndexProcess } from "../support/index-process.js";

const PUBLISHER = 1;
const OPERATOR = 2;
const BLOCK_SECONDS = 12;
/** More blocks than one link reaches over, and fewer than two do. */
const SPAN = 10_400;
/** Blocks about the middle whose states the archive keeps, since the middle shows when the span has ended. */
const KEPT = 40;

/** docs/flows/auditor.md, "Events that lie far apart": a claim that becomes final 10,000 blocks after it was made. */
describe("e2e: evidence over a long span", function () {
  this.timeout(300_000);
  let scene: CliScene;
  let index: IndexProcess;
  let archive: ArchiveNode;
  let code: unknown;
  let submitted: number;

  const send = (method: string, ...parameters: unknown[]): Promise<unknown> =>
    scene.chain.provider.send(method, parameters);
  const newest = async (): Promise<number> => Number(await send("eth_blockNumber"));
  const mine = async (blocks: number): Promise<void> => {
    for (let left = blocks; left > 0; left -= 1_000)
      await send("anvil_mine", Math.min(1_000, left), BLOCK_SECONDS);
  };
  /**
   * Blocks that nobody's proof needs the hashes of. The node works out the root of everything anew in each block: while its
   * ring of block hashes is full that takes minutes, so here it is written where it is read, and as the EIP has it.
   */
  const mineUnwritten = async (blocks: number): Promise<void> => {
    await send("anvil_setCode", HISTORY_CONTRACT, "0x00");
    await mine(blocks);
    await send("anvil_setCode", HISTORY_CONTRACT, code);
  };
  const caughtUp = async (): Promise<void> => {
    const block = (await send("eth_getBlockByNumber", "latest", false)) as { number: string; hash: string };
    await index.reaches(Number(block.number), block.hash);
  };
  const audit = (out: string, rpc: string, ...more: string[]) =>
    scene.plain(
      ...["audit", scene.file("claim", "claim.json"), "--rpc", rpc],
      ...["--deployment", scene.file("addresses.json"), "--index", index.url, "--out", scene.file(out)],
      ...more,
    );
  const read = (name: string) => JSON.parse(readFileSync(scene.file(name), "utf8")) as Bundle;
  const verify = (name: string, ...more: string[]) => scene.plain("verify", scene.file(name), ...more);

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_399, { states: 100, accounts: 4 });
    code = await send("eth_getCode", HISTORY_CONTRACT, "latest");
    archive = await startArchiveNode(scene.url);
    const { modelId } = await scene.json(PUBLISHER, "model", "publish", scene.file("model.onus"));
    await scene.json(OPERATOR, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    // A gap that is worth a link, within the states that the node keeps.
    await mine(20);
    await scene.json(
      ...[OPERATOR, "claim", "submit", "--model", modelId, "--artifact", scene.file("model.onus")],
      ...["--input", ...scene.inputs, "--liability", "0.01 ether", "--window", "600s"],
      ...["--out", scene.file("claim")],
    );
    submitted = await newest();
    const { url: rpc } = scene;
    index = await startIndexProcess({
      rpc,
      addresses: scene.file("addresses.json"),
      db: scene.file("index.db"),
    });
  });
  after(async () => {
    await index?.kill();
    await archive?.close();
    await scene?.stop();
  });

  it("a node with the states that it takes proves the links itself", async () => {
    await caughtUp();
    const { status, err } = await audit("young.json", scene.url, "--headers", "0");
    expect(status, err).to.equal(0);
    const { trust, evidence } = read("young.json");
    expect(trust.others).to.deep.equal([]);
    expect(evidence.links).to.have.length.greaterThan(0);
    expect((await verify("young.json", "--anchor", trust.block.hash)).status).to.equal(0);
    for (const { from, to } of evidence.links) await archive.remember(from, to);
  });

  it("from an archive node: 10,000 blocks between two events, and one hash anchors it all", async () => {
    await mine(2);
    await mineUnwritten(SPAN / 2 - KEPT / 2);
    await mine(KEPT);
    const middle = await newest();
    for (let block = middle - KEPT + 1; block <= middle; block++) await archive.remember(block, submitted);
    await mineUnwritten(SPAN / 2 - KEPT / 2);
    await mine(2);
    await scene.json(PUBLISHER, "claim", "finalize", scene.file("claim", "claim.json"));
    expect((await newest()) - submitted).to.be.greaterThan(10_000);
    await caughtUp();
    const { status, err } = await audit("bundle.json", archive.url);
    expect(status, err).to.equal(0);
    expect(err).not.to.contain("no link ties");
    const { trust, evidence, statement } = read("bundle.json");
    expect(statement.verdict.phase).to.equal("FINAL");
    expect(trust.others).to.deep.equal([]);
    const far = evidence.links.filter(({ from, to }) => from - to > 5_000);
    expect(far).to.have.length(2);
    expect(far[0]?.to).to.equal(submitted);
    const alone = await verify("bundle.json");
    expect(alone.status).to.equal(7);
    expect(alone.err.match(/block \d+ 0x/g)).to.have.length(1);
    expect(alone.out.match(/block \d+ 0x/g)).to.have.length(1);
    expect(alone.err).to.contain(`it rests on block ${trust.block.number} ${trust.block.hash}, which`);
    const anchored = await verify("bundle.json", "--anchor", trust.block.hash);
    expect(anchored.status, anchored.err).to.equal(0);
    expect((await verify("bundle.json", "--rpc", scene.url)).status).to.equal(0);
  });

  it("from a node that forgot the states: it says so, and every block is to be confirmed", async () => {
    const { status, err } = await audit("bundle.json", scene.url);
    expect(status, err).to.equal(0);
    expect(err).to.match(new RegExp(`no link ties block ${submitted} to block \\d+: .*OutOfRange`));
    expect(err).to.contain("an archive node");
    const { block, others } = read("bundle.json").trust;
    expect(others.map(({ number }) => number)).to.deep.equal([submitted]);
    const [other] = others;
    const one = await verify("bundle.json", "--anchor", block.hash);
    expect(one.status).to.equal(7);
    expect(one.err).to.contain(`it rests on block ${submitted} ${other?.hash}, which nothing here confirms`);
    const both = await verify("bundle.json", "--anchor", other!.hash, "--anchor", block.hash);
    expect(both.status, both.err).to.equal(0);
    expect((await verify("bundle.json", "--rpc", scene.url)).status).to.equal(0);
    const wrong = await verify("bundle.json", "--anchor", block.hash, "--anchor", `0x${"12".repeat(32)}`);
    expect(wrong.status).to.equal(6);
    expect(wrong.err).to.contain(`does not rest on the block 0x${"12".repeat(32)}`);
  });

  it("from a node that refuses eth_getProof: the same", async () => {
    archive.refuseProofs();
    const { status, err } = await audit("bundle.json", archive.url);
    expect(status, err).to.equal(0);
    expect(err).to.contain("the method does not exist");
    expect(read("bundle.json").trust.others).to.have.length(1);
    expect((await verify("bundle.json", "--rpc", scene.url)).status).to.equal(0);
  });

  it("a block that the chain has replaced is told by the node", async () => {
    const { number, hash } = read("bundle.json").trust.block;
    await send("anvil_reorg", 1, []);
    await scene.passTime(1);
    const { status, err } = await verify("bundle.json", "--rpc", scene.url);
    expect(status).to.equal(6);
    expect(err).to.contain(`the bundle rests on ${hash} as block ${number}`);
  });
});
