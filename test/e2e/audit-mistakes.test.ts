import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import type { JsonRpcSigner } from "ethers";

import { signReceipt } from "../../src/chain/sign-receipt.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { encodeReceiptFile } from "../../src/store/receipt-file.js";
import { asBytes32, ZERO_HASH } from "../../src/types/bytes32.js";
import { asSeconds } from "../../src/types/seconds.js";
import { asWei } from "../../src/types/wei.js";
import { hasAnvil } from "../support/anvil.js";
import { startCliScene, tinyModel } from "../support/cli-scene.js";
import type { CliScene, Ended, Json } from "../support/cli-scene.js";
import { startIndexProcess } from "../support/index-process.js";
import type { IndexProcess } from "../support/index-process.js";

const PUBLISHER = 1;
const OPERATOR = 2;
const COPYCAT = 3;

/** What a person gets wrong with `onus audit` and `onus verify`, and what is said then: the error, and what to type next. */
describe("e2e: mistakes of an auditor", function () {
  this.timeout(300_000);
  let scene: CliScene;
  let index: IndexProcess;
  let modelId: string;
  let claimId: string;
  const servers: Server[] = [];

  const where = () => ["--rpc", scene.url, "--deployment", scene.file("addresses.json")];
  const audit = (subject: string, ...more: string[]): Promise<Ended> =>
    scene.plain(
      "audit",
      subject,
      ...where(),
      ...["--index", index.url, "--out", scene.file("bundle.json"), ...more],
    );
  const submit = async (account: number, name: string): Promise<string> => {
    const model = ["--model", modelId, "--artifact", scene.file("model.onus"), "--input", ...scene.inputs];
    const terms = ["--liability", "0.01 ether", "--window", "600s", "--out", scene.file(name)];
    return (await scene.json(account, "claim", "submit", ...model, ...terms)).claimId as string;
  };
  const caughtUp = async (): Promise<void> => {
    const { number, hash } = await scene.chain.provider.send("eth_getBlockByNumber", ["latest", false]);
    await index.reaches(Number(number), hash as string);
  };
  /** A server in the place of an index: by path, what it answers in place of the real one. */
  const astray = async (answers: Readonly<Record<string, (real: Json) => unknown>>): Promise<string> => {
    const server = createServer((request, response) => {
      const path = request.url ?? "";
      void fetch(new URL(path, index.url)).then(async (real) => {
        const found = Object.entries(answers).find(([part]) => path.includes(part));
        const json: unknown = await real.json();
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(found === undefined ? json : found[1](json)));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const expectError = ({ status, err }: Ended, code: string, exit: number, ...words: string[]): void => {
    expect(err)
      .to.contain(`error ${code}: `)
      .and.match(/\n {2}hint: \S/);
    for (const text of words) expect(err).to.contain(text);
    expect(status).to.equal(exit);
  };

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_431);
    modelId = (await scene.json(PUBLISHER, "model", "publish", scene.file("model.onus"))).modelId;
    for (const account of [OPERATOR, COPYCAT])
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    claimId = await submit(OPERATOR, "one");
    index = await startIndexProcess({
      ...{ rpc: scene.url, addresses: scene.file("addresses.json"), db: scene.file("index.db") },
    });
    await caughtUp();
    expect((await audit(scene.file("one", "claim.json"))).status).to.equal(0);
    writeFileSync(scene.file("output.bin"), bytesOfTensor(tinyModel.trace.run.tensors.at(-1)!));
  });
  after(async () => {
    servers.forEach((server) => server.close());
    await index?.kill();
    await scene?.stop();
  });

  it("options that are none are told before anything is asked", async () => {
    for (const [option, value] of [
      ["--record", "first"],
      ["--record", "-1"],
      ["--headers", "many"],
      ["--claim", "0x12"],
    ] as const)
      expectError(await audit(claimId, option, value), "MALFORMED_VALUE", 2, option);
    expectError(await audit(claimId, "--record", "1"), "MALFORMED_VALUE", 2, "below 1");
    expectError(await audit(claimId, "--input", scene.file("none.bin")), "FILE_MISSING", 3);
    const nowhere = scene.file("no", "such", "folder.json");
    expectError(await audit(claimId, "--out", nowhere), "FILE_NOT_WRITTEN", 3, nowhere);
  });

  it("ids of nothing, of something else, and beginnings of none", async () => {
    expectError(await audit(`0x${"ab".repeat(32)}`), "RECORD_NOT_KNOWN", 6);
    expectError(await audit(modelId), "SUBJECT_OF_ANOTHER_KIND", 6, "of the kind model", "onus claim list");
    expectError(await audit(scene.accounts[OPERATOR]!), "SUBJECT_OF_ANOTHER_KIND", 6, "of the kind operator");
    expectError(await audit("0x12"), "INDEX_REFUSED", 6, "hex digits");
    expectError(await audit(scene.file("nothing.bin")), "FILE_MISSING", 3);
    expect((await audit(claimId.slice(0, 12))).status).to.equal(0);
    expect((await audit(claimId.toUpperCase().replace("0X", "0x"))).status).to.equal(0);
  });

  it("a claim that came after the last indexed block: that the index is behind is said", async () => {
    const stale = await astray({
      "/v1/status": (real) => ({ ...real, indexed: { ...real.indexed, number: 0 } }),
    });
    const ended = await audit(`0x${"ab".repeat(32)}`, "--index", stale);
    expectError(ended, "RECORD_NOT_KNOWN", 6, "blocks behind the chain");
  });

  it("inputs of another record, or too few of them, are refused before anything is fetched", async () => {
    const ended = await audit(claimId, "--input", scene.file("output.bin"));
    expectError(ended, "INPUT_OF_ANOTHER", 6, "in the order of the model's inputs");
  });

  it("an index of another deployment, of nothing, and none at all", async () => {
    const other = await astray({
      "/v1/status": (real) => ({ ...real, deployment: { ...real.deployment, onus: scene.accounts[0] } }),
    });
    expectError(await audit(claimId, "--index", other), "INDEX_OF_ANOTHER", 3, "--index URL");
    const none = await astray({ "/v1/status": () => ({ hello: "world" }) });
    expectError(await audit(claimId, "--index", none), "INDEX_UNREACHABLE", 5, "no index");
    expectError(await audit(claimId, "--index", "http://127.0.0.1:9"), "INDEX_UNREACHABLE", 5);
    expectError(await audit(claimId, "--index", "not a url"), "INDEX_UNREACHABLE", 5);
  });

  it("an index that answers about something else is found out", async () => {
    const other = `0x${"77".repeat(32)}`;
    const ofAnother = await astray({
      "/v1/evidence": (real) => ({ ...real, claim: { ...real.claim, id: other } }),
    });
    expectError(await audit(claimId, "--index", ofAnother), "INDEX_ASTRAY", 6, other);
    const hit = { kind: "record", id: other, claimId, recordIndex: 0 };
    const found = await astray({
      "/v1/search": () => ({ hits: [hit] }),
      [`/v1/records/${other}`]: () => ({ items: [{ claimId, index: 0, claim: {} }] }),
    });
    expectError(await audit(other, "--index", found), "INDEX_ASTRAY", 6, other);
  });

  it("an output that two claims have is ambiguous, until one is named", async () => {
    const copy = await submit(COPYCAT, "two");
    await caughtUp();
    expect((await audit(scene.file("two", "claim.json"))).status).to.equal(0);
    const ended = await audit(scene.file("output.bin"));
    expectError(ended, "SUBJECT_AMBIGUOUS", 6, claimId, copy, scene.accounts[COPYCAT]!, "--claim ID");
    expect((await audit(scene.file("output.bin"), "--claim", claimId)).status).to.equal(0);
    expect(JSON.parse(readFileSync(scene.file("bundle.json"), "utf8")).subject).to.include({
      kind: "output",
      claimId,
    });
  });

  it("a record that nobody showed, and a receipt that no key of a file's signed", async () => {
    const unknown = await submit(OPERATOR, "three");
    await caughtUp();
    expect((await audit(unknown)).status).to.equal(0);
    expectError(await audit(unknown, "--record", "0"), "RECORD_NOT_OPENED", 6, "claim.json");
    expectError(await audit(unknown, "--input", ...scene.inputs), "RECORD_NOT_OPENED", 6);
    const contracts = scene.contractsOf(OPERATOR);
    const seconds = asSeconds(1_800_000_000n);
    const record = {
      ...{
        requester: scene.accounts[PUBLISHER]!,
        salt: ZERO_HASH,
        inputRoot: ZERO_HASH,
        outputRoot: ZERO_HASH,
      },
      ...{ traceRoot: ZERO_HASH, parentsRoot: ZERO_HASH, parentsCount: 0 },
    };
    const receipt = {
      ...{ operator: scene.accounts[OPERATOR]!, modelId: asBytes32(modelId), record },
      ...{ issuedAt: seconds, inclusionDeadline: seconds, liabilityWei: asWei(1n), maxRecords: 1 },
    };
    const court = contracts.courtPlace;
    const signed = await signReceipt(receipt, { signer: contracts.runner as JsonRpcSigner, court });
    writeFileSync(scene.file("kept-by-none.json"), encodeReceiptFile(signed));
    const alone = await audit(scene.file("kept-by-none.json"), "--input", ...scene.inputs);
    expectError(alone, "INPUT_WITHOUT_RECORD", 6, "a receipt alone", "--record INDEX");
    const foreign = { ...signed, signer: scene.accounts[COPYCAT]! };
    writeFileSync(scene.file("receipt.json"), encodeReceiptFile(foreign));
    expectError(await audit(scene.file("receipt.json")), "RECEIPT_NOT_PROVABLE", 6, scene.accounts[COPYCAT]!);
  });

  it("a bundle is verified and not audited, and what is none is told apart", async () => {
    expectError(await audit(scene.file("bundle.json")), "SUBJECT_IS_BUNDLE", 2, "onus verify");
    const text = readFileSync(scene.file("bundle.json"), "utf8");
    const check = (name: string, content: string, ...more: string[]): Promise<Ended> => {
      writeFileSync(scene.file(name), content);
      return scene.plain("verify", scene.file(name), ...more);
    };
    expectError(await check("cut.json", text.slice(0, 999)), "BUNDLE_MALFORMED", 3, "JSON");
    const later = text.replace("onus-bundle-1", "onus-bundle-9");
    expectError(await check("later.json", later), "BUNDLE_VERSION", 3, "onus-bundle-9");
    const claim = readFileSync(scene.file("one", "claim.json"), "utf8");
    expectError(await check("claim.json", claim), "BUNDLE_MALFORMED", 3, "onus audit");
    expectError(await scene.plain("verify", scene.file("none.json")), "FILE_MISSING", 3);
    expectError(await check("same.json", text, "--anchor", "0x12"), "MALFORMED_VALUE", 2, "--anchor");
    expectError(await check("same.json", text, "--onus", "0x12"), "MALFORMED_VALUE", 2, "--onus");
    const artifact = ["--artifact", scene.file("output.bin")];
    expectError(await check("same.json", text, ...artifact), "ARTIFACT_UNREADABLE", 22);
    const rpc = ["--rpc", "http://127.0.0.1:9"];
    expect((await check("same.json", text, ...rpc)).status).to.equal(5);
    const asJson = await check("cut.json", text.slice(0, 999), "--json");
    expect(JSON.parse(asJson.out)).to.have.nested.property("error.code", "BUNDLE_MALFORMED");
    expect(asJson.err).to.equal("");
  });
});
