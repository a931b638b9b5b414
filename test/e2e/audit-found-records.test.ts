import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import type { Bundle } from "../../src/audit/bundle.js";
import type { LineageGraph } from "../../src/audit/api-types.js";
import { elementBytes } from "../../src/program/dtype.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { freePort, hasAnvil } from "../support/anvil.js";
import { runInProcess } from "../support/cli-scene.js";
import { startIndexProcess } from "../support/index-process.js";
import type { IndexProcess } from "../support/index-process.js";
import { startOperatorProcess } from "../support/operator-process.js";
import type { OperatorProcess } from "../support/operator-process.js";
import {
  OPERATOR_ACCOUNT,
  operatorScene,
  requestNumber,
  sceneModel,
  walletOf,
} from "../support/operator-scene.js";
import type { OperatorScene } from "../support/operator-scene.js";
import { withTwoOutputs } from "../support/two-outputs.js";

const ELSEWHERE = {
  ...{ chainId: "10", claimBook: walletOf(9).address },
  ...{ claimId: `0x${"e1".repeat(32)}`, recordIndex: 5 },
};
/** Longest wait, in milliseconds: other tests may keep the machine busy. */
const LONGEST = 60_000;

for (const [name, model, chain] of [
  ["one output", sceneModel, 31_420],
  ["two outputs", withTwoOutputs(sceneModel), 31_421],
] as const) {
  describe(`e2e: an output file of a stranger, of a model with ${name}`, function () {
    this.timeout(180_000);
    let scene: OperatorScene;
    let node: OperatorProcess;
    let index: IndexProcess | undefined;
    const outputs: string[][] = [];
    const file = (path: string): string => join(scene.directory, path);
    const startIndex = (...options: string[]): Promise<IndexProcess> =>
      startIndexProcess({
        ...{ rpc: scene.anvil.url, addresses: scene.addresses, db: file("index.db") },
        options,
      });
    const audit = (path: string) =>
      runInProcess([
        ...["audit", path, "--rpc", scene.anvil.url, "--deployment", scene.addresses],
        ...["--index", index!.url, "--out", file("bundle.json"), "--report", file("report.md")],
      ]);
    const caughtUp = async (): Promise<void> => {
      const newest = (await scene.provider.send("eth_getBlockByNumber", ["latest", false])) as {
        readonly number: string;
        readonly hash: string;
      };
      await index!.reaches(Number(newest.number), newest.hash);
    };
    const until = async (isSo: () => Promise<boolean>): Promise<void> => {
      for (const end = Date.now() + LONGEST; Date.now() < end; await sleep(100)) if (await isSo()) return;
      throw new Error(`it never came to be so:\n${JSON.stringify(node.lines.slice(-5))}`);
    };

    before(async function () {
      if (!hasAnvil) return this.skip();
      scene = await operatorScene(chain, { committed: model.committed });
      const port = await freePort();
      const { operators } = scene.contractsAs(OPERATOR_ACCOUNT);
      await (await operators.setEndpoint(`http://127.0.0.1:${port}`)).wait();
      writeFileSync(file("operator.json"), scene.configText({ config: { listen: { port } } }));
      await scene.rpc("evm_setIntervalMining", 1);
      node = await startOperatorProcess({
        ...{ config: file("operator.json"), rpc: scene.anvil.url, addresses: scene.addresses },
        key: walletOf(OPERATOR_ACCOUNT).privateKey,
      });
      const { artifact } = model.committed;
      /** Another input for each request: so an output is of one record alone. */
      const inputsOf = (salt: number) =>
        artifact.inputs.map(({ name, dtype, shape }, number) => {
          const bytes = Buffer.from(bytesOfTensor(model.trace.run.tensors[number]!));
          const wide = elementBytes(dtype);
          for (let at = wide - 1; at < bytes.length; at += wide) bytes[at]! ^= salt;
          return { name, dtype, shape, data: bytes.toString("base64") };
        });
      // As many as a claim takes; the last one was made from a result of another chain.
      for (let salt = 1; salt <= 4; salt++) {
        const { requester, salt: salted } = requestNumber(salt);
        const body = {
          requester,
          salt: salted,
          inputs: inputsOf(salt),
          parents: salt === 4 ? [ELSEWHERE] : [],
        };
        const response = await fetch(`${node.url}/v1/infer/${scene.modelId}`, {
          ...{ method: "POST", body: JSON.stringify(body) },
        });
        const reply = (await response.json()) as { readonly outputs: readonly { readonly data: string }[] };
        expect(response.status, JSON.stringify(reply)).to.equal(200);
        outputs.push(
          reply.outputs.map(({ data }, k) => {
            writeFileSync(file(`output-${salt}-${k}.bin`), Buffer.from(data, "base64"));
            return file(`output-${salt}-${k}.bin`);
          }),
        );
      }
      const bytes = outputs.flat().map((path) => readFileSync(path, "hex"));
      expect(new Set(bytes).size, `${bytes}`).to.equal(bytes.length);
      await until(async () => {
        const response = await fetch(`${node.url}/v1/claims`);
        const { claims } = (await response.json()) as { readonly claims: readonly { state: string }[] };
        return claims.some(({ state }) => state === "open");
      });
      await scene.rpc("evm_setIntervalMining", 0);
      await scene.pass(1);
    });
    after(async () => {
      await index?.kill();
      await node?.kill();
      await scene?.stop();
    });

    it("is not known to an index that asks nobody, nor to one that is not to ask on this machine", async () => {
      for (const options of [[], ["--fetch-records"]]) {
        index = await startIndex(...options);
        await caughtUp();
        if (options.length > 0) {
          const refused = `onus_indexer_fetches_total{outcome="nowhere"} 1`;
          await until(async () => (await (await fetch(`${index!.url}/metrics`)).text()).includes(refused));
        }
        const { status, err } = await audit(outputs[0]![0]!);
        expect(status).to.equal(6);
        expect(err).to.contain("--fetch-records");
        await index.kill();
      }
    });

    it("names model, publisher, operator, key, claim, verdict and lineage, with nothing posted by anybody", async () => {
      const options = ["--fetch-records", "--allow-private-endpoints"];
      // Killed at once, in the midst of whatever it does: the next one goes on.
      index = await startIndex(...options);
      await index.kill();
      index = await startIndex(...options);
      await caughtUp();
      for (const path of outputs.flat()) {
        await until(async () => (await audit(path)).status === 0);
        const { subject, statement, evidence } = JSON.parse(
          readFileSync(file("bundle.json"), "utf8"),
        ) as Bundle;
        const { publisher } = scene.deployed;
        const operator = walletOf(OPERATOR_ACCOUNT).address;
        expect(subject.kind).to.equal("output");
        expect(evidence.outputs).to.have.length(model.committed.artifact.outputs.length);
        expect(evidence.outputs).to.include(subject.tensorRoot);
        expect(statement.model).to.include({ id: scene.modelId, publisher: publisher.address });
        expect(statement.operator.address).to.equal(operator);
        expect(statement.key).to.include({ address: operator, kind: "owner" });
        expect(statement.claim?.n).to.equal(4);
        expect(statement.verdict.phase).to.equal(null);
      }
    });

    it("shows a parent on another chain, in the report and in the lineage, and trusts nothing there", async () => {
      const claimId = (JSON.parse(readFileSync(file("bundle.json"), "utf8")) as Bundle).subject
        .claimId as string;
      const graph = (await (await fetch(`${index!.url}/v1/lineage/${claimId}/3`)).json()) as LineageGraph;
      expect(graph.foreign).to.deep.equal([{ child: { claimId, recordIndex: 3 }, parent: ELSEWHERE }]);
      const where = ["--rpc", scene.anvil.url, "--deployment", scene.addresses, "--index", index!.url];
      const about = ["--record", "3", "--out", file("bundle.json"), "--report", file("report.md")];
      const { status, out, err } = await runInProcess(["audit", claimId, ...where, ...about]);
      expect(status, err).to.equal(0);
      const { evidence, statement } = JSON.parse(readFileSync(file("bundle.json"), "utf8")) as Bundle;
      expect(evidence.parents).to.deep.equal([ELSEWHERE]);
      expect(statement.lineage.parents).to.deep.equal([ELSEWHERE]);
      for (const text of [out, readFileSync(file("report.md"), "utf8")])
        expect(text).to.contain(`:5@10:${ELSEWHERE.claimBook}: shown, never trusted`);
      const verified = await runInProcess(["verify", file("bundle.json"), "--rpc", scene.anvil.url]);
      expect(verified.status, verified.err).to.equal(0);
    });

    it("is asked for once: another life of the index asks for nothing that is kept", async () => {
      await index!.kill();
      await node.kill();
      index = await startIndex("--fetch-records", "--allow-private-endpoints");
      await caughtUp();
      expect((await audit(outputs[2]![0]!)).status).to.equal(0);
      await until(async () =>
        (await (await fetch(`${index!.url}/metrics`)).text()).includes("onus_indexer_unfetched_claims 0"),
      );
    });
  });
}
