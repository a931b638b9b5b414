import { readFileSync } from "node:fs";

import { expect } from "chai";

import { runInProcess } from "../support/cli-scene.js";
import { freePort, hasAnvil } from "../support/anvil.js";
import { OPERATOR, WATCHER, startWatchScene } from "../support/watch-scene.js";
import type { WatchScene } from "../support/watch-scene.js";
import type { Bytes32 } from "../../src/types/bytes32.js";

const CHAIN = 31_363;
const page = readFileSync("docs/flows/challenger.md", "utf8");
const commands = [...page.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block!.trim().split("\n"));

describe("e2e: docs/flows/challenger.md", function () {
  this.timeout(120_000);
  let scene: WatchScene;
  let truth: Bytes32;
  let lie: Bytes32;
  /** What a reader puts in place of the page's placeholders. */
  const own = new Map<string, string>();

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startWatchScene(CHAIN);
    truth = await scene.claim("truth");
    lie = await scene.claim("lying output");
    own.set("0xOPERATOR", scene.cli.accounts[OPERATOR]!).set("0xMODEL", scene.modelId).set("0xCLAIM", lie);
  });
  after(() => scene?.stop());

  const wordsOf = (command: string): string[] => {
    const filled = [...own].reduce((said, [name, value]) => said.replaceAll(name, value), command);
    return [...filled.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(1);
  };
  /** A command of the page against the test's chain, with the test's files, and more options. */
  const run = (index: number, { acts = true, more = [] as string[] } = {}) => {
    const { cli } = scene;
    const words = wordsOf(commands[index]!).map((word) => (word === "models" ? cli.file() : word));
    const at = words.indexOf("--network");
    const where = ["--rpc", cli.url, "--deployment", cli.file("addresses.json")];
    if (at >= 0) words.splice(at, 2, ...where, ...(acts ? ["--account", cli.accounts[WATCHER]!] : []));
    return runInProcess([...words, ...more, "--json"]);
  };
  /** Runs a watchtower as the page says until something is so, and ends it as a service manager would. */
  const watchUntil = async (index: number, isSo: (url: string) => Promise<boolean>) => {
    const port = await freePort();
    const more = [
      "--poll",
      "1s",
      "--directory",
      scene.cli.file(`watch-${index}`),
      "--listen",
      `127.0.0.1:${port}`,
      // The test's operators are on this machine.
      "--allow-private-endpoints",
    ];
    const running = run(index, { more });
    await scene.until(() => isSo(`http://127.0.0.1:${port}`).catch(() => false));
    process.emit("SIGTERM");
    const { status, out } = await running;
    expect(status, out).to.equal(0);
    return JSON.parse(out) as { claims: { claimId: string; verdict?: string }[] };
  };

  it("has the commands that this test runs, in this order", () => {
    expect(commands.map((command) => command.split(" ").slice(1, 3).join(" "))).to.deep.equal([
      ...["doctor --network", "watch --network", "watch --network", "watch --report", "dispute show"],
    ]);
  });

  it("begins with a doctor who finds nothing wrong", async () => {
    const { status, out } = await run(0);
    expect(status, out).to.equal(0);
  });

  it("watches, convicts a lie, and has the metrics that the page names", async () => {
    let metrics = "";
    const { claims } = await watchUntil(1, async (url) => {
      metrics = await (await fetch(`${url}/metrics`)).text();
      const { verdicts } = (await (await fetch(`${url}/report`)).json()) as {
        verdicts: Record<string, number>;
      };
      return verdicts["agrees"] === 1 && (await scene.phaseOf(lie)) === 4 && /moves_total{/.test(metrics);
    });
    expect(claims.map(({ claimId, verdict }) => [claimId, verdict])).to.deep.equal([
      [lie, "differs"],
      [truth, "agrees"],
    ]);
    const named = [...page.matchAll(/`(onus_watchtower_\w+)/g)].map(([, name]) => name!);
    expect(named).to.have.length.greaterThan(8);
    for (const name of named) expect(metrics, name).to.match(new RegExp(`^# TYPE ${name} `, "m"));
  });

  it("follows one operator and model, and asks, where it is told to", async () => {
    const { claims } = await watchUntil(2, async (url) => {
      const { claims } = (await (await fetch(`${url}/report`)).json()) as { claims: { verdict?: string }[] };
      return claims.some(({ verdict }) => verdict !== undefined);
    });
    expect(claims.find(({ claimId }) => claimId === truth)?.verdict).to.be.oneOf(["agrees", "not sampled"]);
  });

  it("reports what was found when nothing runs, and shows the dispute", async () => {
    const report = await run(3, { more: ["--directory", scene.cli.file("watch-1")] });
    expect(report.status, report.out).to.equal(0);
    expect(report.out).to.contain(lie).and.to.contain("differs");
    const shown = await run(4, { acts: false });
    expect(shown.status, shown.out).to.equal(0);
    expect(shown.out).to.contain("faulted");
  });

  it("explains every option of the command and every verdict", async () => {
    const { out } = await runInProcess(["watch", "--help"]);
    const chain = ["--network", "--rpc", "--deployment", "--account", "--report", "--artifacts"];
    const options = [...out.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name]) => name!);
    expect(options).to.have.length.greaterThan(15);
    for (const name of options) if (!chain.includes(name)) expect(page, name).to.contain(`| \`${name}\``);
    const reasons = ["agrees", "not sampled", "differs", "window over", "silent"];
    for (const what of ["record", "input", "artifact", "model unknown"]) reasons.push(`unchecked: ${what}`);
    for (const verdict of reasons) expect(page, verdict).to.contain(`| \`${verdict}\``);
  });
});
