import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import { parseEther } from "ethers";

import { hasAnvil } from "../support/anvil.js";
import { startCliScene } from "../support/cli-scene.js";
import type { CliScene } from "../support/cli-scene.js";
import { layOutLauncher, pretendNode } from "../support/old-node.js";

const run = promisify(execFile);
const DOC = "docs/flows/mistakes.md";
/** Of nobody: no account of the node, and no ether. */
const POOR_KEY = `0x${"12".repeat(32)}`;
const OPERATOR = 2;
const FUNDED = 3;
const CHALLENGER = 4;

type Told = { readonly said: string; readonly status: number };
type Mistake = Told & { readonly title: string; readonly typed: string };

/** What the real program says to each mistake: a sentence, and a next command. docs/flows/mistakes.md shows the same. */
describe("e2e: ten mistakes of a newcomer", function () {
  this.timeout(120_000);
  let scene: CliScene;
  let modelId: string;
  const mistakes: Mistake[] = [];

  before(async function () {
    if (!hasAnvil) return this.skip();
    scene = await startCliScene(31_357);
    modelId = (await scene.json(1, "model", "publish", scene.file("model.onus"))).modelId;
    for (const account of [OPERATOR, FUNDED]) {
      await scene.json(account, "operator", "register", "--stake", "1 ether", "--wrap", "--approve");
    }
  });
  after(() => scene?.stop());

  /** Runs bin/onus.js in a process, with nothing set but what is given; what ends well is no mistake. */
  const start = async (
    launcher: string,
    args: readonly string[],
    { env = {}, options = [] }: { env?: object; options?: readonly string[] } = {},
  ): Promise<Told> => {
    const { PATH, HOME } = process.env;
    const ended = await run(process.execPath, [...options, launcher, ...args], {
      env: { PATH, HOME, ...env } as NodeJS.ProcessEnv,
      timeout: 60_000,
      killSignal: "SIGKILL",
    }).catch((error: unknown) => error);
    const { stderr, code = 0 } = ended as { stderr: string; code?: number };
    return { said: stderr, status: code };
  };
  const where = () => ["--rpc", scene.url, "--deployment", scene.file("addresses.json")];
  const as = (account: number) => ["--account", scene.accounts[account] as string];

  /** Makes a mistake; `typed` is how the page shows it. */
  const make = async (
    title: string,
    typed: string,
    args: readonly string[],
    env: object = {},
  ): Promise<Told> => {
    const told = await start(join("bin", "onus.js"), args, { env });
    mistakes.push({ title, typed, ...told, said: withoutValues(told.said, scene) });
    return told;
  };

  it("no key", async () => {
    const told = await make("No key", "onus operator register", ["operator", "register", ...where()]);
    expect(told.said).to.contain("error KEY_MISSING: no key for 127.0.0.1");
    expect(told.said).to.contain("hint: set ONUS_KEY in .env (see .env.example)");
    expect(told.status).to.equal(3);
  });

  it("wrong network", async () => {
    const args = ["operator", "show", "--network", "sepolia", ...where(), ...as(OPERATOR)];
    const told = await make("Wrong network", "onus operator show --network sepolia --rpc URL", args);
    expect(told.said).to.contain(
      "--network sepolia is for chain 11155111; the network answers with chain 31357",
    );
    expect(told.said).to.contain("hint: choose the network with --network");
    expect(told.status).to.equal(3);
  });

  it("empty balance", async () => {
    const args = ["operator", "register", ...where()];
    const told = await make("Empty balance", "onus operator register", args, { ONUS_KEY: POOR_KEY });
    expect(told.said).to.match(
      /FUNDS_MISSING: OperatorRegistry\.register needs \d+ wei at most; account 0x\w+ has 0 wei/,
    );
    expect(told.said).to.contain("hint: send native currency to the account");
    expect(told.said).to.not.contain(POOR_KEY.slice(2));
    expect(told.status).to.equal(5);
  });

  it("missing allowance", async () => {
    const value = parseEther("0.5");
    await (await scene.contractsOf(FUNDED).token.getFunction("deposit")({ value })).wait();
    const args = ["operator", "deposit", "0.5 ether", ...where(), ...as(FUNDED)];
    const told = await make("Missing allowance", 'onus operator deposit "0.5 ether"', args);
    expect(told.said).to.match(
      /ALLOWANCE_MISSING: registry 0x\w+ may take 0 wei of the account's WETH; 500000000000000000 wei/,
    );
    expect(told.said).to.contain("hint: add --approve to allow exactly that much first");
    expect(told.status).to.equal(5);
    expect((await start(join("bin", "onus.js"), [...args, "--approve"])).status, "the hint helps").to.equal(
      0,
    );
  });

  const submission = (model: string, inputs: readonly string[], out: string) => [
    ...["claim", "submit", "--model", model, "--artifact", scene.file("model.onus"), "--input", ...inputs],
    ...[
      "--liability",
      "0.01 ether",
      "--window",
      "60s",
      "--out",
      scene.file(out),
      ...where(),
      ...as(OPERATOR),
    ],
  ];

  it("unknown model", async () => {
    const args = submission(`0x${"77".repeat(32)}`, scene.inputs, "unknown");
    const told = await make("Unknown model", "onus claim submit --model 0x7777… …", args);
    expect(told.said).to.match(/MODEL_UNKNOWN: no model 0x(77){32} is published in registry 0x\w+/);
    expect(told.said).to.contain("hint: `onus model publish FILE.onus` publishes one and prints its id");
    expect(told.status).to.equal(3);
  });

  it("wrong input shape", async () => {
    const wrong = scene.file("wrong.json");
    writeFileSync(wrong, "[[1, 2, 3]]");
    const args = submission(modelId, [wrong, ...scene.inputs.slice(1)], "wrong");
    const told = await make("Wrong input shape", "onus claim submit --input wrong.json …", args);
    expect(told.said).to.match(/INPUT_SHAPE: input input 0 is \w+ \[\d+\]; found \w+ \[1, 3\]/);
    expect(told.said).to.contain("hint: `onus model show FILE.onus` lists names, shapes and dtypes");
    expect(told.status).to.equal(3);
  });

  it("window over", async () => {
    await scene.json(OPERATOR, ...submission(modelId, scene.inputs, "late").slice(0, -6));
    await scene.passTime(61);
    const args = ["dispute", "open", scene.file("late", "claim.json"), ...where(), ...as(CHALLENGER)];
    const told = await make("Window over", "onus dispute open claim.json", args);
    expect(told.said).to.match(/UNCHECKED: claim 0x\w+ is unchecked: window over/);
    expect(told.said).to.contain("hint: nothing can be asked any more: do not rely on it");
    expect(told.status).to.equal(6);
  });

  it("node down", async () => {
    const args = ["claim", "list", "--rpc", "http://127.0.0.1:1"];
    const told = await make("Node down", "onus claim list --rpc http://127.0.0.1:1", args);
    expect(told.said).to.contain("NETWORK_UNREACHABLE: network 127.0.0.1:1 does not answer: ECONNREFUSED");
    expect(told.said).to.contain("hint: start its node, or set its endpoint in .env");
    expect(told.status).to.equal(5);
  });

  it("port taken", async () => {
    const taker = createServer();
    await new Promise<void>((resolve) => taker.listen(0, "127.0.0.1", resolve));
    const { port } = taker.address() as AddressInfo;
    const config = {
      directory: "node",
      listen: { host: "127.0.0.1", port },
      models: [
        {
          ...{ modelId, artifact: "model.onus", liability: "0.01 ether", maxRecords: 10 },
          ...{ window: "600s", inclusion: "700s", closeAfter: "5s" },
        },
      ],
      limits: { openLiability: "1 ether", gasPrice: "100 gwei" },
    };
    writeFileSync(scene.file("operator.json"), JSON.stringify(config));
    try {
      const args = [
        "operator",
        "start",
        "--config",
        scene.file("operator.json"),
        ...where(),
        ...as(OPERATOR),
      ];
      const told = await make("Port taken", "onus operator start --config operator.json", args);
      expect(told.said).to.contain(`PORT_TAKEN: port ${port} of 127.0.0.1 is taken`);
      expect(told.said).to.contain("hint: choose another port, or stop the program that listens there");
      expect(told.status).to.equal(3);
    } finally {
      taker.close();
    }
  });

  it("old Node", async () => {
    const directory = scene.file("installed");
    const launcher = layOutLauncher(directory);
    const told = await start(launcher, ["--help"], { options: ["--import", pretendNode("20.20.2")] });
    expect(told.said).to.equal(
      "error NODE_TOO_OLD: this is Node 20.20.2; onus needs Node 22.12.0 or newer\n" +
        "  hint: install a newer Node: https://nodejs.org, or `npx --package node@24 -- onus --help`\n",
    );
    expect(told.status).to.equal(3);
    mistakes.push({ title: "Old Node", typed: "onus --help", ...told });
    rmSync(directory, { recursive: true });
  });

  it("each is shown in docs/flows/mistakes.md as it is told", () => {
    expect(mistakes).to.have.length(10);
    const page = pageOf(mistakes);
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(DOC, page);
    expect(readFileSync(DOC, "utf8"), "UPDATE_DOCS=1 writes it").to.equal(page);
  });
});

/** Without what differs from run to run: ids, addresses, ports, amounts that hang on the price of gas. */
function withoutValues(said: string, scene: CliScene): string {
  const talk = said.split("\n").filter((line) => /^(error| {2}hint)/.test(line));
  return talk
    .join("\n")
    .replaceAll(scene.file(), "DIRECTORY")
    .replaceAll(/127\.0\.0\.1:(?!1\b)\d+/g, "127.0.0.1:PORT")
    .replaceAll(/port \d{2,}/g, "port PORT")
    .replaceAll(/0x[0-9a-fA-F]{64}|0x[0-9a-fA-F]{40}/g, "0x…")
    .replaceAll(/needs \d+ wei/g, "needs N wei");
}

const pageOf = (mistakes: readonly Mistake[]): string =>
  [
    "# Ten mistakes, and what onus says to them",
    "",
    "Every refusal is a code, a sentence and a next command; the exit status is the catalogue's (`src/errors/`), and under",
    "`--json` the same stands on stdout as one object. `onus doctor` looks for most of these before they are made. This page",
    "is written and checked by [a test](../../test/e2e/newcomer-mistakes.test.ts) that makes each mistake with the real",
    "program; ids, ports and prices are left out.",
    "",
    ...mistakes.flatMap(({ title, typed, said, status }) => [
      `## ${title}`,
      "```",
      `$ ${typed}`,
      said.trimEnd(),
      "```",
      `Exit status ${status}.`,
      "",
    ]),
  ].join("\n");
