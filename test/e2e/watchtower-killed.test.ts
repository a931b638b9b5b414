import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { execPath } from "node:process";

import { expect } from "chai";

import { readDispute } from "../../src/chain/read-dispute.js";
import { hasAnvil } from "../support/anvil.js";
import { WATCHER, startWatchScene } from "../support/watch-scene.js";
import type { WatchScene } from "../support/watch-scene.js";

const CHAIN = 31_362;
const FAULTED = 4;

type Line = Readonly<Record<string, unknown>>;
const said = (line: Line): string => (line["event"] ?? line["msg"]) as string;

describe("e2e: onus watch, killed", function () {
  this.timeout(180_000);
  let scene: WatchScene;
  beforeEach(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startWatchScene(CHAIN);
  });
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await scene?.stop();
  });

  /** One life of the command, as a process. */
  function live(...more: string[]) {
    const { cli } = scene;
    const where = [
      "--rpc",
      cli.url,
      "--deployment",
      cli.file("addresses.json"),
      "--account",
      cli.accounts[WATCHER]!,
    ];
    const options = [
      "--directory",
      cli.file("killed"),
      "--poll",
      "1s",
      "--spread",
      "0s",
      "--listen",
      "127.0.0.1:0",
      "--allow-private-endpoints",
    ];
    const args = [
      "--import",
      "tsx",
      "src/cli/main.ts",
      "watch",
      ...where,
      ...options,
      "--confirmations",
      "2",
    ];
    const child = spawn(execPath, [...args, ...more], { stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    const lines: Line[] = [];
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    const ended = new Promise<number | string | null>((resolve) =>
      child.once("exit", (status, signal) => resolve(signal ?? status)),
    );
    const lookers: ((line: Line) => void)[] = [];
    createInterface({ input: child.stderr }).on("line", (text) => {
      if (!text.startsWith("{")) return;
      const line = JSON.parse(text) as Line;
      lines.push(line);
      for (const look of lookers) look(line);
    });
    return {
      lines,
      out: () => out,
      ended,
      signal: (signal: NodeJS.Signals) => child.kill(signal),
      /** Kills it the moment it has said something. */
      killAt: async (words: string) => {
        lookers.push((line) => {
          if (said(line) === words) child.kill("SIGKILL");
        });
        await scene.until(() => child.exitCode !== null || child.signalCode !== null);
        return ended;
      },
    };
  }

  it("opens one session, proves one lie and is paid once, wherever it was killed", async () => {
    const claimId = await scene.claim("lying trace, unstated");
    const { cli } = scene;
    for (const words of ["watching", "checked", "broadcast", "included"]) {
      expect(await live().killAt(words), words).to.equal("SIGKILL");
    }
    scene.stub.claims.treat(claimId, "hides records");
    const { sessions } = await readDispute(cli.contractsOf(0), claimId);
    expect(sessions).to.have.lengthOf(1);
    await cli.passTime(400);
    for (const words of ["broadcast", "broadcast", "included"]) {
      expect(await live().killAt(words), words).to.equal("SIGKILL");
    }
    const last = live();
    const { operators } = cli.contractsOf(0);
    await scene.until(async () => (await operators.settlementOf(claimId)).beneficiaryPaid);
    await scene.until(async () => (await cli.chain.provider.getBalance(cli.deployment.inquiry)) === 0n);
    expect(await scene.phaseOf(claimId)).to.equal(FAULTED);
    expect((await readDispute(cli.contractsOf(0), claimId)).sessions).to.have.lengthOf(1);
    // Open, time out, settle, pull and withdraw: each once.
    expect(await cli.chain.provider.getTransactionCount(cli.accounts[WATCHER]!)).to.equal(5);
    await scene.until(() => scene.lineOf(cli.file("killed"), claimId)?.phase === "faulted");

    last.signal("SIGTERM");
    expect(await last.ended).to.equal(0);
    expect(last.lines.at(-1)).to.include({ msg: "ended" });
    expect(last.out()).to.contain(claimId).and.to.contain("differs");
  });

  it("refuses to watch twice from one directory, and reports while it runs", async () => {
    const claimId = await scene.claim("truth");
    const first = live();
    const file = scene.cli.file("killed");
    await scene.until(() => {
      try {
        return scene.lineOf(file, claimId)?.verdict === "agrees";
      } catch {
        return false;
      }
    });
    const second = live("--json");
    expect(await second.ended).to.equal(3);
    expect(JSON.parse(second.out())).to.have.nested.property("error.code", "DATABASE_IN_USE");
    const report = await scene.cli.plain("watch", "--report", "--directory", file, "--json");
    expect(JSON.parse(report.out)).to.deep.include({ verdicts: { agrees: 1 } });
    first.signal("SIGINT");
    expect(await first.ended).to.equal(0);
  });
});
