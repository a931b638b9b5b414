import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { deploymentPath, readDeployment } from "../../src/chain/deployment.js";
import { readParameters } from "../../src/chain/parameters.js";
import { PARTS } from "../../src/chain/parts.js";
import { differencesOf, readProgress } from "../../src/chain/read-progress.js";
import { hasAnvil, startAnvil } from "../support/anvil.js";
import { startDeadlyProxy } from "../support/deadly-proxy.js";
import type { Fate } from "../support/deadly-proxy.js";
import { creationsOf, DEPLOYER, placeToken, rpc, startOnus } from "../support/deploy-process.js";
import { Random } from "../support/random.js";

const KILLS = 5;
/** The times of blocks are a tenth of the chain's. */
const chains = [
  { preset: "sepolia", blockTime: 1.2, seed: 1, inFlight: 1 },
  // The creation of Onus itself.
  { preset: "baseSepolia", blockTime: 0.2, seed: 2, inFlight: 0 },
  { preset: "arbitrumSepolia", blockTime: 0.1, seed: 3, inFlight: 3 },
] as const;

/** When a process is to end: at its n-th request of any kind, or of those that send a transaction. */
type Moment = { readonly at: "request" | "send"; readonly n: number; readonly fate: Exclude<Fate, "passes"> };

const pendingOf = async (url: string): Promise<number> => {
  const { pending } = (await rpc(url, "txpool_status")) as { pending: string };
  return Number(pending);
};

describe("e2e: a deployment that is killed", function () {
  this.timeout(180_000);

  before(function () {
    if (!hasAnvil) this.skip();
  });

  for (const { preset, blockTime, seed, inFlight } of chains) {
    it(`with -9 at ${KILLS} moments on ${preset} (seed ${seed}) ends as one whole deployment`, async () => {
      const parameters = readParameters(`deploy/parameters/${preset}.json`);
      const { chainId, token } = parameters;
      const directory = mkdtempSync(join(tmpdir(), "onus-killed-"));
      const addresses = join(directory, deploymentPath(chainId));
      const random = new Random(seed);
      const node = await startAnvil({ chainId, blockTime });
      let child: ChildProcess | undefined;
      let moment: Moment | undefined;
      let [requests, sends] = [0, 0];
      let [isStopped, isInFlightLife] = [false, false];
      const fateOf = (body: string): Fate => {
        const isSend = body.includes("eth_sendTransaction");
        requests++;
        if (isSend) sends++;
        // The next process has seen a transaction in no block, and sends: the same one, at a higher price.
        if (isStopped && !isInFlightLife && isSend) {
          isStopped = false;
          void rpc(node.url, "evm_setIntervalMining", [1]);
        }
        if (moment === undefined) return "passes";
        const isIt = moment.at === "request" ? requests === moment.n : isSend && sends === moment.n;
        return isIt ? moment.fate : "passes";
      };
      const proxy = await startDeadlyProxy(node.url, fateOf, () => child?.kill("SIGKILL"));
      /** One process, ended at a moment, or not at all. */
      const live = async (ending: Moment | undefined) => {
        [requests, sends, moment] = [0, 0, ending];
        const args = ["deploy", "--rpc", proxy.url, "--account", DEPLOYER, "--patience", "3s", "--json"];
        const started = startOnus(directory, args);
        child = started.child;
        return started.ended;
      };
      try {
        await placeToken(node.url, token);
        for (let kill = 0; kill < KILLS; kill++) {
          // One always ends with a transaction in flight, and no block comes until the next process sends something.
          const isInFlight = kill === inFlight;
          const ending: Moment = isInFlight
            ? { at: "send", n: 1, fate: "dies after" }
            : random.chance(50)
              ? { at: "send", n: random.between(1, 2), fate: random.pick(["dies before", "dies after"]) }
              : { at: "request", n: random.between(5, 24), fate: random.pick(["dies before", "dies after"]) };
          if (isInFlight) await rpc(node.url, "evm_setIntervalMining", [0]);
          isStopped ||= isInFlight;
          isInFlightLife = isInFlight;
          const { signal, stderr } = await live(ending);
          expect(signal, stderr).to.equal("SIGKILL");
          expect(existsSync(addresses), "half a deployment is in no file").to.equal(false);
          if (isInFlight) expect(await pendingOf(node.url), "a transaction in flight").to.equal(1);
        }
        isInFlightLife = false;
        const { status, stderr } = await live(undefined);
        expect(status, stderr).to.equal(0);

        const { sent, creations } = await creationsOf(node.url);
        expect(creations.map(({ isOnus }) => isOnus)).to.deep.equal([true]);
        expect(sent, "nothing was sent twice").to.equal(1 + PARTS.length);
        const provider = new JsonRpcProvider(node.url, undefined, { staticNetwork: true });
        const written = readDeployment(chainId, addresses);
        expect(written.onus).to.equal(creations[0]?.at);
        expect(await differencesOf(provider, written.onus, parameters)).to.deep.equal([]);
        expect((await readProgress(provider, written.onus)).isComplete).to.equal(true);
        provider.destroy();
      } finally {
        await proxy.close();
        await node.stop();
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }
});
