import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { onusCreationCode, partCreationCode } from "../../src/chain/creation-code.js";
import { deploymentPath, readDeployment } from "../../src/chain/deployment.js";
import { readParameters } from "../../src/chain/parameters.js";
import { PARTS } from "../../src/chain/parts.js";
import { hasAnvil, startAnvil } from "../support/anvil.js";
import type { Anvil } from "../support/anvil.js";
import { compileSubmission, startExplorer } from "../support/explorer.js";

const runFile = promisify(execFile);
const CHAIN = 31_793;
const KEY = "EXPLORERKEY";
const journal = dirname(deploymentPath(CHAIN));

describe("e2e: sources of a deployment at an explorer", function () {
  this.timeout(180_000);
  let node: Anvil;
  let directory: string;

  const recipe = (name: string, settings: Readonly<Record<string, string>>, ...args: string[]) => {
    const options = ["--import", "tsx", "scripts/recipe.ts", name, "--network", "anvil", ...args];
    const env = { ...process.env, ANVIL_RPC_URL: node.url, ETHERSCAN_API_KEY: "", ...settings };
    return runFile(process.execPath, options, { env });
  };
  const refusal = async (...given: Parameters<typeof recipe>): Promise<string> =>
    ((await recipe(...given).catch((error: unknown) => error)) as { stderr: string }).stderr;

  before(async function () {
    if (!hasAnvil) return this.skip();
    rmSync(journal, { recursive: true, force: true });
    node = await startAnvil({ chainId: CHAIN });
    directory = mkdtempSync(join(tmpdir(), "onus-verified-"));
    const local = JSON.parse(readFileSync("deploy/parameters/local.json", "utf8")) as object;
    const preset = join(directory, "preset.json");
    writeFileSync(preset, JSON.stringify({ ...local, chainId: CHAIN }));
    await recipe("deploy", {}, "--parameters", preset);
  });

  after(async () => {
    await node?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true });
    rmSync(journal, { recursive: true, force: true });
  });

  it("are refused without a key, by its name", async () => {
    expect(await refusal("verify", {}))
      .to.contain("SETTING_MISSING")
      .and.to.contain("ETHERSCAN_API_KEY");
  });

  it("are sent for every contract, compile to the code that was deployed, and are sent once", async () => {
    const mood: { refuses?: string } = { refuses: "project/contracts/Inquiry.sol:Inquiry" };
    const explorer = await startExplorer(KEY, mood);
    const settings = { ETHERSCAN_API_KEY: KEY, ETHERSCAN_API_URL: explorer.url };
    try {
      const said = await refusal("verify", settings);
      expect(said)
        .to.contain("VERIFICATION_FAILED")
        .and.to.contain(`1 of ${2 + PARTS.length} contracts`)
        .and.to.contain("Max rate");
      expect(said).to.not.contain(KEY);
      const names = explorer.submissions.map(({ contract }) => contract.split(":")[1]);
      const others = PARTS.filter((name) => name !== "Inquiry");
      expect(names).to.deep.equal(["WrappedEther", "Onus", ...others]);

      delete mood.refuses;
      const { verified } = JSON.parse((await recipe("verify", settings)).stdout) as { verified: object[] };
      expect(verified).to.have.length(2 + PARTS.length);
      expect(explorer.submissions.map(({ contract }) => contract.split(":")[1])).to.deep.equal([
        ...names,
        "Inquiry",
      ]);

      const parameters = readParameters(join(directory, "preset.json"));
      const { token } = readDeployment(CHAIN);
      const onus = explorer.submissions.find(({ contract }) => contract.endsWith(":Onus"));
      expect(compileSubmission(onus!) + onus!.constructorArguments).to.equal(
        onusCreationCode(parameters, token),
      );
      const referee = explorer.submissions.find(({ contract }) => contract.endsWith(":Referee"));
      expect(compileSubmission(referee!)).to.equal(partCreationCode.Referee);
    } finally {
      await explorer.close();
    }
  });
});
