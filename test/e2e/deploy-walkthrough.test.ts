import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { deploymentPath, readDeployment } from "../../src/chain/deployment.js";
import { PARTS } from "../../src/chain/parts.js";
import { hasAnvil, startAnvil } from "../support/anvil.js";
import type { Anvil } from "../support/anvil.js";
import { creationsOf, runOnus } from "../support/deploy-process.js";

const PAGE = "docs/flows/deployer.md";
const CHAIN = 31_797;
/** Of the first account of every anvil. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/** Command lines of a page, in order. */
const commandsOf = (page: string): string[] =>
  [...readFileSync(page, "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.trim().split("\n"),
  );

describe("e2e: the deployer's page", function () {
  this.timeout(120_000);
  let node: Anvil;
  let directory: string;

  before(async function () {
    if (!hasAnvil) return this.skip();
    node = await startAnvil({ chainId: CHAIN, blockTime: 0.3 });
    directory = mkdtempSync(join(tmpdir(), "onus-deployer-"));
    const custom = JSON.parse(readFileSync("deploy/parameters/custom.json", "utf8")) as object;
    writeFileSync(join(directory, "mine.json"), JSON.stringify({ ...custom, chainId: CHAIN }));
  });

  after(async () => {
    await node?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true });
  });

  const onus = (line: string) =>
    runOnus(directory, line.split(" ").slice(1), { MINE_RPC_URL: node.url, ONUS_KEY: KEY });

  it("is walked through as it is written", async () => {
    const [plan = "", deploy = "", again = "", doctor = "", ...others] = commandsOf(PAGE);
    // Another test verifies sources: deploy-verified.test.ts.
    expect(others).to.deep.equal(["npm run recipe -- verify --network sepolia"]);
    const addresses = join(directory, deploymentPath(CHAIN));

    const planned = await onus(plan);
    expect(planned.stdout, planned.stderr).to.contain(`${2 + PARTS.length} transactions`);
    expect(planned.stdout).to.contain("nothing was sent");
    expect((await creationsOf(node.url)).sent).to.equal(0);

    const deployed = await onus(deploy);
    expect(deployed.status, deployed.stderr).to.equal(0);
    const deployment = readDeployment(CHAIN, addresses);
    expect(deployed.stdout).to.contain(`Onus stands at ${deployment.onus}`);
    expect(deployed.stderr).to.contain("Onus.deploy(ReceiptCourt)");

    const { stdout } = await onus(again);
    expect(JSON.parse(stdout)).to.deep.equal({
      ...deployment,
      writtenTo: join("deploy", "deployments", `chain-${CHAIN}`, "addresses.json"),
    });
    expect((await creationsOf(node.url)).sent).to.equal(2 + PARTS.length);

    const examined = await onus(doctor);
    expect(examined.stdout, examined.stderr).to.contain(deployment.onus);
    for (const { stdout: out, stderr } of [planned, deployed, examined]) {
      expect(out + stderr).to.not.contain(KEY.slice(2));
    }
  });

  it("lists the rules that are checked, and the codes that are met", () => {
    const page = readFileSync(PAGE, "utf8");
    for (const [, code = ""] of readFileSync("src/errors/deploy-errors.ts", "utf8").matchAll(
      /^ {2}([A-Z_]+): \{$/gm,
    )) {
      if (!/VERIF|JOURNAL/.test(code)) expect(page, code).to.contain(`\`${code}\``);
    }
  });
});
