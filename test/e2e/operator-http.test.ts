import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { HandedOutRecords } from "../../src/audit/api-types.js";
import { itemOfParent } from "../../src/claim/named-parent.js";
import type { NamedParent } from "../../src/claim/named-parent.js";
import { rootOfList } from "../../src/claim/parent-list.js";
import { recordHash } from "../../src/claim/record.js";
import type { InferenceRecord } from "../../src/claim/record.js";
import { rootOf } from "../../src/dispute/read-answer.js";
import { openIntake } from "../../src/operator/intake.js";
import { mostBodyBytes } from "../../src/operator/inference-request.js";
import type { OperatorNode } from "../../src/operator/open-node.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { decodeClaimFile } from "../../src/store/claim-file.js";
import { decodeReceiptFile } from "../../src/store/receipt-file.js";
import { decodeTraceFile } from "../../src/trace/trace-file.js";
import { nodeAt, rootFromOpening, rootOfBytes } from "../../src/trace/tree.js";
import { bytes32From } from "../../src/types/bytes32.js";
import type { Bytes32 } from "../../src/types/bytes32.js";
import { hasAnvil } from "../support/anvil.js";
import {
  operatorScene,
  requestNumber,
  sceneInputs,
  sceneModel,
  stepAndSettle,
  walletOf,
} from "../support/operator-scene.js";
import type { OperatorScene, SceneWishes } from "../support/operator-scene.js";
import { withTwoOutputs } from "../support/two-outputs.js";

const CHAIN = 31_353;
const { artifact } = sceneModel.committed;
const other = `0x${"77".repeat(32)}`;
const firstOutput = sceneModel.trace.run.tensors.at(-1)!;

type App = Awaited<ReturnType<OperatorScene["appOf"]>>;
type Body = Readonly<Record<string, unknown>>;

describe("e2e: what an operator node serves over HTTP", function () {
  this.timeout(120_000);
  let scene: OperatorScene;

  beforeEach(async function () {
    if (!hasAnvil) return this.skip();
    scene = await operatorScene(CHAIN);
  });
  afterEach(() => scene?.stop());

  const bodyOf = (salt: number, change: object = {}): Body => {
    const { requester, salt: salted } = requestNumber(salt);
    const inputs = artifact.inputs.map(({ name, dtype, shape }, number) => ({
      ...{ name, dtype, shape },
      data: Buffer.from(bytesOfTensor(sceneInputs[number]!)).toString("base64"),
    }));
    return { requester, salt: salted, inputs, ...change };
  };
  const post = (app: App, body: unknown, modelId = scene.modelId as string) =>
    app.request(`/v1/infer/${modelId}`, { method: "POST", body: JSON.stringify(body) });
  const json = async (app: App, path: string): Promise<Body> => {
    const response = await app.request(path);
    expect(response.status, path).to.equal(200);
    return (await response.json()) as Body;
  };
  const bytes = async (app: App, path: string): Promise<Uint8Array> => {
    const response = await app.request(path);
    expect(response.status, path).to.equal(200);
    return new Uint8Array(await response.arrayBuffer());
  };
  const opened = async (wishes: SceneWishes = {}): Promise<{ node: OperatorNode; app: App }> => {
    const node = await scene.openNode(wishes);
    return { node, app: await scene.appOf(node) };
  };
  /** Status, code and Retry-After of a refusal. */
  const refusal = async (response: Response | Promise<Response>) => {
    const got = await response;
    const { status, headers } = got;
    const body = (await got.json()) as { error?: { code: string; message: string; hint: string } };
    expect(body.error?.message, JSON.stringify(body)).to.be.a("string").and.not.equal("");
    expect(body.error?.hint).to.be.a("string").and.not.equal("");
    return [status, body.error?.code, headers.get("retry-after") !== null];
  };

  it("says what it serves, with the terms of a promise, and hands out the artifact", async () => {
    const { app } = await opened();
    const { models } = (await json(app, "/v1/models")) as { models: Body[] };
    expect(models[0]).to.deep.include({ modelId: scene.modelId, artifactId: sceneModel.committed.id });
    expect(models[0]!["terms"]).to.deep.equal({
      ...{ liability: "10000000000000000", maxRecords: 4, window: "60", inclusion: "60" },
      liabilityPerRecord: "2500000000000000",
    });
    const path = `/v1/models/${scene.modelId}/artifact`;
    expect(
      Buffer.from(await bytes(app, path)).equals(readFileSync(join(scene.directory, "model.onus"))),
    ).to.equal(true);
    const etag = (await app.request(path)).headers.get("etag")!;
    expect((await app.request(path, { headers: { "if-none-match": etag } })).status).to.equal(304);
    // A page of anywhere may read it.
    expect((await app.request(path)).headers.get("access-control-allow-origin")).to.equal("*");
  });

  it("answers a request with outputs and a receipt that verifies, in JSON and raw", async () => {
    const { app } = await opened();
    const reply = (await (await post(app, bodyOf(1))).json()) as {
      outputs: { data: string }[];
      receipt: object;
      requestId: string;
    };
    expect(Buffer.from(reply.outputs[0]!.data, "base64")).to.deep.equal(
      Buffer.from(bytesOfTensor(firstOutput)),
    );
    const { receipt } = decodeReceiptFile(JSON.stringify(reply.receipt));
    expect(receipt.record.outputRoot).to.equal(sceneModel.trace.roots.output);
    expect(await json(app, `/v1/receipts/${reply.requestId}`)).to.deep.equal(reply.receipt);
    const { requester, salt } = requestNumber(1);
    const raw = await app.request(`/v1/infer/${scene.modelId}?requester=${requester}&salt=${salt}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: bytesOfTensor(sceneInputs[0]!) as Uint8Array<ArrayBuffer>,
    });
    // The raw form is of models with one input.
    if (artifact.inputs.length === 1) expect(await raw.json()).to.deep.equal(reply);
    else expect(raw.status).to.equal(400);
  });

  it("hands out claims, records with their proofs, inputs, outputs and traces", async () => {
    const { node, app } = await opened();
    for (let salt = 1; salt <= 4; salt++) expect((await post(app, bodyOf(salt))).status).to.equal(200);
    await stepAndSettle(node);
    const { claims } = (await json(app, "/v1/claims")) as { claims: { claimId: string; number: number }[] };
    const { claimId, number } = claims[0]!;
    expect((await json(app, `/v1/claims?before=${number}`))["claims"]).to.deep.equal([]);
    const { claim, records } = decodeClaimFile(await (await app.request(`/v1/claims/${claimId}`)).text());
    const at = `/v1/claims/${claimId}/records/2`;
    const { record, proof } = (await json(app, at)) as { record: (typeof records)[number]; proof: string[] };
    expect(record).to.deep.equal(records[2]);
    const { root } = rootFromOpening({
      ...{ form: "list", positions: [2], depth: 2 },
      stream: Buffer.from(proof.map((hex) => hex.slice(2)).join(""), "hex"),
      items: Buffer.from(recordHash(record).slice(2), "hex"),
    });
    expect(bytes32From(root)).to.equal(claim.recordsRoot);
    expect(await bytes(app, `${at}/inputs/0`)).to.deep.equal(Uint8Array.from(bytesOfTensor(sceneInputs[0]!)));
    expect(await bytes(app, `${at}/outputs/0`)).to.deep.equal(Uint8Array.from(bytesOfTensor(firstOutput)));
    const { trace } = decodeTraceFile(await bytes(app, `${at}/trace`), artifact);
    expect(bytes32From(trace.lists.trace.root)).to.equal(sceneModel.trace.roots.trace);
    const last = artifact.kernels.length - 1;
    const tree = sceneModel.trace.tensor("trace", last);
    expect(await bytes(app, `${at}/trace/${last}`)).to.deep.equal(Uint8Array.from(tree.source));
    const nodes = await bytes(app, `${at}/trace/${last}?level=${tree.depth}&index=0`);
    expect(bytes32From(nodes)).to.equal(bytes32From(nodeAt(tree, tree.depth, 0)));
    const beyond = app.request(`${at}/trace/${last}?level=${tree.depth}&index=1`);
    expect(await refusal(beyond)).to.deep.equal([400, "POSITION_OUT_OF_RANGE", false]);
  });

  it("hands out records with all that shows them, page by page, of a model with two outputs too", async () => {
    await scene.stop();
    const { committed, trace } = withTwoOutputs(sceneModel);
    scene = await operatorScene(CHAIN, { committed });
    const { node, app } = await opened();
    const elsewhere = { chainId: "10", claimBook: walletOf(4).address, claimId: other, recordIndex: 7 };
    const parents = [{ claimId: other, recordIndex: 0 }, elsewhere];
    for (let salt = 1; salt <= 4; salt++)
      expect((await post(app, bodyOf(salt, salt === 2 ? { parents } : {}))).status).to.equal(200);
    await stepAndSettle(node);
    const { claims } = (await json(app, "/v1/claims")) as { claims: { claimId: Bytes32 }[] };
    const { claimId } = claims[0]!;
    const at = `/v1/claims/${claimId}/records`;
    const page = async (query: string) => ((await json(app, `${at}${query}`)) as HandedOutRecords).records;
    const all = await page("");
    expect(all.map(({ index }) => index)).to.deep.equal([0, 1, 2, 3]);
    expect(await page("?from=1&count=2")).to.deep.equal(all.slice(1, 3));
    const { claim } = decodeClaimFile(await (await app.request(`/v1/claims/${claimId}`)).text());
    for (const { record, index, siblings, inputs, outputs } of all) {
      const opened = { record: record as InferenceRecord, index, path: siblings as Bytes32[] };
      expect(rootOf(opened)).to.equal(claim.recordsRoot);
      expect(outputs).to.have.length(2);
      expect(outputs!.at(-1)).to.equal(bytes32From(rootOfBytes(bytesOfTensor(trace.run.tensors.at(-1)!))));
      expect(rootOfList(outputs as Bytes32[])).to.equal(record.outputRoot);
      expect(rootOfList(inputs as Bytes32[])).to.equal(record.inputRoot);
      expect(await json(app, `${at}/${index}`)).to.deep.include({ inputs, outputs });
    }
    const child = all.find(({ parents }) => parents?.length === 2)!;
    expect(child.parents).to.deep.equal(parents);
    const home = { chainId: BigInt(CHAIN), contract: scene.deployed.deployment.claimBook };
    const items = (child.parents as NamedParent[]).map((parent) => itemOfParent(parent, home));
    expect(rootOfList(items)).to.equal(child.record.parentsRoot);
    expect(await refusal(app.request(`${at}?from=4`))).to.deep.equal([400, "POSITION_OUT_OF_RANGE", false]);
    expect(await refusal(app.request(`/v1/claims/${other}/records`))).to.deep.equal([404, "NOT_KEPT", false]);
  });

  it("lets inputs go when the claim is decided, and keeps receipts", async () => {
    const { node, app } = await opened({ config: { keptOutputBytes: 0 } });
    const { requestId } = (await (await post(app, bodyOf(1))).json()) as { requestId: string };
    await scene.pass(10);
    await stepAndSettle(node);
    await scene.pass(61);
    await stepAndSettle(node);
    await scene.mine(3);
    await stepAndSettle(node);
    const { claims } = (await json(app, "/v1/claims")) as { claims: { claimId: string; state: string }[] };
    expect(claims[0]?.state).to.equal("final");
    const at = `/v1/claims/${claims[0]!.claimId}/records/0`;
    expect(await refusal(app.request(`${at}/inputs/0`))).to.deep.equal([404, "NOT_KEPT", false]);
    expect(await refusal(app.request(`${at}/outputs/0`))).to.deep.equal([404, "NOT_KEPT", false]);
    expect((await app.request(`/v1/receipts/${requestId}`)).status).to.equal(200);
    expect((await app.request(at)).status).to.equal(200);
  });

  it("refuses what it cannot read, with the reason", async () => {
    const { app } = await opened();
    const { inputs } = bodyOf(1) as { inputs: Body[] };
    const [first, ...rest] = inputs;
    const wrong = (change: object) => ({ inputs: [{ ...first, ...change }, ...rest] });
    const longer = Buffer.concat([bytesOfTensor(sceneInputs[0]!), Uint8Array.of(0)]).toString("base64");
    const tries: [unknown, string][] = [
      [bodyOf(1, { requester: "0x12" }), "MALFORMED_VALUE"],
      [bodyOf(1, { salt: "0x12" }), "MALFORMED_VALUE"],
      [bodyOf(1, { inputs: 3 }), "REQUEST_MALFORMED"],
      [bodyOf(1, { more: true }), "REQUEST_MALFORMED"],
      [bodyOf(1, { inputs: [] }), "INPUT_COUNT"],
      [bodyOf(1, wrong({ name: "nobody's" })), "INPUT_MISSING"],
      [bodyOf(1, wrong({ shape: [1, 1, 1, 1, 1] })), "INPUT_SHAPE"],
      [bodyOf(1, wrong({ data: "AAAA" })), "TENSOR_BYTES"],
      [bodyOf(1, wrong({ data: longer })), "TENSOR_BYTES"],
      [bodyOf(1, wrong({ data: "no base64!" })), "REQUEST_MALFORMED"],
    ];
    for (const [body, code] of tries) {
      expect(await refusal(post(app, body)), JSON.stringify(body)).to.deep.equal([400, code, false]);
    }
    const broken = app.request(`/v1/infer/${scene.modelId}`, { method: "POST", body: "{" });
    expect(await refusal(broken)).to.deep.equal([400, "REQUEST_MALFORMED", false]);
    expect(await refusal(post(app, bodyOf(1), other))).to.deep.equal([404, "MODEL_NOT_SERVED", false]);
    const large = "x".repeat(mostBodyBytes([artifact]) + 1);
    expect(await refusal(post(app, large))).to.deep.equal([413, "BODY_TOO_LARGE", false]);
    for (const path of [
      "/v2",
      `/v1/receipts/${other}`,
      `/v1/claims/${other}`,
      `/v1/claims/${other}/records/0`,
    ])
      expect(await refusal(app.request(path))).to.deep.equal([404, "NOT_KEPT", false]);
    expect(app.failures).to.deep.equal([]);
  });

  /** What a node that is opened with these wishes says to a first request, and to a second one. */
  const refusals: [
    string,
    number,
    SceneWishes,
    (scene: OperatorScene, node: OperatorNode) => Promise<void>,
  ][] = [
    ["CHAIN_STALE", 503, { limits: { chainAge: "0s" } }, async () => undefined],
    [...(["GAS_PRICE_TOO_HIGH", 503, { limits: { gasPrice: "1 wei" } }] as const), async () => undefined],
    [
      ...(["OPEN_LIABILITY_FULL", 503, { limits: { openLiability: "0.009 ether" } }] as const),
      async () => undefined,
    ],
    [
      ...([
        "STAKE_TOO_SMALL",
        503,
        { model: { liability: "1.1 ether" }, limits: { openLiability: "9 ether" } },
      ] as const),
      async () => undefined,
    ],
    ["UNSTATED_RECORDS_FULL", 503, { config: { statementTime: "2000s" } }, async () => undefined],
    ["NODE_STOPPING", 503, {}, async (_, node) => node.desk.stop()],
    [
      ...(["MODEL_RETIRING", 503, { model: { inclusion: "72s" } }] as const),
      async ({ deployed, modelId, pass }, node) => {
        await (await deployed.publisher.contracts.models.retire(modelId)).wait();
        await pass(240);
        await node.step();
      },
    ],
  ];
  for (const [code, status, wishes, arrange] of refusals) {
    it(`refuses with ${code} before it runs anything`, async () => {
      const { node, app } = await opened(wishes);
      await arrange(scene, node);
      const passes = code !== "MODEL_RETIRING";
      expect(await refusal(post(app, bodyOf(1)))).to.deep.equal([status, code, passes]);
    });
  }

  it("refuses with QUEUE_FULL what comes while enough is under way, and counts it no longer then", async () => {
    const { app } = await opened({ limits: { queue: 2 } });
    const replies = await Promise.all([1, 2, 3].map(async (salt) => post(app, bodyOf(salt))));
    expect(replies.map(({ status }) => status)).to.deep.equal([200, 200, 429]);
    expect(await refusal(replies[2]!)).to.deep.equal([429, "QUEUE_FULL", true]);
    expect((await post(app, bodyOf(3))).status).to.equal(200);
  });

  it("takes requests from a directory, once each, and says there what it refuses", async () => {
    const { node } = await opened();
    const directory = join(scene.directory, "intake");
    mkdirSync(directory);
    const put = (name: string, body: object) => writeFileSync(join(directory, name), JSON.stringify(body));
    put("first.json", { modelId: scene.modelId, ...bodyOf(1) });
    put("second.json", { modelId: scene.modelId, ...bodyOf(2, { inputs: [] }) });
    put("third.json", bodyOf(3));
    put("not-yet.tmp", {});
    const intake = openIntake({ directory, desk: node.desk, models: node.models });
    await intake.step();
    const replyTo = (name: string): Body =>
      JSON.parse(readFileSync(join(directory, "replies", name), "utf8")) as Body;
    const { receipt } = await node.desk.serve(scene.modelId, requestNumber(1));
    expect(decodeReceiptFile(JSON.stringify(replyTo("first.json")["receipt"]))).to.deep.equal(receipt);
    expect(replyTo("second.json")).to.have.nested.property("error.code", "INPUT_COUNT");
    expect(replyTo("third.json")).to.have.nested.property("error.code", "REQUEST_MALFORMED");
    expect(readdirSync(join(directory, "done")).sort()).to.deep.equal([
      "first.json",
      "second.json",
      "third.json",
    ]);
    expect(readdirSync(directory)).to.include("not-yet.tmp");
    await node.desk.stop();
    put("fourth.json", { modelId: scene.modelId, ...bodyOf(4) });
    await intake.step();
    expect(readdirSync(directory), "a refusal that passes leaves it there").to.include("fourth.json");
  });
});
