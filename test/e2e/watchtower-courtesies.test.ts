import { expect } from "chai";

import { readTaint } from "../../src/chain/read-lineage.js";
import { noteClaim } from "../../src/chain/note-claim.js";
import { readClaim } from "../../src/chain/read-claim.js";
import { parseBytes32 } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { hasAnvil } from "../support/anvil.js";
import { OPERATOR, OTHER_WATCHER, WATCHER, startWatchScene } from "../support/watch-scene.js";
import type { RunningWatch, WatchScene } from "../support/watch-scene.js";

const FAULTED = 4;
const STRANGER = 9;

describe("e2e: the courtesies of a watchtower", function () {
  this.timeout(120_000);
  let scene: WatchScene;
  const running: RunningWatch[] = [];

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startWatchScene(31_387);
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
  /** A claim that names a record as its parent; a stranger shows the edge. */
  const childOf = async (parent: Bytes32, name: string): Promise<Bytes32> => {
    const { cli } = scene;
    const { claimId } = await cli.json(
      OPERATOR,
      ...["claim", "submit", "--model", scene.modelId, "--artifact", cli.file("model.onus")],
      ...["--input", ...cli.inputs, "--liability", "0.01 ether", "--window", "600s"],
      ...["--parent", parent, "--out", cli.file(name)],
    );
    await cli.json(STRANGER, "lineage", "state", cli.file(name, "claim.json"));
    return parseBytes32(claimId as string);
  };
  const isNoted = (claimId: Bytes32) => scene.cli.contractsOf(0).standing.isNoted(claimId);
  const isTainted = async (claimId: Bytes32) => {
    const { stated } = await readTaint(scene.cli.contractsOf(0), { claimId, recordIndex: 0 });
    return stated.status === "tainted";
  };
  const decidedElsewhere = async (claimId: Bytes32): Promise<void> => {
    await scene.cli.passTime(601);
    await scene.cli.json(STRANGER, "claim", "finalize", claimId);
  };
  const transactionsOf = (account: number) =>
    scene.cli.chain.provider.getTransactionCount(scene.cli.accounts[account]!);
  const callsOf = ({ lines }: RunningWatch) =>
    lines.flatMap(({ msg, call, claim }) => (msg === "courtesy" ? [`${String(call)} ${String(claim)}`] : []));

  it("notes what is decided, and pushes taint from what falls, also over edges that are shown later", async () => {
    await scene.claim("truth");
    const lie = await scene.claim("lying output", "shows all", { window: 3_000n, n: 1 });
    const child = await childOf(lie, "child");
    const grandchild = await childOf(child, "grandchild");
    const watcher = await start(WATCHER, { courtesies: true });
    await scene.until(async () => (await scene.phaseOf(lie)) === FAULTED);
    await scene.until(async () => (await isTainted(grandchild)) && (await isNoted(lie)));
    expect(await isTainted(child)).to.equal(true);
    expect(await isNoted(child), "it is open").to.equal(false);

    const later = await childOf(lie, "later");
    await scene.until(() => isTainted(later));
    await decidedElsewhere(child);
    await scene.until(() => callsOf(watcher).includes(`Standing.note ${child}`));
    const metrics = await (await fetch(`${watcher.url()}/metrics`)).text();
    expect(metrics).to.contain('onus_watchtower_courtesies_total{call="Lineage.pushTaint",status="done"} 3');
    expect(callsOf(watcher).sort()).to.deep.equal(
      [
        ...Array<string>(3).fill(`Lineage.pushTaint ${lie}`),
        ...[`Standing.note ${lie}`, `Standing.note ${child}`],
      ].sort(),
    );
    await scene.until(() => scene.lineOf(watcher.directory, child)?.phase === "final");
    expect(scene.lineOf(watcher.directory, child)!.paidWei > 0n).to.equal(true);
  });

  it("leaves alone what others did, what was decided before it came, and everything unless it is told to", async () => {
    const before = await scene.claim("truth", "shows all", { window: 600n });
    const after = await scene.claim("truth", "shows all", { window: 600n });
    const idle = await start(OTHER_WATCHER);
    await decidedElsewhere(before);
    const { directory } = await start(WATCHER, { courtesies: true });
    await scene.until(() => scene.lineOf(directory, before)?.phase === "final");
    // What it misses while it is away is its business all the same.
    await running.pop()!.stop();
    const stranger = scene.cli.contractsOf(STRANGER);
    await scene.cli.json(STRANGER, "claim", "finalize", after);
    await noteClaim(stranger, await readClaim(stranger, after));
    const watcher = await start(WATCHER, { courtesies: true, directory });
    const last = await scene.claim("truth", "shows all", { window: 600n });
    await decidedElsewhere(last);
    await scene.until(() => callsOf(watcher).length > 0);
    expect(callsOf(watcher)).to.deep.equal([`Standing.note ${last}`]);
    expect(await transactionsOf(WATCHER)).to.equal(1);
    expect(await isNoted(before)).to.equal(false);
    await scene.until(() => scene.lineOf(idle.directory, last)?.phase === "final");
    expect(await transactionsOf(OTHER_WATCHER)).to.equal(0);
  });

  it("does in its next life what it did not do in this one, and nothing twice", async () => {
    const lie = await scene.claim("lying output", "shows all", { window: 3_000n, n: 1 });
    await scene.claim("truth");
    const child = await childOf(lie, "again");
    const first = await start(WATCHER, { courtesies: true });
    await scene.until(() => isTainted(child));
    await scene.until(
      async () => (await scene.cli.contractsOf(0).operators.settlementOf(lie)).beneficiaryPaid,
    );
    await running.pop()!.stop();
    const sent = await transactionsOf(WATCHER);
    await decidedElsewhere(child);
    const next = await start(WATCHER, { courtesies: true, directory: first.directory });
    await scene.until(() => callsOf(next).length > 0);
    expect(callsOf(next)).to.deep.equal([`Standing.note ${child}`]);
    expect(await transactionsOf(WATCHER)).to.equal(sent + 1);
  });
});
