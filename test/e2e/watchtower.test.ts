import { existsSync } from "node:fs";

import { expect } from "chai";

import { readDispute } from "../../src/chain/read-dispute.js";
import { encodeArtifactFile } from "../../src/program/artifact-file.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import { hasAnvil } from "../support/anvil.js";
import { someModel } from "../support/dispute-models.js";
import { OTHER_WATCHER, WATCHER, startWatchScene } from "../support/watch-scene.js";
import type { RunningWatch, WatchScene } from "../support/watch-scene.js";

const CHAIN = 31_361;
const FAULTED = 4;
const OPEN = 1;

describe("e2e: the watchtower", function () {
  this.timeout(120_000);
  let scene: WatchScene;
  const running: RunningWatch[] = [];

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startWatchScene(CHAIN);
  });
  afterEach(async () => {
    for (const watcher of running.splice(0)) await watcher.stop();
    await scene?.reset();
  });
  after(() => scene?.stop());

  const start = async (...args: Parameters<WatchScene["watch"]>): Promise<RunningWatch> => {
    const watcher = await scene.watch(...args);
    running.push(watcher);
    return watcher;
  };
  const balanceOf = (account: number) => scene.cli.chain.provider.getBalance(scene.cli.accounts[account]!);
  const transactionsOf = (account: number) =>
    scene.cli.chain.provider.getTransactionCount(scene.cli.accounts[account]!);

  it("agrees with what is true and sends nothing", async () => {
    const claimId = await scene.claim("truth");
    const { directory } = await start(WATCHER);
    await scene.until(() => scene.lineOf(directory, claimId)?.verdict === "agrees");
    expect(scene.lineOf(directory, claimId)).to.include({
      phase: "open",
      checks: 1,
      recordsRun: 2,
      paidWei: 0n,
    });
    expect(await transactionsOf(WATCHER)).to.equal(0);
  });

  it("proves a wrong output in one transaction, and pulls its share", async () => {
    const claimId = await scene.claim("lying output");
    const { directory } = await start(WATCHER);
    const { operators } = scene.cli.contractsOf(WATCHER);
    await scene.until(async () => (await operators.settlementOf(claimId)).beneficiaryPaid);
    expect(await scene.phaseOf(claimId)).to.equal(FAULTED);
    await scene.until(() => scene.lineOf(directory, claimId)?.phase === "faulted");
    const line = scene.lineOf(directory, claimId);
    expect(line).to.include({ verdict: "differs", detail: "record 1" });
    expect(line!.paidWei > 0n).to.equal(true);
    // The proof and the share.
    expect(await transactionsOf(WATCHER)).to.equal(2);
  });

  it("asks for a trace that was never stated, and convicts who stays silent", async () => {
    const claimId = await scene.claim("lying trace, unstated");
    const before = await balanceOf(WATCHER);
    await start(WATCHER);
    await scene.until(
      async () => (await readDispute(scene.cli.contractsOf(0), claimId)).sessions.length === 1,
    );
    await scene.until(async () => (await scene.phaseOf(claimId)) === FAULTED, 20);
    const { inquiry, operators } = scene.cli.contractsOf(WATCHER);
    const { deployment } = scene.cli;
    await scene.until(async () => (await operators.settlementOf(claimId)).beneficiaryPaid);
    // The deposit is back, but for gas.
    await scene.until(async () => (await scene.cli.chain.provider.getBalance(deployment.inquiry)) === 0n);
    expect(await inquiry.balanceOf(scene.cli.accounts[WATCHER]!)).to.equal(0n);
    expect(before - (await balanceOf(WATCHER)) < 10n ** 16n).to.equal(true);
  });

  for (const [manner, verdict] of [
    ["hides records", "unchecked: record"],
    ["hides inputs", "unchecked: input"],
    ["lies", "unchecked: input"],
    ["hangs", "unchecked: record"],
  ] as const) {
    it(`reports ${verdict} where the operator ${manner}, and pays for no question`, async () => {
      const claimId = await scene.claim("truth", manner);
      const { directory, url } = await start(WATCHER);
      await scene.until(() => (scene.lineOf(directory, claimId)?.checks ?? 0) >= 2);
      expect(scene.lineOf(directory, claimId)).to.include({ verdict, phase: "open", recordsRun: 0 });
      expect(await transactionsOf(WATCHER)).to.equal(0);
      const metrics = await (await fetch(`${url()}/metrics`)).text();
      expect(metrics).to.contain(`onus_watchtower_followed_claims{verdict="${verdict}",phase="open"} 1`);
    });
  }

  it("asks on chain for a record that is withheld when it is told to, and convicts who stays silent", async () => {
    const claimId = await scene.claim("truth", "hides records");
    await start(WATCHER, { asks: true });
    await scene.until(
      async () => (await readDispute(scene.cli.contractsOf(0), claimId)).sessions.length === 1,
    );
    await scene.until(async () => (await scene.phaseOf(claimId)) === FAULTED, 20);
  });

  it("checks again what was withheld for a moment", async () => {
    const claimId = await scene.claim("truth", "hides inputs");
    const { directory } = await start(WATCHER);
    await scene.until(() => scene.lineOf(directory, claimId)?.verdict === "unchecked: input");
    scene.stub.claims.treat(claimId, "shows all");
    await scene.until(() => scene.lineOf(directory, claimId)?.verdict === "agrees");
  });

  it("follows the operators and models that are named, and draws the records it checks", async () => {
    const followed = await scene.claim("truth");
    const stranger = await scene.claim("truth", "hides records");
    const operators = [scene.cli.accounts[2]!];
    const { directory } = await start(WATCHER, { followed: { models: [], operators } });
    await scene.until(() => scene.lineOf(directory, followed)?.verdict === "agrees");
    expect(scene.lineOf(directory, stranger)?.verdict).to.equal(undefined);

    const drawing = await start(OTHER_WATCHER, { sample: 0 });
    await scene.until(() => scene.lineOf(drawing.directory, followed)?.verdict === "not sampled");
  });

  it("fetches an artifact from the operator once, and keeps only the one it asked for", async () => {
    const file = scene.stub.artifacts.get(scene.modelId)!;
    const { artifact } = someModel(5).committed;
    const metadata = { importerVersion: "0", onnxHash: ZERO_HASH, dims: {}, shapes: {}, kernelNames: [] };
    scene.stub.artifacts.set(scene.modelId, encodeArtifactFile({ artifact, metadata }));
    const claimId = await scene.claim("truth");
    const { directory } = await start(WATCHER);
    await scene.until(() => scene.lineOf(directory, claimId)?.verdict === "unchecked: artifact");
    expect(existsSync(`${directory}/artifacts`)).to.equal(false);
    scene.stub.artifacts.set(scene.modelId, file);
    await scene.until(() => scene.lineOf(directory, claimId)?.verdict === "agrees");
    scene.stub.artifacts.clear();
    const other = await scene.claim("truth");
    await scene.until(() => scene.lineOf(directory, other)?.verdict === "agrees");
  });

  it("goes on with a dispute in its next life, though nobody hands anything over any more", async () => {
    const claimId = await scene.claim("lying trace, unstated");
    const first = await scene.watch(WATCHER);
    await scene.until(
      async () => (await readDispute(scene.cli.contractsOf(0), claimId)).sessions.length === 1,
    );
    await first.stop();
    scene.stub.claims.treat(claimId, "hides records");
    await start(WATCHER);
    await scene.until(async () => (await scene.phaseOf(claimId)) === FAULTED, 20);
    const { sessions } = await readDispute(scene.cli.contractsOf(0), claimId);
    expect(sessions).to.have.lengthOf(1);
  });

  it("forgets a claim that a reorg took out, and checks it when it is back", async () => {
    const { directory } = await start(WATCHER);
    const claimId = await scene.claim("lying output", "hides inputs");
    await scene.until(() => scene.lineOf(directory, claimId)?.verdict === "unchecked: input");
    const { provider } = scene.cli.chain;
    const { claim } = await readDispute(scene.cli.contractsOf(0), claimId);
    await provider.send("anvil_reorg", [1, []]);
    await scene.until(() => scene.lineOf(directory, claimId) === undefined);
    scene.stub.claims.treat(claimId, "shows all");
    await scene.cli.contractsOf(3).claims.submit(claim);
    await scene.until(async () => (await scene.phaseOf(claimId)) === FAULTED);
  });

  it("sends its proof again when a reorg takes it out", async () => {
    const claimId = await scene.claim("lying output");
    const { directory } = await start(WATCHER, { confirmations: 30 });
    await scene.until(() => scene.lineOf(directory, claimId)?.phase === "faulted");
    const { operators } = scene.cli.contractsOf(WATCHER);
    await scene.until(async () => (await operators.settlementOf(claimId)).beneficiaryPaid);
    await scene.cli.chain.provider.send("anvil_reorg", [2, []]);
    expect(await scene.phaseOf(claimId)).to.equal(OPEN);
    await scene.until(async () => (await operators.settlementOf(claimId)).beneficiaryPaid);
    await scene.until(() => scene.lineOf(directory, claimId)?.phase === "faulted");
  });

  it("shares a lie with another one: somebody did it already is success", async () => {
    const lies = [await scene.claim("lying output"), await scene.claim("lying trace, unstated")];
    const watchers = [await start(WATCHER), await start(OTHER_WATCHER)];
    for (const claimId of lies) {
      await scene.until(async () => (await scene.phaseOf(claimId)) === FAULTED, 20);
      for (const { directory } of watchers) {
        await scene.until(() => scene.lineOf(directory, claimId)?.phase === "faulted");
        expect(scene.lineOf(directory, claimId)).to.include({ verdict: "differs" });
      }
    }
    const { provider } = scene.cli.chain;
    await scene.until(async () => (await provider.getBalance(scene.cli.deployment.inquiry)) === 0n);
  });

  it("says on its pages what it found and whether it is well", async () => {
    const claimId = await scene.claim("truth");
    const { directory, url } = await start(WATCHER);
    await scene.until(() => scene.lineOf(directory, claimId)?.verdict === "agrees");
    const [health, report] = await Promise.all(
      ["healthz", "report"].map((page) => fetch(`${url()}/${page}`)),
    );
    expect(await health!.json()).to.deep.equal({ status: "ok" });
    const { claims, verdicts } = (await report!.json()) as { claims: object[]; verdicts: object };
    expect(claims[0]).to.include({ claimId, verdict: "agrees" });
    expect(verdicts).to.deep.equal({ agrees: 1 });
  });

  it("refuses the directory of another account with DATABASE_OF_OTHERS", async () => {
    const { directory, stop, url } = await scene.watch(WATCHER);
    await scene.until(() => url() !== "");
    await stop();
    const other = await scene.watch(OTHER_WATCHER, { directory });
    const error = await other.stop().catch((failure: unknown) => failure);
    expect(error).to.include({ code: "DATABASE_OF_OTHERS" });
  });
});
