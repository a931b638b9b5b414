import { readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { connectContracts } from "../../src/chain/contracts.js";
import type { Contracts } from "../../src/chain/contracts.js";
import { publishModel } from "../../src/chain/publish-model.js";
import { registerOperator } from "../../src/chain/register-operator.js";
import { send } from "../../src/chain/send.js";
import { submitClaim } from "../../src/chain/submit-claim.js";
import { commitRecords } from "../../src/claim/record-list.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { openLog } from "../../src/service/log.js";
import { encodeClaimFile } from "../../src/store/claim-file.js";
import { rootsOf } from "../../src/trace/commit-run.js";
import { ZERO_HASH } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei, parseWei } from "../../src/types/wei.js";
import type { WatchOptions } from "../../src/watchtower/options.js";
import { watch } from "../../src/watchtower/watch.js";
import { readWatchReport } from "../../src/watchtower/watch-report.js";
import type { ReportLine } from "../../src/watchtower/watch-report.js";
import { startCliScene, tinyModel } from "./cli-scene.js";
import { withFlippedBit } from "./forge-trace.js";
import { startOperatorStub } from "./operator-stub.js";
import type { Manner } from "./operator-stub.js";

const { committed, trace: honest } = tinyModel;
const { artifact } = committed;
const inputs = honest.run.tensors.slice(0, artifact.inputs.length).map(bytesOfTensor);
const lie = withFlippedBit(honest, { index: artifact.kernels.length - 1, bit: 0 });

/** Accounts of the node by what they do; a liar that was convicted claims nothing any more, so there are several. */
const PUBLISHER = 1;
export const OPERATOR = 2;
export const WATCHER = 7;
export const OTHER_WATCHER = 8;
const LIARS = [3, 4, 5, 6];

/** What is claimed about one inference. `output`: the trace is right and the output another one. */
export type Told = "truth" | "lying output" | "lying trace, unstated";

/** A deployment with a model, operators that claim and a stub of their endpoint, and watchtowers in this process. */
export async function startWatchScene(chainId: number) {
  const cli = await startCliScene(chainId);
  const stub = await startOperatorStub();
  const publisher = { contracts: cli.contractsOf(PUBLISHER), publisher: cli.accounts[PUBLISHER]! };
  const { modelId, identity } = await publishModel({ ...publisher, committed });
  stub.artifacts.set(modelId, readFileSync(cli.file("model.onus")));
  let nonce = 0n;
  let beginning = await cli.chain.provider.send("evm_snapshot", []);
  const directories = new Set<string>();
  const registered = new Set<number>();
  const register = async (account: number): Promise<void> => {
    if (registered.has(account)) return;
    registered.add(account);
    const contracts = cli.contractsOf(account);
    const stake = parseWei("1 ether");
    await send("token.deposit", contracts.token.getFunction("deposit")({ value: stake }));
    await registerOperator({ contracts, operator: cli.accounts[account]!, endpoint: stub.url, stake });
  };
  let liars = [...LIARS];

  const scene = {
    ...{ cli, stub, modelId },
    /** Claims records of which the last is what was told, and shows them in that manner. */
    claim: async (
      told: Told,
      manner: Manner = "shows all",
      { n = 2, window = 120n }: { n?: number; window?: bigint } = {},
    ): Promise<Bytes32> => {
      const account = told === "truth" && manner === "shows all" ? OPERATOR : (liars.shift() ?? 0);
      await register(account);
      const record = (at: number): InferenceRecord => {
        const isLast = at === n - 1;
        const { input, output, trace } = honest.roots;
        const outputRoot = isLast && told !== "truth" ? rootsOf(lie.lists).output : output;
        const traceRoot = told === "lying output" ? trace : ZERO_HASH;
        const parents = { parentsRoot: ZERO_HASH, parentsCount: 0 };
        const salt = `0x${at.toString(16).padStart(64, "0")}` as Bytes32;
        return { requester: cli.accounts[0]!, salt, inputRoot: input, outputRoot, traceRoot, ...parents };
      };
      const records = Array.from({ length: n }, (_, at) => record(at));
      const claim = {
        ...{ operator: cli.accounts[account]!, modelId, nonce: nonce++, n, window: asSeconds(window) },
        ...{ recordsRoot: commitRecords(records).root, liability: asWei(10n ** 16n) },
      };
      const { claimId } = await submitClaim(cli.contractsOf(account), claim);
      const file = encodeClaimFile({ claim, records, model: identity });
      stub.claims.show(claimId, { file, inputs, manner });
      return claimId;
    },
    phaseOf: async (claimId: Bytes32): Promise<number> =>
      Number((await cli.contractsOf(0).claims.stateOf(claimId)).phase),
    lineOf: (directory: string, claimId: Bytes32): ReportLine | undefined =>
      readWatchReport(directory).claims.find((line) => line.claimId === claimId),
    /** Until something is so; looks for a bounded time, and makes blocks and passes seconds meanwhile. */
    until: async (isSo: () => boolean | Promise<boolean>, passing = 0): Promise<void> => {
      for (let looks = 0; looks < 300; looks++) {
        if (await isSo()) return;
        if (passing > 0) await cli.passTime(passing);
        await sleep(100);
      }
      throw new Error("it never came to be so");
    },
    /** One watchtower in this process, with its own account and directory. */
    watch: async (account: number, options: Partial<WatchOptions> = {}): Promise<RunningWatch> => {
      const directory = options.directory ?? cli.file(`watch-${account}`);
      directories.add(directory);
      const lines: Record<string, unknown>[] = [];
      const to = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
      const ending = new AbortController();
      let url = "";
      const running = watch(
        {
          contracts: cli.contractsOf(account),
          log: await openLog({ name: "watchtower", to }),
          directory,
          followed: { models: [], operators: [] },
          artifacts: [],
          sample: 1,
          asks: false,
          courtesies: false,
          fees: {},
          confirmations: 2,
          pollMilliseconds: 100,
          spread: asSeconds(0n),
          endpointTime: asSeconds(1n),
          mostArtifactBytes: 2 ** 20,
          allowsPrivate: true,
          listen: { host: "127.0.0.1", port: 0 },
          ...options,
        },
        ending.signal,
        (at) => (url = at),
      );
      // Whatever ends it early is thrown by `stop`.
      running.catch(() => undefined);
      return {
        ...{ directory, lines, url: () => url },
        stop: () => {
          ending.abort();
          return running;
        },
      };
    },
    /** As it was at the beginning, for the next test; no watchtower runs. */
    reset: async (): Promise<void> => {
      await cli.chain.provider.send("evm_revert", [beginning]);
      beginning = await cli.chain.provider.send("evm_snapshot", []);
      liars = [...LIARS];
      registered.clear();
      stub.artifacts.set(modelId, readFileSync(cli.file("model.onus")));
      for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    },
    stop: async (): Promise<void> => {
      await stub.stop();
      await cli.stop();
    },
  };
  return scene;
}

export type WatchScene = Awaited<ReturnType<typeof startWatchScene>>;

export type RunningWatch = {
  readonly directory: string;
  /** Of its log. */
  readonly lines: readonly Record<string, unknown>[];
  readonly url: () => string;
  readonly stop: () => Promise<void>;
};

export const contractsOfScene = ({ cli }: WatchScene, account: number): Contracts =>
  connectContracts(cli.deployment, cli.contractsOf(account).runner);
