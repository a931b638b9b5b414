import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { expect } from "chai";

import { runCli } from "../../src/cli/run-cli.js";
import { parseOperatorConfig } from "../../src/operator/config.js";
import { bytesOfTensor } from "../../src/run/engine.js";
import { hasAnvil } from "../support/anvil.js";
import { startOperatorProcess } from "../support/operator-process.js";
import type { OperatorProcess } from "../support/operator-process.js";
import { operatorScene, sceneInputs, sceneModel, walletOf } from "../support/operator-scene.js";
import type { OperatorScene } from "../support/operator-scene.js";

const CHAIN = 31_354;
const OWNER = 7;
const SIGNER = 8;
const page = readFileSync("docs/flows/operator.md", "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, text]) => text!.trim());
const commands = blocks("sh").flatMap((block) => block.split("\n"));
const { artifact } = sceneModel.committed;

describe("e2e: docs/flows/operator.md", function () {
  this.timeout(120_000);
  let scene: OperatorScene;
  let node: OperatorProcess | undefined;
  const keyBefore = process.env["ONUS_KEY"];
  /** What a reader puts in place of the page's placeholders. */
  const own = new Map<string, string>();

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await operatorScene(CHAIN);
    own.set("0xOPERATOR", walletOf(OWNER).address).set("0xSIGNER", walletOf(SIGNER).address);
    own.set("0xREQUESTER", walletOf(4).address).set("0xMODEL", scene.modelId);
  });
  after(async () => {
    await node?.kill();
    if (keyBefore === undefined) delete process.env["ONUS_KEY"];
    else process.env["ONUS_KEY"] = keyBefore;
    await scene?.stop();
  });

  const filled = (text: string): string =>
    [...own].reduce((said, [name, value]) => said.replaceAll(name, value), text);
  const wordsOf = (command: string): string[] =>
    [...filled(command).matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  /** Runs a command of the page as an account, on the test's chain; gives its result. */
  const run = async (index: number, account: number): Promise<Record<string, unknown>> => {
    process.env["ONUS_KEY"] = walletOf(account).privateKey;
    const words = wordsOf(commands[index]!).slice(1);
    const at = words.indexOf("--network");
    if (at >= 0) words.splice(at, 2, "--rpc", scene.anvil.url, "--deployment", scene.addresses);
    let said = "";
    let talk = "";
    const streams = {
      stdout: { write: (text: string) => (said += text) },
      stderr: { write: (text: string) => (talk += text) },
    };
    const status = await runCli(
      [...words.map((word) => (word === "receipt.json" ? file("receipt.json") : word)), "--json"],
      { streams },
    );
    expect(status, `${commands[index]}\n${said}${talk}`).to.equal(0);
    return JSON.parse(said) as Record<string, unknown>;
  };
  const file = (name: string): string => join(scene.directory, name);

  it("has the commands that this test runs, in this order", () => {
    expect(commands.map((command) => wordsOf(command).slice(1, 3).join(" "))).to.deep.equal([
      ...["operator register", "operator consent", "operator add-signer"],
      ...["operator start", "operator start", "receipt verify"],
    ]);
  });

  it("registers an operator and gives its node a key of its own", async () => {
    await run(0, OWNER);
    const consent = await run(1, SIGNER);
    own.set("0xCONSENT", String(consent["consent"] ?? consent["signature"]));
    await run(2, OWNER);
    const { operators } = scene.contractsAs(SIGNER);
    expect(await operators.isActiveSigner(walletOf(OWNER).address, walletOf(SIGNER).address)).to.equal(true);
  });

  it("has a configuration that the node takes, with every setting in the table", () => {
    const config = parseOperatorConfig(filled(blocks("json")[0]!), file("operator.json"));
    expect(config.models[0]?.modelId).to.equal(scene.modelId);
    for (const name of Object.keys({ ...config, intake: "", alarmCommand: "" }))
      expect(page, name).to.match(new RegExp(`\\| \`${name}[\`.\\[]`));
    for (const name of Object.keys(config.models[0]!))
      expect(page).to.match(new RegExp(`models\\[\\]\\.|\\.${name}\``));
    for (const name of Object.keys(config.limits)) expect(page, name).to.contain(`\`limits.${name}\``);
  });

  it("starts the node, which answers the page's request with a receipt that verifies", async () => {
    const json = JSON.parse(filled(blocks("json")[0]!)) as { models: object[]; listen: object };
    // Clocks and stakes of the test's chain; a port that is free.
    const terms = { liability: "0.01 ether", window: "60s", inclusion: "60s", closeAfter: "3s" };
    const models = [{ ...json.models[0], ...terms }];
    const config = {
      ...json,
      models,
      listen: { port: 0 },
      submitMargin: "5s",
      statementTime: "1s",
      poll: "1s",
    };
    writeFileSync(
      file("operator.json"),
      JSON.stringify({ ...config, limits: { ...(json["limits" as never] as object), chainAge: "1h" } }),
    );
    const { values } = parseArgs({
      args: wordsOf(commands[3]!).slice(3),
      options: { config: { type: "string" }, network: { type: "string" } },
    });
    expect(values.config).to.equal("operator.json");
    await scene.rpc("evm_setIntervalMining", 1);
    node = await startOperatorProcess({
      ...{ config: file("operator.json"), rpc: scene.anvil.url, addresses: scene.addresses },
      key: walletOf(SIGNER).privateKey,
    });
    const request = JSON.parse(filled(blocks("json")[1]!)) as Record<string, unknown>;
    const inputs = artifact.inputs.map(({ name, dtype, shape }, number) => ({
      ...{ name, dtype, shape },
      data: Buffer.from(bytesOfTensor(sceneInputs[number]!)).toString("base64"),
    }));
    expect(Object.keys((request["inputs"] as object[])[0]!)).to.deep.equal(Object.keys(inputs[0]!));
    const response = await fetch(`${node.url}/v1/infer/${scene.modelId}`, {
      method: "POST",
      body: JSON.stringify({ ...request, inputs }),
    });
    const reply = (await response.json()) as { receipt: { receipt: { operator: string } } };
    expect(response.status, JSON.stringify(reply)).to.equal(200);
    expect(reply.receipt.receipt.operator).to.equal(walletOf(OWNER).address);
    writeFileSync(file("receipt.json"), JSON.stringify(reply.receipt));
    await run(5, OWNER);
    for (const path of ["/healthz", "/metrics", "/v1/models", "/v1/claims"])
      expect((await fetch(`${node.url}${path}`)).status, path).to.equal(200);
  });

  it("names metrics that the node has, and alarms that it raises", async () => {
    const text = await (await fetch(`${node!.url}/metrics`)).text();
    const named = [...page.matchAll(/`(onus_operator_\w+)/g)].map(([, name]) => name!);
    expect(named).to.have.length.greaterThan(8);
    for (const name of named) expect(text, name).to.match(new RegExp(`^# TYPE ${name} `, "m"));
    const source = readFileSync("src/operator/alarms.ts", "utf8");
    for (const [, name] of source.matchAll(/alarm: "([\w-]+)"/g))
      expect(page, name).to.contain(`\`${name}\``);
  });

  it("drains: the node claims what is pending, and ends when it is decided", async () => {
    expect(commands[4]).to.contain("--drain");
    expect(await node!.end()).to.equal(0);
    node = await startOperatorProcess({
      ...{ config: file("operator.json"), rpc: scene.anvil.url, addresses: scene.addresses },
      ...{ key: walletOf(SIGNER).privateKey, options: ["--drain"] },
    });
    const refused = await fetch(`${node.url}/v1/infer/${scene.modelId}`, { method: "POST", body: "{}" });
    expect(refused.status).to.equal(400);
    await scene.pass(1);
    for (let rounds = 0; rounds < 60 && node.status() === undefined; rounds++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await scene.pass(10);
    }
    expect(node.status()).to.equal(0);
    const { locked } = await scene
      .contractsAs(OWNER)
      .operators.lockedOf(walletOf(OWNER).address)
      .then((wei) => ({ locked: wei }));
    expect(locked).to.equal(0n);
  });
});
