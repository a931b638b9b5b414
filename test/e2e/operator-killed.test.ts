import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { performMove } from "../../src/chain/perform-move.js";
import { readDispute } from "../../src/chain/read-dispute.js";
import { commitRecords } from "../../src/claim/record-list.js";
import { requestId } from "../../src/claim/record.js";
import { aboutDescriptor, aboutTrace } from "../../src/dispute/ask-about.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { decodeClaimFile } from "../../src/store/claim-file.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { parseSeconds } from "../../src/types/seconds.js";
import { parseWei } from "../../src/types/wei.js";
import { hasAnvil } from "../support/anvil.js";
import { startOperatorProcess } from "../support/operator-process.js";
import type { LogLine, OperatorProcess } from "../support/operator-process.js";
import {
  operatorScene,
  requestNumber,
  sceneInputs,
  sceneModel,
  walletOf,
} from "../support/operator-scene.js";
import type { OperatorScene } from "../support/operator-scene.js";

const CHAIN = 31_352;
const { artifact } = sceneModel.committed;

type Reply = { readonly requestId: string; readonly receipt: unknown };

/** The command line's own process, killed where it hurts. */
describe("e2e: an operator node that is killed", function () {
  this.timeout(180_000);
  let scene: OperatorScene;
  let running: OperatorProcess | undefined;

  before(async function () {
    if (!hasAnvil) return this.skip();
    // Clocks that outlast the starts of processes on a busy machine.
    const parameters = { clock: parseSeconds("900s"), exitDelay: parseSeconds("4000s") };
    scene = await operatorScene(CHAIN, { parameters });
    await scene.rpc("evm_setIntervalMining", 1);
    const text = scene.configText({
      model: { maxRecords: 3, closeAfter: "3s" },
      config: { listen: { port: 0 }, confirmations: 3 },
    });
    writeFileSync(join(scene.directory, "operator.json"), text);
  });
  after(async () => {
    await running?.kill();
    await scene?.stop();
  });

  const start = async (killAt?: (line: LogLine) => boolean): Promise<OperatorProcess> => {
    running = await startOperatorProcess({
      config: join(scene.directory, "operator.json"),
      rpc: scene.anvil.url,
      addresses: scene.addresses,
      key: walletOf(2).privateKey,
      ...(killAt && { killAt }),
    });
    return running;
  };
  const infer = async (node: OperatorProcess, salt: number): Promise<Reply> => {
    const { requester, salt: salted } = requestNumber(salt);
    const inputs = artifact.inputs.map(({ name, dtype, shape }, number) => ({
      ...{ name, dtype, shape },
      data: Buffer.from(bytesOfTensor(sceneInputs[number]!)).toString("base64"),
    }));
    const response = await fetch(`${node.url}/v1/infer/${scene.modelId}`, {
      method: "POST",
      body: JSON.stringify({ requester, salt: salted, inputs }),
    });
    const text = await response.text();
    expect(response.status, text).to.equal(200);
    return JSON.parse(text) as Reply;
  };
  const until = async <T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let looks = 0; looks < 300; looks++) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(100);
    }
    throw new Error(`never came: ${what}\n${JSON.stringify(running?.lines.slice(-20), undefined, 1)}`);
  };

  it("loses no record and doubles none, wherever it ends", async () => {
    const promised = new Map<number, Reply>();
    let salt = 0;
    const promise = async (node: OperatorProcess, count: number): Promise<void> => {
      for (let given = 0; given < count; given++) promised.set(++salt, await infer(node, salt));
    };

    // After a reply; before anything was claimed.
    let node = await start();
    await promise(node, 2);
    await node.kill();

    // At points that the log names: the claim is made and not sent; sent; included; confirmed by its own look.
    const points: ((line: LogLine) => boolean)[] = [
      ({ msg }) => msg === "claim made",
      ({ msg, event }) => msg === "transaction" && event === "broadcast",
      ({ msg, event }) => msg === "transaction" && event === "included",
      ({ msg }) => msg === "claim included",
    ];
    for (const point of points) {
      let isReached = false;
      node = await start((line) => (isReached ||= point(line)));
      if (node.url !== "") await promise(node, 3).catch(() => undefined);
      await until("the point at which it is killed", () => (isReached ? true : undefined));
      await node.kill();
    }

    // A request whose reply was lost is asked again: the same receipt, if there was one.
    node = await start();
    for (const [given, reply] of promised) {
      expect((await infer(node, given)).receipt).to.deep.equal(reply.receipt);
    }
    for (let given = 1; given <= salt; given++) promised.set(given, await infer(node, given));

    const claims = scene.contractsAs(5).claims;
    const found = await until("a claim for every record", async () => {
      const { claims: lines } = (await (await fetch(`${node.url}/v1/claims`)).json()) as {
        claims: { claimId: string; state: string; records: number }[];
      };
      const all = lines.every(({ state }) => state !== "made");
      const count = lines.reduce((sum, { records }) => sum + records, 0);
      return all && count >= promised.size ? lines : undefined;
    });
    const claimed: string[] = [];
    for (const { claimId } of found) {
      const { claim, records } = decodeClaimFile(
        await (await fetch(`${node.url}/v1/claims/${claimId}`)).text(),
      );
      expect(commitRecords(records).root).to.equal(claim.recordsRoot);
      expect((await claims.stateOf(claimId)).submittedAt, claimId).not.to.equal(0n);
      claimed.push(...records.map((record) => requestId(record, claim.modelId)));
    }
    expect(claimed.sort()).to.deep.equal([...promised.values()].map((reply) => reply.requestId).sort());
    // Whatever the chain holds of this operator is in the ledger: nothing was claimed twice.
    const submitted = await claims.queryFilter(claims.filters.ClaimSubmitted(undefined, walletOf(2).address));
    expect(submitted.map(({ args }) => String(args.claimId)).sort()).to.deep.equal(
      found.map(({ claimId }) => claimId).sort(),
    );
    expect(await node.end()).to.equal(0);
  });

  it("answers a session once, wherever it ends", async () => {
    let node = await start();
    const salts = [901, 902, 903];
    const replies = [];
    for (const salt of salts) replies.push(await infer(node, salt));
    const ids = replies.map((reply) => reply.requestId);
    const { claimId, index } = await until("the claim of the records", async () => {
      const { claims } = (await (await fetch(`${node.url}/v1/claims`)).json()) as {
        claims: { claimId: Bytes32; state: string }[];
      };
      for (const { claimId, state } of claims) {
        if (state !== "open") continue;
        const { claim, records } = decodeClaimFile(
          await (await fetch(`${node.url}/v1/claims/${claimId}`)).text(),
        );
        const index = records.findIndex((record) => requestId(record, claim.modelId) === ids[0]);
        if (index >= 0) return { claimId, index };
      }
      return undefined;
    });
    const { claim, records, model } = decodeClaimFile(
      await (await fetch(`${node.url}/v1/claims/${claimId}`)).text(),
    );
    const { proof } = (await (await fetch(`${node.url}/v1/claims/${claimId}/records/${index}`)).json()) as {
      proof: Bytes32[];
    };
    await node.kill();

    const contracts = scene.contractsAs(5);
    const published = { identity: model, commitment: sceneModel.committed.commitment };
    const questions = [
      aboutTrace(claimId, { index, record: records[index]!, path: proof }),
      aboutDescriptor(published, sceneModel.committed.program, 0),
    ];
    for (const [nonce, question] of questions.entries()) {
      const value = parseWei("0.1 ether");
      await performMove({ contracts, claim, move: { kind: "open", nonce: BigInt(nonce), question, value } });
    }
    const points: ((line: LogLine) => boolean)[] = [
      ({ event, call }) => event === "broadcast" && call === "Inquiry.stateTraces",
      ({ event, call }) => event === "included" && String(call).startsWith("Inquiry."),
      ({ event, call }) => event === "broadcast" && call === "Inquiry.answer",
    ];
    for (const point of points) {
      let isReached = false;
      node = await start((line) => (isReached ||= point(line)));
      // A point may lie behind: what was done in a former life is not done again.
      await Promise.race([
        until("the point at which it is killed", () => isReached || undefined),
        sleep(6_000),
      ]);
      await node.kill();
    }
    node = await start();
    const view = await until("both answers", async () => {
      const seen = await readDispute(contracts, claim);
      return seen.answers.traces.size === 1 && seen.answers.data.size === 1 ? seen : undefined;
    });
    expect(view.answers.traces.get(index)).to.equal(sceneModel.trace.roots.trace);
    const { inquiry } = contracts;
    expect(await inquiry.queryFilter(inquiry.filters.TraceStated(claimId))).to.have.length(1);
    expect(await inquiry.queryFilter(inquiry.filters.Answered(questions[1]!.key))).to.have.length(1);
    expect(await node.end()).to.equal(0);
  });
});
