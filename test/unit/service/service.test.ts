import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { isOnusError } from "../../../src/errors/onus-error.js";
import { createHealthApp } from "../../../src/service/health.js";
import type { HealthCheck } from "../../../src/service/health.js";
import { loadPeer } from "../../../src/service/load-peer.js";
import { hostOf, openLog } from "../../../src/service/log.js";
import { openMetrics } from "../../../src/service/metrics.js";
import { runDaemon } from "../../../src/service/run-daemon.js";
import { serveHttp } from "../../../src/service/serve-http.js";

/** A log whose lines are kept. */
async function keptLog() {
  const lines: Record<string, unknown>[] = [];
  const to = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { log: await openLog({ name: "test", to }), lines };
}

async function page(checks: Record<string, HealthCheck>, path: string) {
  const app = await createHealthApp({ checks, metrics: await openMetrics("test") });
  return app.request(path);
}

describe("service: what programs that keep running share", () => {
  it("logs amounts as decimal strings, and no keys", async () => {
    const { log, lines } = await keptLog();
    log.info({ paid_wei: 10n ** 30n, account: { privateKey: "0xsecret", name: "a" }, mnemonic: "b" }, "sent");
    expect(lines[0]).to.deep.include({
      ...{ level: "info", name: "test", msg: "sent", paid_wei: "1000000000000000000000000000000" },
      ...{ account: { privateKey: "[secret]", name: "a" }, mnemonic: "[secret]" },
    });
  });

  it("logs the host of an endpoint without the key in its path", () => {
    expect(hostOf("https://chain.example:8545/v3/0123abcd?key=1")).to.equal("chain.example:8545");
    expect(hostOf("nothing")).to.equal("an endpoint that is no URL");
  });

  it("says ok while every check is silent", async () => {
    const answer = await page({ chain: () => undefined }, "/healthz");
    expect([answer.status, await answer.json()]).to.deep.equal([200, { status: "ok" }]);
  });

  it("says 503 and what is wrong, by what a check says or throws", async () => {
    const checks = {
      chain: () => "no new block for 90 s",
      disk: () => Promise.reject(new Error("disk full")),
      well: () => undefined,
    };
    const answer = await page(checks, "/healthz");
    const problems = { chain: "no new block for 90 s", disk: "disk full" };
    expect([answer.status, await answer.json()]).to.deep.equal([503, { status: "failing", problems }]);
  });

  it("shows metrics with the program's name and a unit, and takes none without a unit", async () => {
    const metrics = await openMetrics("test");
    metrics.counter("sent_total", "things sent").inc(3);
    const app = await createHealthApp({ checks: {}, metrics });
    expect(await (await app.request("/metrics")).text()).to.contain("onus_test_sent_total 3");
    expect(() => metrics.gauge("queue", "things")).to.throw("metric queue ends in none of the units");
  });

  it("serves on a free port, and says PORT_TAKEN where somebody listens", async () => {
    const app = await createHealthApp({ checks: {}, metrics: await openMetrics("test") });
    const server = await serveHttp({ app, port: 0 });
    expect((await fetch(`${server.url}/healthz`)).status).to.equal(200);
    const error = await serveHttp({ app, port: server.port }).catch((failure: unknown) => failure);
    expect(isOnusError(error, "PORT_TAKEN") && error.context).to.deep.equal({
      ...{ host: "127.0.0.1", port: server.port },
    });
    await server.close();
    const after = createServer();
    await new Promise<void>((resolve) => after.listen(server.port, "127.0.0.1", resolve));
    expect((after.address() as AddressInfo).port).to.equal(server.port);
    after.close();
  });

  it("says PEER_MISSING and the package where it is not installed", async () => {
    const error = await loadPeer("a-package", "the log", () => import("a-package" as string)).catch(
      (failure: unknown) => failure,
    );
    expect(isOnusError(error, "PEER_MISSING") && error.context).to.deep.equal({
      ...{ name: "a-package", needs: "the log" },
    });
    expect(isOnusError(error) && error.hint).to.contain("npm install a-package");
  });

  it("passes on what a package that is installed throws", async () => {
    const error = await loadPeer("a-package", "the log", () => Promise.reject(new Error("broken"))).catch(
      (failure: unknown) => failure,
    );
    expect((error as Error).message).to.equal("broken");
  });
});

describe("service: the life of a program", () => {
  /** Works until it is asked to end. */
  const obedient = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));

  it("ends in order when it is asked to, and leaves no listener behind", async () => {
    const before = process.listenerCount("SIGTERM");
    const { log, lines } = await keptLog();
    const running = runDaemon({ log, run: obedient });
    process.emit("SIGTERM");
    await running;
    expect(lines.map(({ msg }) => msg)).to.deep.equal(["ending", "ended"]);
    expect(process.listenerCount("SIGTERM")).to.equal(before);
  });

  it("ends at once when the orderly end takes too long, or is asked for twice", async () => {
    for (const again of [false, true]) {
      const { log } = await keptLog();
      let finish: () => void = () => undefined;
      const ended = new Promise<number>((resolve) => {
        const run = () => new Promise<void>((done) => (finish = done));
        void runDaemon({ log, run, shutdownSeconds: again ? 60 : 0.01, exit: resolve });
        process.emit("SIGINT");
        if (again) process.emit("SIGINT");
      });
      expect(await ended).to.equal(1);
      finish();
    }
  });

  it("fails with what it throws, and with a rejection that nobody handles", async () => {
    const { log, lines } = await keptLog();
    const failing = runDaemon({ log, run: () => Promise.reject(new Error("by itself")) });
    expect(await failing.catch((error: Error) => error.message)).to.equal("by itself");
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    const forgotten = runDaemon({ log, run: obedient });
    void Promise.reject(new Error("forgotten"));
    expect(await forgotten.catch((error: Error) => error.message)).to.equal("forgotten");
    for (const other of others) process.on("unhandledRejection", other);
    expect(lines.filter(({ level }) => level === "fatal")).to.have.lengthOf(2);
  });
});
